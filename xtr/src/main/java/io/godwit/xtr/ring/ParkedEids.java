package io.godwit.xtr.ring;

import java.util.Arrays;

/**
 * The EIDs that have packets parked: a queue each, found by a chained hash. Numbers of queues stay the same while they live. All arrays are
 * made beforehand. One thread.
 */
final class ParkedEids {
    static final int NONE = -1;

    private final int[] buckets;
    private final int[] next;
    private final int[] instance;
    private final boolean[] ipv6;
    private final long[] high;
    private final long[] low;
    private final boolean[] live;
    final int[] head;
    final int[] tail;
    final int[] count;
    /** How many of them, from the head on, were delivered too. */
    final int[] ahead;
    /** The last of those. */
    final int[] lastAhead;

    final boolean[] releasing;
    private final int shift;
    private int free;
    private int size;

    ParkedEids(int capacity) {
        int bits = 32 - Integer.numberOfLeadingZeros(Math.max(2, capacity * 2 - 1));
        buckets = new int[1 << bits];
        shift = 64 - bits;
        next = new int[capacity];
        instance = new int[capacity];
        ipv6 = new boolean[capacity];
        high = new long[capacity];
        low = new long[capacity];
        live = new boolean[capacity];
        head = new int[capacity];
        tail = new int[capacity];
        count = new int[capacity];
        ahead = new int[capacity];
        lastAhead = new int[capacity];
        releasing = new boolean[capacity];
        Arrays.fill(buckets, NONE);
        for (int i = 0; i < capacity; i++) {
            next[i] = i + 1 == capacity ? NONE : i + 1;
        }
    }

    int capacity() {
        return next.length;
    }

    int size() {
        return size;
    }

    /** The queue of an EID, or {@link #NONE}. */
    int find(int eidInstance, boolean eidIpv6, long eidHigh, long eidLow) {
        int queue = buckets[bucket(eidInstance, eidHigh, eidLow)];
        while (queue != NONE && !is(queue, eidInstance, eidIpv6, eidHigh, eidLow)) {
            queue = next[queue];
        }
        return queue;
    }

    private boolean is(int queue, int eidInstance, boolean eidIpv6, long eidHigh, long eidLow) {
        return low[queue] == eidLow
                && high[queue] == eidHigh
                && instance[queue] == eidInstance
                && ipv6[queue] == eidIpv6;
    }

    /** A new empty queue, or {@link #NONE} when there are too many. */
    int add(int eidInstance, boolean eidIpv6, long eidHigh, long eidLow) {
        int queue = free;
        if (queue == NONE) {
            return NONE;
        }
        free = next[queue];
        instance[queue] = eidInstance;
        ipv6[queue] = eidIpv6;
        high[queue] = eidHigh;
        low[queue] = eidLow;
        head[queue] = ParkedPackets.NONE;
        tail[queue] = ParkedPackets.NONE;
        count[queue] = 0;
        ahead[queue] = 0;
        lastAhead[queue] = ParkedPackets.NONE;
        releasing[queue] = false;
        live[queue] = true;
        int bucket = bucket(eidInstance, eidHigh, eidLow);
        next[queue] = buckets[bucket];
        buckets[bucket] = queue;
        size++;
        return queue;
    }

    void remove(int queue) {
        int bucket = bucket(instance[queue], high[queue], low[queue]);
        if (buckets[bucket] == queue) {
            buckets[bucket] = next[queue];
        } else {
            int before = buckets[bucket];
            while (next[before] != queue) {
                before = next[before];
            }
            next[before] = next[queue];
        }
        live[queue] = false;
        next[queue] = free;
        free = queue;
        size--;
    }

    boolean isLive(int queue) {
        return live[queue];
    }

    int instance(int queue) {
        return instance[queue];
    }

    boolean isIpv6(int queue) {
        return ipv6[queue];
    }

    long high(int queue) {
        return high[queue];
    }

    long low(int queue) {
        return low[queue];
    }

    /** Whether the EID of {@code queue} lies within a prefix. */
    boolean isWithin(int queue, int eidInstance, boolean eidIpv6, long eidHigh, long eidLow, int length) {
        if (instance[queue] != eidInstance || ipv6[queue] != eidIpv6) {
            return false;
        }
        int bits = eidIpv6 ? length : length + 96;
        return differsAfter(high[queue] ^ eidHigh, bits) && differsAfter(low[queue] ^ eidLow, bits - 64);
    }

    /** Whether the first {@code bits} bits are 0. */
    private static boolean differsAfter(long difference, int bits) {
        return bits <= 0 || Long.numberOfLeadingZeros(difference) >= Math.min(bits, Long.SIZE);
    }

    private int bucket(int eidInstance, long eidHigh, long eidLow) {
        long h = (eidHigh * 0x9e37_79b9_7f4a_7c15L + eidLow) * 0xbf58_476d_1ce4_e5b9L + eidInstance;
        h = (h ^ (h >>> 29)) * 0x94d0_49bb_1331_11ebL;
        return (int) (h >>> shift);
    }
}
