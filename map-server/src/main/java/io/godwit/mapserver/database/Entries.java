package io.godwit.mapserver.database;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The fixed part of every registered EID-prefix, ten ints side by side, in chunks: 40 octets and no object. Also the wheel of their
 * deadlines: a ring of ticks, each a chain of entries. A refresh only writes the new deadline; the entry is put where it belongs when the
 * wheel comes to where it was.
 */
final class Entries {
    static final int NONE = -1;

    private static final int FAMILY = 0;
    private static final int NODE = 1;
    private static final int REGISTRANT = 2;
    private static final int BINDING = 3;
    private static final int NEXT = 4;
    private static final int PREVIOUS = 5;
    /** The tick in whose chain the entry is; {@link #NONE} when in none. */
    private static final int LINKED = 6;

    private static final int DEADLINE = 7;
    private static final int SINCE = 8;
    private static final int EPOCH = 9;
    private static final int STRIDE = 10;

    private static final int CHUNK_BITS = 12;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int FIRST = 16;

    private int[][] chunks = new int[1][];
    private int used;
    private int free = NONE;

    private final int[] heads;
    private int linked;
    private int currentTick;
    /** The entry to look at next in the current tick's chain. */
    private int cursor = NONE;

    /** @param slots of the wheel, a power of two */
    Entries(int slots) {
        heads = new int[slots];
        Arrays.fill(heads, NONE);
        chunks[0] = new int[FIRST * STRIDE];
    }

    int allocate(long place, int since) {
        int entry = free;
        if (entry == NONE) {
            entry = used;
            reserve(entry);
            used++;
        } else {
            free = get(entry, NEXT);
        }
        set(entry, FAMILY, (int) (place >>> 32));
        set(entry, NODE, (int) place);
        set(entry, LINKED, NONE);
        set(entry, SINCE, since);
        set(entry, EPOCH, 0);
        return entry;
    }

    private void reserve(int entry) {
        int number = entry >>> CHUNK_BITS;
        if (number == chunks.length) {
            chunks = Arrays.copyOf(chunks, number + Math.max(1, number >> 1));
        }
        if (number == 0) {
            if (entry * STRIDE == chunks[0].length) {
                chunks[0] = Arrays.copyOf(chunks[0], Math.min(CHUNK, 2 * entry) * STRIDE);
            }
        } else if (chunks[number] == null) {
            chunks[number] = new int[CHUNK * STRIDE];
        }
    }

    /** One more than the highest entry ever used. */
    int end() {
        return used;
    }

    void release(int entry) {
        unschedule(entry);
        set(entry, FAMILY, NONE);
        set(entry, NEXT, free);
        free = entry;
    }

    boolean isUsed(int entry) {
        return get(entry, FAMILY) != NONE;
    }

    private int get(int entry, int field) {
        return chunks[entry >>> CHUNK_BITS][(entry & (CHUNK - 1)) * STRIDE + field];
    }

    private void set(int entry, int field, int value) {
        chunks[entry >>> CHUNK_BITS][(entry & (CHUNK - 1)) * STRIDE + field] = value;
    }

    /** In the index. */
    long place(int entry) {
        return (long) get(entry, FAMILY) << 32 | get(entry, NODE);
    }

    /** A registrant's number, or a group's when negative. */
    int registrant(int entry) {
        return get(entry, REGISTRANT);
    }

    int binding(int entry) {
        return get(entry, BINDING);
    }

    void bind(int entry, int registrant, int binding) {
        set(entry, REGISTRANT, registrant);
        set(entry, BINDING, binding);
    }

    /** Seconds since the start. */
    int since(int entry) {
        return get(entry, SINCE);
    }

    void since(int entry, int seconds) {
        set(entry, SINCE, seconds);
    }

    int epoch(int entry) {
        return get(entry, EPOCH);
    }

    int nextEpoch(int entry) {
        int epoch = get(entry, EPOCH) + 1;
        set(entry, EPOCH, epoch);
        return epoch;
    }

    void epoch(int entry, int epoch) {
        set(entry, EPOCH, epoch);
    }

    /** In ticks. */
    int deadline(int entry) {
        return get(entry, DEADLINE);
    }

    void schedule(int entry, int deadline) {
        set(entry, DEADLINE, deadline);
        int at = get(entry, LINKED);
        if (at == NONE || deadline < at) {
            unschedule(entry);
            link(entry);
        }
    }

    void unschedule(int entry) {
        if (get(entry, LINKED) != NONE) {
            unlink(entry);
        }
    }

    private void link(int entry) {
        int tick = Math.max(get(entry, DEADLINE), currentTick);
        int slot = slot(tick);
        int head = heads[slot];
        set(entry, LINKED, tick);
        set(entry, PREVIOUS, NONE);
        set(entry, NEXT, head);
        if (head != NONE) {
            set(head, PREVIOUS, entry);
        }
        heads[slot] = entry;
        linked++;
    }

    private void unlink(int entry) {
        int next = get(entry, NEXT);
        int previous = get(entry, PREVIOUS);
        if (cursor == entry) {
            cursor = next;
        }
        if (previous == NONE) {
            heads[slot(get(entry, LINKED))] = next;
        } else {
            set(previous, NEXT, next);
        }
        if (next != NONE) {
            set(next, PREVIOUS, previous);
        }
        set(entry, LINKED, NONE);
        linked--;
    }

    private int slot(int tick) {
        return tick & (heads.length - 1);
    }

    /**
     * Hands out entries whose deadline has passed, taken out of the wheel, looking at {@code limit} entries or empty ticks at most. The
     * consumer may schedule and release entries.
     *
     * @return whether the wheel has caught up with the clock
     */
    boolean poll(int nowTick, int limit, IntConsumer consumer) {
        if (linked == 0) {
            currentTick = Math.max(currentTick, nowTick);
            return true;
        }
        for (int work = 0; work < limit && (cursor != NONE || currentTick < nowTick); work++) {
            if (cursor == NONE) {
                currentTick++;
                cursor = heads[slot(currentTick - 1)];
            }
            if (cursor != NONE) {
                visit(consumer);
            }
        }
        return currentTick >= nowTick && cursor == NONE;
    }

    private void visit(IntConsumer consumer) {
        int entry = cursor;
        int deadline = get(entry, DEADLINE);
        if (deadline < currentTick) {
            unlink(entry);
            consumer.accept(entry);
        } else if (slot(deadline) != slot(currentTick - 1)) {
            unlink(entry);
            link(entry);
        } else {
            set(entry, LINKED, deadline);
            cursor = get(entry, NEXT);
        }
    }
}
