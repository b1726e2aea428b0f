package io.godwit.mapserver.request;

import io.godwit.mapping.RateTable;
import io.godwit.mapserver.intake.SourceLimits;
import io.godwit.packet.address.IpAddress;

/** How often Map-Replies go to one RLOC, in all and about the same EID. */
final class ReplyLimits {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int PLACES = 1 << 14;
    /** One EID is answered to one RLOC this often at once, so that an ITR's repetitions are, and then once in three seconds. */
    private static final int SAME_EID_BURST = 5;

    private final RateTable sameEid = sameEid();
    private final RateTable sameRloc;

    ReplyLimits(int repliesPerSecond) {
        sameRloc = SourceLimits.table(PLACES, repliesPerSecond);
    }

    /** A table for what concerns one EID and one RLOC. */
    static RateTable sameEid() {
        return new RateTable(PLACES, 3 * SECOND_NANOS, SAME_EID_BURST);
    }

    /** @param sameEidKey made of the EID and the RLOC */
    boolean allow(IpAddress itr, long sameEidKey, long nowNanos) {
        return sameEid.allow(sameEidKey, nowNanos) && sameRloc.allow(itr.hashCode(), nowNanos);
    }
}
