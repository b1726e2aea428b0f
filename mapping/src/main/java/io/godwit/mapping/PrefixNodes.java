package io.godwit.mapping;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one {@link PrefixTrie}, packed into arrays: an index is a node. Freed nodes are chained through {@code left}. A node
 * without a value joins two branches.
 */
final class PrefixNodes<V> {
    static final int NONE = -1;

    private final boolean wide;
    private long[] high = new long[0];
    private long[] low = new long[0];
    private byte[] length = new byte[0];
    private int[] left = new int[0];
    private int[] right = new int[0];
    private @Nullable Object[] values = new Object[0];
    private int used;
    private int free = NONE;

    /** @param wide whether keys use the low half */
    PrefixNodes(boolean wide) {
        this.wide = wide;
    }

    int allocate(long keyHigh, long keyLow, int keyLength, @Nullable V value) {
        int node = free;
        if (node == NONE) {
            if (used == high.length) {
                grow();
            }
            node = used++;
        } else {
            free = left[node];
        }
        high[node] = keyHigh & KeyBits.maskHigh(keyLength);
        if (wide) {
            low[node] = keyLow & KeyBits.maskLow(keyLength);
        }
        length[node] = (byte) keyLength;
        left[node] = NONE;
        right[node] = NONE;
        values[node] = value;
        return node;
    }

    private void grow() {
        int capacity = Math.max(8, used + (used >> 1));
        high = Arrays.copyOf(high, capacity);
        low = wide ? Arrays.copyOf(low, capacity) : low;
        length = Arrays.copyOf(length, capacity);
        left = Arrays.copyOf(left, capacity);
        right = Arrays.copyOf(right, capacity);
        values = Arrays.copyOf(values, capacity);
    }

    void release(int node) {
        values[node] = null;
        right[node] = NONE;
        left[node] = free;
        free = node;
    }

    long high(int node) {
        return high[node];
    }

    long low(int node) {
        return wide ? low[node] : 0;
    }

    int length(int node) {
        return length[node] & 0xff;
    }

    int child(int node, boolean toRight) {
        return toRight ? right[node] : left[node];
    }

    void child(int node, boolean toRight, int child) {
        if (toRight) {
            right[node] = child;
        } else {
            left[node] = child;
        }
    }

    @SuppressWarnings("unchecked") // only values of V are ever stored
    @Nullable
    V value(int node) {
        return (V) values[node];
    }

    void value(int node, @Nullable V value) {
        values[node] = value;
    }

    /** How many leading bits of the key the node's prefix shares, at most the node's and the key's length. */
    int common(int node, long keyHigh, long keyLow, int keyLength) {
        int common = KeyBits.common(high[node], low(node), keyHigh, keyLow);
        return Math.min(common, Math.min(length(node), keyLength));
    }

    boolean is(int node, long keyHigh, long keyLow, int keyLength) {
        return length(node) == keyLength && high[node] == keyHigh && low(node) == keyLow;
    }
}
