package io.godwit.xtr.control.core;

import io.godwit.mapping.LocatorOrder;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.RlocRecord;
import java.util.List;
import java.util.Optional;

/** The RLOCs of this xTR, in the order in which every record lists them (RFC 9301 section 5.5: ascending, IPv4 before IPv6). */
public final class OwnLocators {
    /** A Map-Request holds at most 32 ITR-RLOCs: IRC has 5 bits. */
    private static final int MAX_ITR_RLOCS = 32;

    private final List<RlocRecord> records;
    private final List<IpAddress> addresses;

    /** @param records with {@link IpAddress} locators */
    public OwnLocators(List<RlocRecord> records) {
        this.records = LocatorOrder.sorted(List.copyOf(records));
        addresses = this.records.stream().map(OwnLocators::ip).toList();
    }

    private static IpAddress ip(RlocRecord rloc) {
        if (rloc.locator() instanceof IpAddress ip) {
            return ip;
        }
        throw new IllegalArgumentException(rloc.locator() + " is not an IP address");
    }

    /** With L and R set, p never (RFC 9301 section 5.4). */
    public List<RlocRecord> records() {
        return records;
    }

    /** The same, with p on the locator {@code probed}. */
    public List<RlocRecord> recordsProbed(IpAddress probed) {
        return records.stream()
                .map(r -> new RlocRecord(
                        r.priority(),
                        r.weight(),
                        r.multicastPriority(),
                        r.multicastWeight(),
                        r.local(),
                        r.locator().equals(probed),
                        r.reachable(),
                        r.locator()))
                .toList();
    }

    public List<IpAddress> addresses() {
        return addresses;
    }

    public List<LispAddress> itrRlocs() {
        return List.copyOf(addresses.subList(0, Math.min(addresses.size(), MAX_ITR_RLOCS)));
    }

    public boolean owns(LispAddress address) {
        return address instanceof IpAddress ip && addresses.contains(ip);
    }

    public boolean ownsAny(List<RlocRecord> locators) {
        return locators.stream().anyMatch(r -> owns(r.locator()));
    }

    public boolean hasFamilyOf(IpAddress address) {
        return sameFamily(address).isPresent();
    }

    /** The first own RLOC of the family of {@code address}. */
    public Optional<IpAddress> sameFamily(IpAddress address) {
        return addresses.stream().filter(own -> own.bits() == address.bits()).findFirst();
    }
}
