package io.godwit.mapping;

import java.util.Arrays;

/**
 * The nodes of one {@link PrefixTrie}, packed into arrays: an index is a node. A node's fields lie side by side, so that looking at one
 * touches one or two cache lines. Freed nodes are chained through {@code left}. A node without a value joins two branches.
 *
 * <p>Arrays come in chunks: growing never copies more than the first one, and leaves little room unused.
 */
final class PrefixNodes {
    static final int NONE = -1;
    /** Nodes at most: what {@link PrefixIndex} can number. */
    static final int MAX_NODES = (1 << 26) - 2;

    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int FIRST = 8;

    private static final int LEFT = 0;
    private static final int RIGHT = 1;
    private static final int VALUE = 2;
    private static final int LENGTH = 3;
    private static final int KEY = 4;

    /** Ints of a key: 1 for IPv4, 2 for MAC, 4 for IPv6. */
    private final int keyInts;

    private final int stride;
    private int[][] chunks = new int[1][];
    private int used;
    private int free = NONE;

    /** @param width of the addresses, in bits */
    PrefixNodes(int width) {
        keyInts = width <= 32 ? 1 : width <= 64 ? 2 : 4;
        stride = KEY + keyInts;
        chunks[0] = new int[FIRST * stride];
    }

    int allocate(long keyHigh, long keyLow, int keyLength, int value) {
        int node = free;
        if (node == NONE) {
            node = used;
            reserve(node);
            used++;
        } else {
            free = left(node);
        }
        int[] chunk = chunk(node);
        int at = at(node);
        chunk[at + LEFT] = NONE;
        chunk[at + RIGHT] = NONE;
        chunk[at + VALUE] = value;
        chunk[at + LENGTH] = keyLength;
        long high = keyHigh & KeyBits.maskHigh(keyLength);
        chunk[at + KEY] = (int) (high >>> 32);
        if (keyInts > 1) {
            chunk[at + KEY + 1] = (int) high;
        }
        if (keyInts > 2) {
            long low = keyLow & KeyBits.maskLow(keyLength);
            chunk[at + KEY + 2] = (int) (low >>> 32);
            chunk[at + KEY + 3] = (int) low;
        }
        return node;
    }

    private void reserve(int node) {
        if (node >= MAX_NODES) {
            throw new IllegalStateException("no more than " + MAX_NODES / 2 + " prefixes fit into one table");
        }
        int number = node >>> CHUNK_BITS;
        if (number == chunks.length) {
            chunks = Arrays.copyOf(chunks, number + Math.max(1, number >> 1));
        }
        if (number == 0) {
            if (node * stride == chunks[0].length) {
                chunks[0] = Arrays.copyOf(chunks[0], Math.min(CHUNK, 2 * node) * stride);
            }
        } else if (chunks[number] == null) {
            chunks[number] = new int[CHUNK * stride];
        }
    }

    /** One more than the highest node ever used. */
    int end() {
        return used;
    }

    private int[] chunk(int node) {
        return chunks[node >>> CHUNK_BITS];
    }

    private int at(int node) {
        return (node & (CHUNK - 1)) * stride;
    }

    void release(int node) {
        int[] chunk = chunk(node);
        int at = at(node);
        chunk[at + VALUE] = NONE;
        chunk[at + RIGHT] = NONE;
        chunk[at + LEFT] = free;
        free = node;
    }

    long high(int node) {
        int[] chunk = chunk(node);
        int at = at(node) + KEY;
        long high = (long) chunk[at] << 32;
        return keyInts == 1 ? high : high | (chunk[at + 1] & 0xffff_ffffL);
    }

    long low(int node) {
        if (keyInts < 4) {
            return 0;
        }
        int[] chunk = chunk(node);
        int at = at(node) + KEY;
        return (long) chunk[at + 2] << 32 | (chunk[at + 3] & 0xffff_ffffL);
    }

    int length(int node) {
        return chunk(node)[at(node) + LENGTH];
    }

    private int left(int node) {
        return chunk(node)[at(node) + LEFT];
    }

    int child(int node, boolean toRight) {
        return chunk(node)[at(node) + (toRight ? RIGHT : LEFT)];
    }

    void child(int node, boolean toRight, int child) {
        chunk(node)[at(node) + (toRight ? RIGHT : LEFT)] = child;
    }

    /** {@link #NONE} for a joint. */
    int value(int node) {
        return chunk(node)[at(node) + VALUE];
    }

    void value(int node, int value) {
        chunk(node)[at(node) + VALUE] = value;
    }

    /** How many leading bits of the key the node's prefix shares, at most the node's and the key's length. */
    int common(int node, long keyHigh, long keyLow, int keyLength) {
        int common = KeyBits.common(high(node), low(node), keyHigh, keyLow);
        return Math.min(common, Math.min(length(node), keyLength));
    }

    boolean is(int node, long keyHigh, long keyLow, int keyLength) {
        return length(node) == keyLength && high(node) == keyHigh && low(node) == keyLow;
    }
}
