package io.godwit.xtr.fib;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Spreads addresses over a table by the top bits: neighbouring addresses, equal strides and chosen ones alike. The seed is drawn for each
 * process, so that nobody outside can prepare collisions.
 */
public final class HashMix {
    private static final long SEED = ThreadLocalRandom.current().nextLong();
    /** Odd, so that no two keys meet before they are mixed. */
    private static final long SECRET = SEED | 1;

    private static final long C1 = 0x9e37_79b9_7f4a_7c15L;
    private static final long C2 = 0xbf58_476d_1ce4_e5b9L;

    private HashMix() {}

    static long mix(int key) {
        long h = (key & 0xffff_ffffL) * SECRET;
        return (h ^ h >>> 32) * C2;
    }

    public static long mix(long high, long low) {
        long h = (high ^ SEED) * C1;
        h = ((h ^ h >>> 32) + low) * C2;
        return (h ^ h >>> 29) * C1;
    }
}
