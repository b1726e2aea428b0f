package io.godwit.mapresolver.ddt;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.referral.ReferralKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** What Map-Referrals said, as long as it lasts (RFC 8111 section 7.3). Bounded: the oldest makes room. */
final class ReferralCache {
    private static final int CAPACITY = 65_536;
    private static final long MINUTE_NANOS = 60_000_000_000L;
    /** A day, which is what referrals usually last; longer would hide a change for ever. */
    private static final long MAX_MINUTES = 1440;

    private final EidTable<Referred> table = EidTable.create();
    private final LinkedHashMap<EidPrefix, Boolean> order = new LinkedHashMap<>();

    /**
     * @param targets DDT nodes or map-servers that can be reached from here
     * @param keys that verify what these say
     */
    record Referred(
            EidPrefix prefix,
            ReferralAction action,
            List<IpAddress> targets,
            List<ReferralKey> keys,
            long expiresNanos) {
        boolean isNegative() {
            return action == ReferralAction.DELEGATION_HOLE || action == ReferralAction.MS_NOT_REGISTERED;
        }

        /** Minutes left, at least one. */
        int minutes(long nowNanos) {
            return (int) Math.max(1, (expiresNanos - nowNanos) / MINUTE_NANOS);
        }
    }

    int size() {
        return table.size();
    }

    /** Of nobody to be asked. */
    void putNegative(EidPrefix prefix, ReferralAction action, int ttlMinutes, long validNanos, long nowNanos) {
        put(prefix, action, List.of(), List.of(), ttlMinutes, validNanos, nowNanos);
    }

    /** @param validNanos for which its signature is good: it lasts no longer, whatever its TTL */
    void put(
            EidPrefix prefix,
            ReferralAction action,
            List<IpAddress> targets,
            List<ReferralKey> keys,
            int ttlMinutes,
            long validNanos,
            long nowNanos) {
        if (!order.containsKey(prefix) && order.size() >= CAPACITY) {
            remove(order.keySet().iterator().next());
        }
        long minutes = Math.min(Integer.toUnsignedLong(ttlMinutes), MAX_MINUTES);
        order.put(prefix, true);
        long lifeNanos = Math.min(minutes * MINUTE_NANOS, validNanos);
        table.put(prefix, new Referred(prefix, action, targets, keys, nowNanos + lifeNanos));
    }

    void remove(EidPrefix prefix) {
        order.remove(prefix);
        table.remove(prefix);
    }

    Optional<Referred> longestMatch(EidPrefix eid, long nowNanos) {
        Optional<Referred> match = table.longestMatch(eid).map(EidTable.Entry::value);
        while (match.isPresent() && match.get().expiresNanos() - nowNanos <= 0) {
            remove(match.get().prefix());
            match = table.longestMatch(eid).map(EidTable.Entry::value);
        }
        return match;
    }
}
