package io.godwit.mapping;

/**
 * Limits how often something may happen for each of very many keys, in memory that never grows: keys share a fixed number of places, and a
 * key that takes the place of another begins afresh. So a flood of keys can only weaken the limit, not stall anybody. (Generic cell rate
 * algorithm: one time stamp a place.)
 */
public final class RateTable {
    private final long intervalNanos;
    private final long toleranceNanos;
    /** Of each place its key, and beside it when the place is idle again. */
    private final long[] cells;

    private final int mask;

    /**
     * @param places a power of two
     * @param intervalNanos one event per interval in the long run
     * @param burst events at once, at least 1
     */
    public RateTable(int places, long intervalNanos, int burst) {
        if (Integer.bitCount(places) != 1 || intervalNanos <= 0 || burst < 1) {
            throw new IllegalArgumentException("a rate table needs a power of two of places, an interval and a burst");
        }
        this.intervalNanos = intervalNanos;
        toleranceNanos = intervalNanos * (burst - 1);
        cells = new long[2 * places];
        mask = places - 1;
    }

    /** Whether an event of {@code key} may happen now; if so, it is taken to happen. */
    public boolean allow(long key, long nowNanos) {
        int place = 2 * (KeyBits.hash(key, 0, 0) & mask);
        long idle = cells[place] == key && cells[place + 1] - nowNanos > 0 ? cells[place + 1] : nowNanos;
        if (idle - nowNanos > toleranceNanos) {
            return false;
        }
        cells[place] = key;
        cells[place + 1] = idle + intervalNanos;
        return true;
    }

    /** A key from a value's parts. */
    public static long key(EidPrefix prefix, long more) {
        return key(
                KeyBits.high(prefix.address()),
                KeyBits.low(prefix.address()),
                prefix.instanceId(),
                prefix.length(),
                more);
    }

    /** As {@link #key(EidPrefix, long)}, of an EID-prefix's parts: an IPv4 or MAC address is aligned to the left. */
    public static long key(long high, long low, int instanceId, int length, long more) {
        long bits = high * 31 + low;
        return ((bits * 31 + instanceId) * 131 + length) * 0x9e3779b97f4a7c15L + more;
    }
}
