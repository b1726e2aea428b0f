package io.godwit.xtr.fib;

import io.godwit.linux.NativeMemory;
import org.agrona.UnsafeApi;

/**
 * What a loop over a batch needs of the entries, by their index, in native memory. Two records share a cache line and none lies on two. A record is written
 * while no reader can have its index; of a live one only words change that mean something each by itself.
 *
 * <pre>
 *  0  name of the only IPv4 locator (64): 0 sends the packet through the stages
 *  8  LISP header, in the machine's order (64)
 * 16  when the locator was last encapsulated to, in milliseconds (64)
 * 24  octets of the largest inner IPv4 packet that needs nothing but this header, -1 for none (32)
 * 28  kind of the entry (32)
 * </pre>
 */
final class EntryRecords {
    static final int SHIFT = 5;
    static final int NAME = 0;
    static final int HEADER = 8;
    static final int LAST_USED = 16;
    static final int PLAIN_LENGTH = 24;
    static final int KIND = 28;

    /** Tables from this size on ask for huge pages. */
    private static final long LARGE = 2 << 20;

    /**
     * The memory for the indexes below {@code limit}.
     *
     * @param base of record 0, which like all that no entry has says: go through the stages
     */
    record Slab(NativeMemory memory, long base, int limit) {
        static Slab of(int limit) {
            long bytes = (long) limit << SHIFT;
            NativeMemory memory = bytes < LARGE ? NativeMemory.allocate(bytes) : NativeMemory.allocateHuge(bytes);
            return new Slab(memory, memory.address(), limit);
        }

        private long at(int index) {
            return base + ((long) index << SHIFT);
        }
    }

    private final Epochs epochs;
    private volatile Slab slab;

    EntryRecords(Epochs epochs, int limit) {
        this.epochs = epochs;
        this.slab = Slab.of(limit);
    }

    /** Reader: as of now. */
    Slab slab() {
        return slab;
    }

    /** Room for the indexes below {@code limit}; those in use are below it. */
    void resize(int limit) {
        Slab before = slab;
        Slab fresh = Slab.of(limit);
        UnsafeApi.copyMemory(before.base, fresh.base, (long) Math.min(limit, before.limit) << SHIFT);
        slab = fresh;
        epochs.retire(() -> {
            keepUse(before, fresh);
            before.memory.close();
        });
    }

    /** What readers noted in the old memory after it was copied. */
    private static void keepUse(Slab before, Slab fresh) {
        for (int index = 0; index < Math.min(before.limit, fresh.limit); index++) {
            long noted = UnsafeApi.getLong(before.at(index) + LAST_USED);
            if (noted > UnsafeApi.getLong(fresh.at(index) + LAST_USED)) {
                UnsafeApi.putLong(fresh.at(index) + LAST_USED, noted);
            }
        }
    }

    /** All of the record but its name: until {@link #open} packets go through the stages. */
    void write(int index, ForwardingEntry entry) {
        long record = slab.at(index);
        UnsafeApi.putLong(record + HEADER, entry.plainHeader());
        UnsafeApi.putLong(record + LAST_USED, LocatorUse.NEVER);
        UnsafeApi.putInt(record + PLAIN_LENGTH, entry.plainLength());
        UnsafeApi.putInt(record + KIND, entry.constantKind());
    }

    void open(int index, ForwardingEntry entry) {
        UnsafeApi.putLong(slab.at(index) + NAME, entry.plainName());
    }

    /** From now on packets go through the stages. */
    void close(int index) {
        UnsafeApi.putLong(slab.at(index) + NAME, 0);
    }

    /** Nobody has the index any more. */
    void clear(int index) {
        long record = slab.at(index);
        UnsafeApi.putLong(record + NAME, 0);
        UnsafeApi.putInt(record + KIND, ForwardingEntry.MISS);
    }

    void plainLength(int index, int octets) {
        UnsafeApi.putInt(slab.at(index) + PLAIN_LENGTH, octets);
    }

    long lastUsed(int index) {
        return UnsafeApi.getLong(slab.at(index) + LAST_USED);
    }

    long bytes() {
        return (long) slab.limit << SHIFT;
    }

    /** Only when no reader is left. */
    void free() {
        slab.memory.close();
    }
}
