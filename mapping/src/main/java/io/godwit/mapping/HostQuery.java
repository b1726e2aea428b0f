package io.godwit.mapping;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are looked for together. In a large table each step of a lookup waits for memory, and the next step for what it brings; those of
 * several hosts can wait at the same time. So every step is taken for all of them before the next one is.
 */
public final class HostQuery {
    private final int[] instanceIds;
    private final int[] widths;
    private final long[] highs;
    private final long[] lows;
    private final int[] hashes;
    private final int[] slots;
    private final int[] nodes;
    private final int[] numbers;
    private final @Nullable PrefixIndex[] indexes;
    private int size;

    /** @param capacity hosts at most */
    public HostQuery(int capacity) {
        instanceIds = new int[capacity];
        widths = new int[capacity];
        highs = new long[capacity];
        lows = new long[capacity];
        hashes = new int[capacity];
        slots = new int[capacity];
        nodes = new int[capacity];
        numbers = new int[capacity];
        indexes = new @Nullable PrefixIndex[capacity];
    }

    /** As {@link EidIndex#host} has it. */
    public void add(int instanceId, int width, long high, long low) {
        instanceIds[size] = instanceId;
        widths[size] = width;
        highs[size] = high;
        lows[size] = low;
        size++;
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == numbers.length;
    }

    public void clear() {
        size = 0;
        Arrays.fill(indexes, null);
    }

    /** What {@link EidIndex#host} would say about the host that was added as number {@code place}, from 0 on. */
    public int number(int place) {
        return numbers[place];
    }

    void find(EidIndex in) {
        for (int i = 0; i < size; i++) {
            PrefixIndex index = in.index(instanceIds[i], widths[i]);
            indexes[i] = index;
            if (index != null) {
                hashes[i] = KeyBits.hash(highs[i], lows[i], widths[i]);
                slots[i] = index.home(hashes[i]);
            }
        }
        for (int i = 0; i < size; i++) {
            PrefixIndex index = indexes[i];
            nodes[i] = index == null ? PrefixNodes.NONE : index.candidate(slots[i], hashes[i]);
        }
        for (int i = 0; i < size; i++) {
            PrefixIndex index = indexes[i];
            numbers[i] = index == null ? EidIndex.NONE : index.value(nodes[i], highs[i], lows[i], widths[i]);
        }
    }
}
