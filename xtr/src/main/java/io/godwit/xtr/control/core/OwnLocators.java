package io.godwit.xtr.control.core;

import io.godwit.mapping.LocatorOrder;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.RlocRecord;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The RLOCs of this xTR, in the order in which every record lists them (RFC 9301 section 5.5: ascending, IPv4 before IPv6), and which of them can be
 * used now. For the control thread.
 */
public final class OwnLocators {
    /** Of a locator that nobody is to use (RFC 9301 section 5.4). */
    private static final int UNUSED_PRIORITY = 255;

    /** A Map-Request holds at most 32 ITR-RLOCs: IRC has 5 bits. */
    private static final int MAX_ITR_RLOCS = 32;

    private final List<RlocRecord> configured;
    private final List<IpAddress> addresses;
    private final Set<IpAddress> down = new HashSet<>();
    private final Set<IpAddress> drained = new HashSet<>();
    private List<RlocRecord> records;

    /** @param records with {@link IpAddress} locators */
    public OwnLocators(List<RlocRecord> records) {
        configured = LocatorOrder.sorted(List.copyOf(records));
        this.records = configured;
        addresses = configured.stream().map(OwnLocators::ip).toList();
    }

    private static IpAddress ip(RlocRecord rloc) {
        if (rloc.locator() instanceof IpAddress ip) {
            return ip;
        }
        throw new IllegalArgumentException(rloc.locator() + " is not an IP address");
    }

    /** With L set, p never; R unless it is down, and priority 255 when it is drained (RFC 9301 section 5.4). */
    public List<RlocRecord> records() {
        return records;
    }

    /** Whether this router has the address and can send from it; false when that is known already. */
    public boolean reachable(IpAddress address, boolean up) {
        return note(down, address, !up);
    }

    /** Whether nobody is to use the locator, though it works; false when that is known already. */
    public boolean drain(IpAddress address, boolean out) {
        return note(drained, address, out);
    }

    private boolean note(Set<IpAddress> set, IpAddress address, boolean in) {
        if (!owns(address) || !(in ? set.add(address) : set.remove(address))) {
            return false;
        }
        records = configured.stream().map(this::asOfNow).toList();
        return true;
    }

    private RlocRecord asOfNow(RlocRecord r) {
        return new RlocRecord(
                drained.contains(ip(r)) ? UNUSED_PRIORITY : r.priority(),
                r.weight(),
                r.multicastPriority(),
                r.multicastWeight(),
                r.local(),
                false,
                !down.contains(ip(r)),
                r.locator());
    }

    /** Bit n: the n-th locator, as records list them, can be used (RFC 9300 section 10). */
    public int statusBits() {
        int bits = 0;
        for (int i = 0; i < Math.min(addresses.size(), Integer.SIZE); i++) {
            bits |= isUsable(addresses.get(i)) ? 1 << i : 0;
        }
        return bits;
    }

    private boolean isUsable(IpAddress address) {
        return !down.contains(address) && !drained.contains(address);
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

    /** Where answers may go: those that can be used, if any can. */
    public List<LispAddress> itrRlocs() {
        List<IpAddress> usable = addresses.stream().filter(this::isUsable).toList();
        return (usable.isEmpty() ? addresses : usable)
                .stream().limit(MAX_ITR_RLOCS).map(LispAddress.class::cast).toList();
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

    /** The first own RLOC of the family of {@code address}, one that can be used if there is one. */
    public Optional<IpAddress> sameFamily(IpAddress address) {
        return addresses.stream()
                .filter(own -> own.bits() == address.bits())
                .min(Comparator.comparing(own -> !isUsable(own)));
    }
}
