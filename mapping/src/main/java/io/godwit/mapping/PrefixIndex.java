package io.godwit.mapping;

import java.util.Arrays;

/**
 * Finds the node of a prefix by hashing: open addressing with linear probing over node numbers, the keys being those of
 * {@link PrefixNodes}. Also knows which prefix lengths are in use, so that a longest match probes only those.
 */
final class PrefixIndex {
    private static final int NONE = PrefixNodes.NONE;

    private final PrefixNodes<?> nodes;
    private int[] slots = new int[8];
    private int size;
    private final int[] countByLength;
    private int[] lengths = new int[0];

    PrefixIndex(PrefixNodes<?> nodes, int width) {
        this.nodes = nodes;
        countByLength = new int[width + 1];
        Arrays.fill(slots, NONE);
    }

    int size() {
        return size;
    }

    /** Prefix lengths in use, ascending. Do not change. */
    int[] lengths() {
        return lengths;
    }

    /** The node of exactly this prefix, or {@link PrefixNodes#NONE}. */
    int find(long high, long low, int length) {
        int mask = slots.length - 1;
        int slot = KeyBits.hash(high, low, length) & mask;
        while (slots[slot] != NONE && !nodes.is(slots[slot], high, low, length)) {
            slot = (slot + 1) & mask;
        }
        return slots[slot];
    }

    /** The node of the longest prefix, no longer than {@code length}, that covers the key, or {@link PrefixNodes#NONE}. */
    int longestMatch(long high, long low, int length) {
        for (int i = lengths.length - 1; i >= 0; i--) {
            int probe = lengths[i];
            if (probe <= length) {
                int node = find(high & KeyBits.maskHigh(probe), low & KeyBits.maskLow(probe), probe);
                if (node != NONE) {
                    return node;
                }
            }
        }
        return NONE;
    }

    /** Adds a node that is not there yet. */
    void add(int node) {
        if (3 * (size + 1) > 2 * slots.length) {
            grow();
        }
        place(node);
        size++;
        if (countByLength[nodes.length(node)]++ == 0) {
            lengthsChanged();
        }
    }

    private void place(int node) {
        int mask = slots.length - 1;
        int slot = home(node, mask);
        while (slots[slot] != NONE) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = node;
    }

    private int home(int node, int mask) {
        return KeyBits.hash(nodes.high(node), nodes.low(node), nodes.length(node)) & mask;
    }

    private void grow() {
        int[] old = slots;
        slots = new int[old.length * 2];
        Arrays.fill(slots, NONE);
        for (int node : old) {
            if (node != NONE) {
                place(node);
            }
        }
    }

    /** Removes a node that is there; its key must still be readable. Closes the gap, so that no tombstones gather. */
    void remove(int node) {
        int mask = slots.length - 1;
        int gap = home(node, mask);
        while (slots[gap] != node) {
            gap = (gap + 1) & mask;
        }
        for (int slot = (gap + 1) & mask; slots[slot] != NONE; slot = (slot + 1) & mask) {
            int home = home(slots[slot], mask);
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }
        slots[gap] = NONE;
        size--;
        if (--countByLength[nodes.length(node)] == 0) {
            lengthsChanged();
        }
    }

    private void lengthsChanged() {
        int[] used = new int[countByLength.length];
        int count = 0;
        for (int length = 0; length < countByLength.length; length++) {
            if (countByLength[length] > 0) {
                used[count++] = length;
            }
        }
        lengths = Arrays.copyOf(used, count);
    }
}
