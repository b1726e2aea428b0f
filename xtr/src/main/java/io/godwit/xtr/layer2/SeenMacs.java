package io.godwit.xtr.layer2;

import java.util.Arrays;

/** Which MACs were told of lately. Direct mapped: one that takes another's place costs an event more. One thread. */
final class SeenMacs {
    private static final int BITS = 12;
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
    private static final int MAC_BITS = 48;

    private final long[] keys = new long[1 << BITS];
    private final long[] millis = new long[1 << BITS];
    private final long interval;

    /** @param interval milliseconds */
    SeenMacs(long interval) {
        this.interval = interval;
        Arrays.fill(millis, Long.MIN_VALUE / 2);
    }

    /** Whether it is time to tell of the MAC again; then it has been told. */
    boolean isDue(int instance, long mac, long nowMillis) {
        long key = (long) instance << MAC_BITS | mac;
        int place = (int) ((key * MULTIPLIER) >>> (Long.SIZE - BITS));
        if (keys[place] == key && nowMillis - millis[place] < interval) {
            return false;
        }
        keys[place] = key;
        millis[place] = nowMillis;
        return true;
    }
}
