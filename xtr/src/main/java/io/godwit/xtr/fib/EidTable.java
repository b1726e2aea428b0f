package io.godwit.xtr.fib;

import io.godwit.linux.NativeMemory;
import org.agrona.UnsafeApi;

/**
 * The EIDs of one (instance, family, prefix length): open addressing in native memory, linear probing, at most 5/8 full. One writer, any
 * number of readers without locks. A slot never changes its key while the table lives, so a reader that found it may use it; a removed EID
 * leaves a mark until {@link #rebuilt}.
 *
 * <pre>
 * IPv4, 16 octets: key (32) | entry index (32), usage (64)
 * IPv6, 32 octets: high (64), low (64), entry index (64), usage (64)
 * </pre>
 */
final class EidTable {
    static final int EMPTY = 0;
    static final int REMOVED = 1;
    /** A table of {@link #NOTHING_SHIFT} that stays empty. */
    static final long NOTHING = NativeMemory.allocate(64).address();

    static final int NOTHING_SHIFT = Long.SIZE - 1;
    /** Octets of an IPv4 slot. */
    static final int NARROW_SLOT = 16;
    /** From an IPv4 slot to its usage word. */
    static final int NARROW_USAGE = 8;

    private static final int MIN_BITS = 6;
    /** Tables from this size on ask for huge pages. */
    private static final long LARGE = 2 << 20;

    private final boolean wide;
    private final int bits;
    private final int hashShift;
    private final int slotShift;
    private final NativeMemory memory;
    private final long base;
    private int live;
    private int used;

    EidTable(boolean wide) {
        this(wide, MIN_BITS);
    }

    private EidTable(boolean wide, int bits) {
        this.wide = wide;
        this.bits = bits;
        this.hashShift = Long.SIZE - bits;
        this.slotShift = wide ? 5 : 4;
        // Readers may look at the slot behind the last one: empty for ever.
        long mapped = bytes() + NARROW_SLOT;
        memory = mapped < LARGE ? NativeMemory.allocate(mapped) : NativeMemory.allocateHuge(mapped);
        base = memory.address();
    }

    // --- readers

    /** Address of the slot the search for {@code key} starts at: reading it early hides the cache miss. */
    long home(int key) {
        return home(base, hashShift, key);
    }

    /** The same for the IPv4 table of these {@link #base} and {@link #hashShift}. */
    static long home(long base, int hashShift, int key) {
        return base + (HashMix.mix(key) >>> hashShift << 4);
    }

    long base() {
        return base;
    }

    int hashShift() {
        return hashShift;
    }

    long home(long high, long low) {
        return base + (HashMix.mix(high, low) >>> hashShift << 5);
    }

    /** Address of the slot of {@code key}, or 0. */
    long find(int key) {
        long slot = home(key);
        while (true) {
            long word = UnsafeApi.getLongAcquire(null, slot);
            if ((int) (word >>> 32) == key && (int) word != EMPTY) {
                return slot;
            }
            if (word == EMPTY) {
                return 0;
            }
            slot = next(slot);
        }
    }

    long find(long high, long low) {
        long slot = home(high, low);
        while (UnsafeApi.getLongAcquire(null, slot + 16) != EMPTY) {
            if (UnsafeApi.getLong(slot + 8) == low && UnsafeApi.getLong(slot) == high) {
                return slot;
            }
            slot = next(slot);
        }
        return 0;
    }

    private long next(long slot) {
        long next = slot + (1L << slotShift);
        return next == base + bytes() ? base : next;
    }

    /** Entry index of a slot, {@link #REMOVED} when it went meanwhile. */
    int index(long slot) {
        return (int) UnsafeApi.getLongAcquire(null, wide ? slot + 16 : slot);
    }

    /** Address of the usage word: packets since the put, or for a local entry when that was. */
    long usage(long slot) {
        return wide ? slot + 24 : slot + NARROW_USAGE;
    }

    // --- writer

    /** Adds or replaces; the table must have room. Returns the index it had, or {@link #EMPTY}. */
    int put(long high, long low, int index, long usage) {
        long slot = findKey(high, low);
        int before = EMPTY;
        if (slot == 0) {
            slot = freeSlot(high, low);
            used++;
        } else {
            before = index(slot);
        }
        live += before > REMOVED ? 0 : 1;
        UnsafeApi.putLongOpaque(null, usage(slot), usage);
        if (wide) {
            UnsafeApi.putLong(slot, high);
            UnsafeApi.putLong(slot + 8, low);
        }
        publish(slot, low, index);
        return before > REMOVED ? before : EMPTY;
    }

    /** Returns the index it had, or {@link #EMPTY}. */
    int remove(long high, long low) {
        long slot = findKey(high, low);
        int before = slot == 0 ? EMPTY : index(slot);
        if (before <= REMOVED) {
            return EMPTY;
        }
        publish(slot, low, REMOVED);
        live--;
        return before;
    }

    private void publish(long slot, long low, int index) {
        if (wide) {
            UnsafeApi.putLongRelease(null, slot + 16, index);
        } else {
            UnsafeApi.putLongRelease(null, slot, low << 32 | index);
        }
    }

    long findKey(long high, long low) {
        return wide ? find(high, low) : find((int) low);
    }

    private long freeSlot(long high, long low) {
        long slot = wide ? home(high, low) : home((int) low);
        while (index(slot) != EMPTY) {
            slot = next(slot);
        }
        return slot;
    }

    boolean isFull() {
        return used >= (1L << bits) * 5 / 8;
    }

    /** Whether a smaller table would do: then memory is given back. */
    boolean isSparse() {
        return bits > MIN_BITS && live < 1L << (bits - 3);
    }

    int size() {
        return live;
    }

    /** A fresh table with the EIDs of this one, at most 5/16 full. */
    EidTable rebuilt() {
        int target = MIN_BITS;
        while ((1L << target) * 5 / 16 < live) {
            target++;
        }
        EidTable fresh = new EidTable(wide, target);
        for (long slot = base; slot < base + bytes(); slot += 1L << slotShift) {
            if (index(slot) > REMOVED) {
                fresh.put(keyHigh(slot), keyLow(slot), index(slot), UnsafeApi.getLongOpaque(null, usage(slot)));
            }
        }
        return fresh;
    }

    private long keyHigh(long slot) {
        return wide ? UnsafeApi.getLong(slot) : 0;
    }

    private long keyLow(long slot) {
        return wide ? UnsafeApi.getLong(slot + 8) : UnsafeApi.getLong(slot) >>> 32;
    }

    long bytes() {
        return 1L << (bits + slotShift);
    }

    /** Only when no reader can hold it any more. */
    void free() {
        memory.close();
    }
}
