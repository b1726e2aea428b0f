package io.godwit.mapping;

import java.util.Arrays;

/**
 * Finds the node of a prefix by hashing: open addressing with linear probing, the keys being those of {@link PrefixNodes}. Also knows which
 * prefix lengths are in use, so that a longest match probes only those.
 *
 * <p>Growing is spread over the additions that follow it: nobody waits while a million entries find new places.
 */
final class PrefixIndex {
    private static final int NONE = PrefixNodes.NONE;
    private static final int MOVES_AN_ADDITION = 8;

    private final PrefixNodes nodes;
    private HashSlots slots = new HashSlots(8);
    /** What {@code slots} replaces, still searched; empty when all has been moved. */
    private HashSlots old = HashSlots.NOTHING;

    private int moved;
    private int size;
    private final int[] countByLength;
    private int[] lengths = new int[0];
    /** Nothing can be found before {@link #build}. */
    private boolean deferred;

    /** @param deferred whether {@link #build} is to be called when many have been added */
    PrefixIndex(PrefixNodes nodes, int width, boolean deferred) {
        this.nodes = nodes;
        this.deferred = deferred;
        countByLength = new int[width + 1];
    }

    boolean isDeferred() {
        return deferred;
    }

    /** All at once, into a table that has the right size: growing takes more time than all else that an addition does. */
    void build() {
        deferred = false;
        int capacity = slots.capacity();
        while (HashSlots.isFullWith(size, capacity)) {
            capacity *= 2;
        }
        slots = new HashSlots(capacity);
        for (int node = 0; node < nodes.end(); node++) {
            if (nodes.value(node) != NONE) {
                slots.add(node, hash(node));
            }
        }
    }

    int size() {
        return size;
    }

    /** The node of exactly this prefix, or {@link PrefixNodes#NONE}. */
    int find(long high, long low, int length) {
        int hash = KeyBits.hash(high, low, length);
        int node = find(slots, hash, high, low, length);
        return node == NONE && old != HashSlots.NOTHING ? find(old, hash, high, low, length) : node;
    }

    private int find(HashSlots in, int hash, long high, long low, int length) {
        for (int slot = in.home(hash); !in.isEmpty(slot); slot = in.after(slot)) {
            if (in.mayHold(slot, hash)) {
                int node = in.node(slot);
                if (nodes.is(node, high, low, length)) {
                    return node;
                }
            }
        }
        return NONE;
    }

    /** What is at the place where {@link #find} begins to look. */
    int home(int hash) {
        return slots.content(slots.home(hash));
    }

    /**
     * The first node that may be the one of a key with this hash, or {@link PrefixNodes#NONE}.
     *
     * @param home of it
     */
    int candidate(int home, int hash) {
        if (HashSlots.mayBe(home, hash)) {
            return HashSlots.nodeOf(home);
        }
        for (int slot = slots.home(hash); !slots.isEmpty(slot); slot = slots.after(slot)) {
            if (slots.mayHold(slot, hash)) {
                return slots.node(slot);
            }
        }
        return NONE;
    }

    /** The value of exactly this prefix, or {@link PrefixNodes#NONE}; a right {@link #candidate} spares looking for it. */
    int value(int candidate, long high, long low, int length) {
        boolean right = candidate != NONE && nodes.is(candidate, high, low, length);
        int node = right ? candidate : find(high, low, length);
        return node == NONE ? NONE : nodes.value(node);
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
        if (!deferred) {
            makeRoom();
            slots.add(node, hash(node));
        }
        size++;
        if (countByLength[nodes.length(node)]++ == 0) {
            lengthsChanged();
        }
    }

    private void makeRoom() {
        if (old == HashSlots.NOTHING && HashSlots.isFullWith(size + 1, slots.capacity())) {
            old = slots;
            slots = new HashSlots(2 * old.capacity());
            moved = 0;
        }
        moveSome();
    }

    /** Entries stay in the old slots, where probing passes over them, until all are in the new ones as well. */
    private void moveSome() {
        for (int i = 0; i < MOVES_AN_ADDITION && old != HashSlots.NOTHING; i++) {
            if (moved == old.capacity()) {
                old = HashSlots.NOTHING;
            } else if (old.holds(moved)) {
                int node = old.node(moved);
                old.clear(moved++);
                slots.add(node, hash(node));
            } else {
                moved++;
            }
        }
    }

    private int hash(int node) {
        return KeyBits.hash(nodes.high(node), nodes.low(node), nodes.length(node));
    }

    /** Removes a node that is there; its key must still be readable. */
    void remove(int node) {
        if (!deferred) {
            int hash = hash(node);
            if (!slots.remove(node, hash, this::hash)) {
                old.clear(node, hash);
            }
        }
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
