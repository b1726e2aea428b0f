package io.godwit.xtr.control.etr;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.data.MapVersion;
import io.godwit.xtr.control.core.OwnLocators;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The EID-prefixes that are at this site now: the configured ones, and the hosts detected. All have this xTR's locators. */
public final class SiteDatabase {
    private static final int INSTANCE_LCAF = 12;
    private static final int MAC = 6;

    private final EidTable<SiteEid> table = EidTable.create();
    private final Map<EidPrefix, List<RlocRecord>> attached = new HashMap<>();
    private final OwnLocators locators;
    private final int ttlMinutes;
    private int mapVersion;

    /** @param dynamic a host that was detected, not configured */
    public record SiteEid(EidPrefix eid, boolean dynamic, long sinceMillis) {}

    public SiteDatabase(OwnLocators locators, int ttlMinutes) {
        this.locators = locators;
        this.ttlMinutes = ttlMinutes;
    }

    /** Of the prefixes that are always here, from now on; 0 for none. */
    public void mapVersion(int version) {
        mapVersion = version;
    }

    /** Of what covers {@code eid}. A host that comes and goes has none: its versions at different sites would not be in order. */
    public int mapVersion(EidPrefix eid) {
        return table.longestMatch(eid)
                .filter(match -> !match.value().dynamic())
                .map(match -> mapVersion)
                .orElse(MapVersion.NULL);
    }

    public void add(SiteEid eid) {
        table.put(eid.eid(), eid);
    }

    public void remove(EidPrefix eid) {
        table.remove(eid);
        attached.remove(eid);
    }

    /** What the EID-record of {@code eid} lists behind the locators: nothing that packets go to. */
    public void attach(EidPrefix eid, List<RlocRecord> more) {
        attached.put(eid, List.copyOf(more));
    }

    private List<RlocRecord> withAttached(EidPrefix eid, List<RlocRecord> rlocs) {
        List<RlocRecord> more = attached.getOrDefault(eid, List.of());
        return more.isEmpty()
                ? rlocs
                : Stream.concat(rlocs.stream(), more.stream()).toList();
    }

    public boolean contains(EidPrefix eid) {
        return table.get(eid).isPresent();
    }

    /** Whether a prefix of the site covers {@code eid}. */
    public boolean covers(EidPrefix eid) {
        return table.longestMatch(eid).isPresent();
    }

    public int size() {
        return table.size();
    }

    public void forEach(Consumer<SiteEid> consumer) {
        table.forEach((eid, value) -> consumer.accept(value));
    }

    /**
     * What a Map-Reply for {@code asked} lists: the best match, and when that has more-specifics, which do not match, those too
     * (RFC 9301 section 5.5). At most {@code limit}.
     */
    public List<SiteEid> matches(EidPrefix asked, int limit) {
        Optional<EidTable.Entry<SiteEid>> best = table.longestMatch(asked);
        if (best.isEmpty()) {
            return List.of();
        }
        List<SiteEid> matches = new ArrayList<>();
        matches.add(best.get().value());
        if (!best.get().prefix().isHost()) {
            table.forEachMoreSpecific(best.get().prefix(), (eid, value) -> {
                if (matches.size() < limit) {
                    matches.add(value);
                }
            });
        }
        return matches;
    }

    public EidRecord eidRecord(EidPrefix eid) {
        return eidRecord(eid, locators.records());
    }

    public EidRecord eidRecord(EidPrefix eid, List<RlocRecord> rlocs) {
        return eidRecord(eid, ttlMinutes, true, withAttached(eid, rlocs));
    }

    /** With a Record TTL of 0, which takes the registration back (RFC 9301 section 5.6). */
    public EidRecord withdrawal(EidPrefix eid) {
        return eidRecord(eid, 0, true, locators.records());
    }

    private EidRecord eidRecord(EidPrefix eid, int ttl, boolean authoritative, List<RlocRecord> rlocs) {
        return new EidRecord(
                ttl, eid.length(), Action.NO_ACTION, authoritative, mapVersion(eid), eid.toAddress(), rlocs);
    }

    /** Octets of the EID-record of {@code eid} with this xTR's locators. */
    public int encodedLength(EidPrefix eid) {
        int lcaf = eid.instanceId() == 0 ? 0 : INSTANCE_LCAF;
        int length = 12 + lcaf + addressLength(eid.address());
        for (RlocRecord rloc : withAttached(eid, locators.records())) {
            length += 8 + addressLength(rloc.locator());
        }
        return length;
    }

    private static int addressLength(LispAddress address) {
        return switch (address) {
            case IpAddress ip -> ip.bits() / 8;
            case InstanceIdAddress in -> INSTANCE_LCAF + addressLength(in.address());
            default -> MAC;
        };
    }
}
