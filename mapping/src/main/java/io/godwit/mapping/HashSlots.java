package io.godwit.mapping;

import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The places of a hash table with linear probing. A place holds a node and a few bits of its key's hash, which spare most looks at nodes
 * that are others. Memory comes in chunks as places are used: a big table is not filled in one go.
 */
final class HashSlots {
    /** One empty place, never written. */
    static final HashSlots NOTHING = new HashSlots(1);

    private static final int EMPTY = 0;
    /** Was used: probing goes on behind it. */
    private static final int CLEARED = -1;

    private static final int NODE_BITS = 26;
    private static final int NODE_MASK = (1 << NODE_BITS) - 1;
    private static final int TAG_MASK = 0x1f;
    private static final int CHUNK_BITS = 12;

    private final int capacity;
    private final int chunkMask;
    private final int[] @Nullable [] chunks;

    /** @param capacity a power of two */
    HashSlots(int capacity) {
        this.capacity = capacity;
        int chunk = Math.min(capacity, 1 << CHUNK_BITS);
        chunkMask = chunk - 1;
        chunks = new int[Math.max(1, capacity >> CHUNK_BITS)][];
    }

    int capacity() {
        return capacity;
    }

    static boolean isFullWith(int entries, int capacity) {
        return entries > capacity - (capacity >> 2);
    }

    int home(int hash) {
        return hash & (capacity - 1);
    }

    int after(int slot) {
        return (slot + 1) & (capacity - 1);
    }

    private int get(int slot) {
        int[] chunk = chunks[slot >>> CHUNK_BITS];
        return chunk == null ? EMPTY : chunk[slot & chunkMask];
    }

    private void set(int slot, int content) {
        int[] chunk = chunks[slot >>> CHUNK_BITS];
        if (chunk == null) {
            chunk = new int[chunkMask + 1];
            chunks[slot >>> CHUNK_BITS] = chunk;
        }
        chunk[slot & chunkMask] = content;
    }

    /** For {@link #mayBe} and {@link #nodeOf}. */
    int content(int slot) {
        return get(slot);
    }

    boolean isEmpty(int slot) {
        return get(slot) == EMPTY;
    }

    boolean holds(int slot) {
        return get(slot) > EMPTY;
    }

    /** Whether the place's node could have a key with this hash. */
    boolean mayHold(int slot, int hash) {
        return mayBe(get(slot), hash);
    }

    static boolean mayBe(int content, int hash) {
        return content > EMPTY && (content - 1) >>> NODE_BITS == tag(hash);
    }

    int node(int slot) {
        return nodeOf(get(slot));
    }

    static int nodeOf(int content) {
        return (content - 1) & NODE_MASK;
    }

    private static int tag(int hash) {
        return hash >>> 27 & TAG_MASK;
    }

    void add(int node, int hash) {
        int slot = home(hash);
        while (holds(slot)) {
            slot = after(slot);
        }
        // The highest content would be CHUNK's sign bit, which no node number reaches.
        set(slot, (tag(hash) << NODE_BITS | node) + 1);
    }

    /** Takes a node out and closes the gap, so that no cleared places gather; false when it is not here. */
    boolean remove(int node, int hash, IntUnaryOperator hashOf) {
        int gap = slotOf(node, hash);
        if (gap < 0) {
            return false;
        }
        for (int slot = after(gap); !isEmpty(slot); slot = after(slot)) {
            int home = home(hashOf.applyAsInt(node(slot)));
            if (((slot - home) & (capacity - 1)) >= ((slot - gap) & (capacity - 1))) {
                set(gap, get(slot));
                gap = slot;
            }
        }
        set(gap, EMPTY);
        return true;
    }

    void clear(int slot) {
        set(slot, CLEARED);
    }

    /** Takes a node out that is here. */
    void clear(int node, int hash) {
        clear(slotOf(node, hash));
    }

    private int slotOf(int node, int hash) {
        for (int slot = home(hash); !isEmpty(slot); slot = after(slot)) {
            if (holds(slot) && node(slot) == node) {
                return slot;
            }
        }
        return -1;
    }
}
