package io.godwit.mapping;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of many keys, with a bounded amount of work for each call of {@link #poll}: when a million are due in the same second, the
 * owner keeps answering others in between. A ring of ticks, each a chain of entries in arrays: no object per entry, and starting,
 * moving and cancelling cost the same however many there are. (Agrona's wheel gives every tick room for the fullest one.)
 *
 * <p>Deadlines are in nanoseconds of the owner's clock and are met within one tick, never early.
 */
public final class ExpiryWheel<K> {
    /** No entry: what an owner may keep in place of a handle. */
    public static final int NONE = -1;

    private static final int FREE = -2;

    private final long tickNanos;
    private final int[] heads;
    private int[] next = new int[0];
    private int[] previous = new int[0];
    /** The tick of the deadline; for an entry that is due and waits for its turn, one that has passed. */
    private long[] ticks = new long[0];

    private @Nullable Object[] keys = new Object[0];
    private int used;
    private int free = NONE;
    private int size;
    private long currentTick;
    /** The entry to look at next in the current tick's chain. */
    private int cursor;

    /**
     * @param tickNanos how exact deadlines are
     * @param slots a power of two; deadlines further away than {@code slots} ticks cost a look each time the ring has turned
     * @param nowNanos the clock at the start
     */
    public ExpiryWheel(long tickNanos, int slots, long nowNanos) {
        if (tickNanos <= 0 || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("a wheel needs a tick above 0 and a power of two of slots");
        }
        this.tickNanos = tickNanos;
        heads = new int[slots];
        Arrays.fill(heads, NONE);
        currentTick = Math.floorDiv(nowNanos, tickNanos);
        cursor = NONE;
    }

    public int size() {
        return size;
    }

    /** Starts a deadline; the handle is valid until the key is handed out by {@link #poll} or cancelled. */
    public int start(K key, long deadlineNanos) {
        int entry = allocate();
        keys[entry] = key;
        link(entry, deadlineNanos);
        size++;
        return entry;
    }

    /** Gives a running entry another deadline. */
    public void move(int handle, long deadlineNanos) {
        check(handle);
        unlink(handle);
        link(handle, deadlineNanos);
    }

    public void cancel(int handle) {
        check(handle);
        unlink(handle);
        release(handle);
    }

    /**
     * Hands out keys whose deadline has passed, looking at {@code limit} entries or empty ticks at most. The consumer may start, move and
     * cancel entries.
     *
     * @return whether the wheel has caught up with the clock; if not, call again soon
     */
    public boolean poll(long nowNanos, int limit, Consumer<? super K> consumer) {
        long nowTick = Math.floorDiv(nowNanos, tickNanos);
        if (size == 0) {
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

    private void visit(Consumer<? super K> consumer) {
        int entry = cursor;
        cursor = next[entry];
        if (ticks[entry] < currentTick) {
            K key = key(entry);
            unlink(entry);
            release(entry);
            consumer.accept(key);
        }
    }

    private void link(int entry, long deadlineNanos) {
        // The tick whose end is the first at or after the deadline; the current one is being emptied already.
        long tick = Math.max(Math.floorDiv(deadlineNanos - 1, tickNanos), currentTick);
        int slot = slot(tick);
        ticks[entry] = tick;
        previous[entry] = NONE;
        next[entry] = heads[slot];
        if (heads[slot] != NONE) {
            previous[heads[slot]] = entry;
        }
        heads[slot] = entry;
    }

    private void unlink(int entry) {
        if (cursor == entry) {
            cursor = next[entry];
        }
        if (previous[entry] == NONE) {
            heads[slot(ticks[entry])] = next[entry];
        } else {
            next[previous[entry]] = next[entry];
        }
        if (next[entry] != NONE) {
            previous[next[entry]] = previous[entry];
        }
    }

    private int slot(long tick) {
        return (int) tick & (heads.length - 1);
    }

    private int allocate() {
        int entry = free;
        if (entry != NONE) {
            free = next[entry];
            return entry;
        }
        if (used == next.length) {
            int capacity = Math.max(16, used + (used >> 1));
            next = Arrays.copyOf(next, capacity);
            previous = Arrays.copyOf(previous, capacity);
            ticks = Arrays.copyOf(ticks, capacity);
            keys = Arrays.copyOf(keys, capacity);
        }
        return used++;
    }

    private void release(int entry) {
        keys[entry] = null;
        previous[entry] = FREE;
        next[entry] = free;
        free = entry;
        size--;
    }

    private void check(int handle) {
        if (handle < 0 || handle >= used || previous[handle] == FREE) {
            throw new IllegalArgumentException("no entry has the handle " + handle);
        }
    }

    @SuppressWarnings("unchecked") // only keys of K are ever stored
    private K key(int entry) {
        return (K) Objects.requireNonNull(keys[entry]);
    }
}
