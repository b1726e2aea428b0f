package io.godwit.mapresolver;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.LispAddress;

/**
 * How often an ITR has asked for the same EID of late: it asks again when nobody answered, so the next map-server gets the next try. A
 * map-resolver sees no replies, so this is all it can know. A fixed number of places; keys that share one begin afresh.
 */
final class RepeatedRequests {
    private static final int PLACES = 1 << 13;
    /** An ITR waits up to 32 seconds between tries (RFC 9301 section 5.3 and the usual back-off). */
    private static final long WINDOW_NANOS = 40_000_000_000L;

    private final int[] keys = new int[PLACES];
    private final int[] tries = new int[PLACES];
    private final long[] lastNanos = new long[PLACES];

    /** 0 for the first request, 1 for the first repetition, and so on. */
    int repetition(EidPrefix eid, LispAddress itr, long nowNanos) {
        int key = (eid.hashCode() * 31 + itr.hashCode()) * 0x9e3779b9;
        int place = key >>> (Integer.SIZE - 13);
        boolean again = tries[place] > 0 && keys[place] == key && nowNanos - lastNanos[place] < WINDOW_NANOS;
        keys[place] = key;
        lastNanos[place] = nowNanos;
        tries[place] = again ? tries[place] + 1 : 1;
        return tries[place] - 1;
    }
}
