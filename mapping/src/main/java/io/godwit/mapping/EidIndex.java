package io.godwit.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * EID-prefixes of all instances and families to numbers that their owner gives them, with longest-prefix match: some 50 octets for an IPv4
 * host and no object. Where a prefix is kept is its <em>place</em>, valid until the prefix is removed. Not thread-safe: one owner.
 */
public final class EidIndex {
    /** No place. */
    public static final long NOWHERE = -1;
    /** No number. */
    public static final int NONE = PrefixNodes.NONE;

    private final Int2ObjectHashMap<@Nullable Family[]> instances = new Int2ObjectHashMap<>();
    private final List<@Nullable Family> families = new ArrayList<>();
    private final List<Integer> freeFamilies = new ArrayList<>();
    private int size;
    private boolean filling;

    /** The prefixes of one instance and family. */
    private static final class Family {
        private final int number;
        private final int instanceId;
        private final int width;
        private final PrefixNodes nodes;
        private final PrefixTrie trie;
        private final PrefixIndex index;

        Family(int number, int instanceId, int width, boolean filling) {
            this.number = number;
            this.instanceId = instanceId;
            this.width = width;
            nodes = new PrefixNodes(width);
            trie = new PrefixTrie(nodes);
            index = new PrefixIndex(nodes, width, filling);
        }

        long place(int node) {
            return node == NONE ? NOWHERE : (long) number << 32 | node;
        }

        int find(EidPrefix prefix) {
            long high = KeyBits.high(prefix.address());
            long low = KeyBits.low(prefix.address());
            return index.isDeferred() ? trie.find(high, low, prefix.length()) : index.find(high, low, prefix.length());
        }

        PrefixIndex index() {
            if (index.isDeferred()) {
                index.build();
            }
            return index;
        }
    }

    private static int slot(int width) {
        return width == 32 ? 0 : width == 128 ? 1 : 2;
    }

    private @Nullable Family family(int instanceId, int width) {
        @Nullable Family[] instance = instances.get(instanceId);
        return instance == null ? null : instance[slot(width)];
    }

    private @Nullable Family family(EidPrefix prefix) {
        return family(prefix.instanceId(), KeyBits.width(prefix.address()));
    }

    private Family at(long place) {
        return Objects.requireNonNull(families.get((int) (place >>> 32)));
    }

    private Family familyForUpdate(EidPrefix prefix) {
        int width = KeyBits.width(prefix.address());
        Family family = family(prefix.instanceId(), width);
        if (family != null) {
            return family;
        }
        boolean reuse = !freeFamilies.isEmpty();
        int number = reuse ? freeFamilies.removeLast() : families.size();
        family = new Family(number, prefix.instanceId(), width, filling);
        if (reuse) {
            families.set(number, family);
        } else {
            families.add(family);
        }
        instances.computeIfAbsent(prefix.instanceId(), id -> new @Nullable Family[3])[slot(width)] = family;
        return family;
    }

    /** Instances come and go: an empty one leaves nothing behind. */
    private void forget(Family family) {
        @Nullable Family[] instance = Objects.requireNonNull(instances.get(family.instanceId));
        instance[slot(family.width)] = null;
        families.set(family.number, null);
        freeFamilies.add(family.number);
        if (instance[0] == null && instance[1] == null && instance[2] == null) {
            instances.remove(family.instanceId);
        }
    }

    public int size() {
        return size;
    }

    /**
     * Begins to fill an empty index: until {@link #filled}, additions take half the time, and all else gives the same answers later.
     * Throws {@link IllegalStateException} when it is not empty.
     */
    public void fill() {
        if (size > 0) {
            throw new IllegalStateException("there are " + size + " prefixes already");
        }
        filling = true;
    }

    public void filled() {
        filling = false;
        for (Family family : families) {
            if (family != null) {
                family.index();
            }
        }
    }

    /** Adds a prefix that is not there yet, with a number of at least 0; returns its place. */
    public long add(EidPrefix prefix, int number) {
        Family family = familyForUpdate(prefix);
        long high = KeyBits.high(prefix.address());
        int node = family.trie.insert(high, KeyBits.low(prefix.address()), prefix.length(), number);
        family.index.add(node);
        size++;
        return family.place(node);
    }

    /**
     * The place of the prefix, which is added with {@code number} if it is not there: one that no prefix has.
     *
     * <p>While the index is filled, this costs no more than {@link #add}.
     */
    public long findOrAdd(EidPrefix prefix, int number) {
        Family family = familyForUpdate(prefix);
        long high = KeyBits.high(prefix.address());
        long low = KeyBits.low(prefix.address());
        int node = family.index.isDeferred() ? NONE : family.index.find(high, low, prefix.length());
        if (node == NONE) {
            node = family.trie.insert(high, low, prefix.length(), number);
            if (family.nodes.value(node) == number) {
                family.index.add(node);
                size++;
            }
        }
        return family.place(node);
    }

    public void remove(long place) {
        Family family = at(place);
        int node = (int) place;
        long high = family.nodes.high(node);
        long low = family.nodes.low(node);
        int length = family.nodes.length(node);
        family.index.remove(node);
        family.trie.remove(high, low, length);
        size--;
        if (family.index.size() == 0) {
            forget(family);
        }
    }

    public int number(long place) {
        return at(place).nodes.value((int) place);
    }

    public void number(long place, int number) {
        at(place).nodes.value((int) place, number);
    }

    public EidPrefix prefix(long place) {
        Family family = at(place);
        int node = (int) place;
        return new EidPrefix(
                family.instanceId,
                KeyBits.address(family.width, family.nodes.high(node), family.nodes.low(node)),
                family.nodes.length(node));
    }

    /** The place of exactly this prefix, or {@link #NOWHERE}. */
    public long find(EidPrefix prefix) {
        Family family = family(prefix);
        return family == null ? NOWHERE : family.place(family.find(prefix));
    }

    /** The place of the longest prefix that covers {@code eid}, or {@link #NOWHERE}. */
    public long longestMatch(EidPrefix eid) {
        return longestMatch(eid, eid.length());
    }

    private long longestMatch(EidPrefix eid, int length) {
        Family family = family(eid);
        return family == null
                ? NOWHERE
                : family.place(
                        family.index().longestMatch(KeyBits.high(eid.address()), KeyBits.low(eid.address()), length));
    }

    /** The place of the longest prefix that covers {@code eid} and is shorter than the one at {@code place}. */
    public long nextShorter(EidPrefix eid, long place) {
        return longestMatch(eid, at(place).nodes.length((int) place) - 1);
    }

    /** The longest prefix that is shorter than {@code eid} and covers it. */
    public long shorter(EidPrefix eid) {
        return longestMatch(eid, eid.length() - 1);
    }

    /**
     * The number of exactly this host prefix, or {@link #NONE}.
     *
     * @param width of the address in bits
     * @param high its first 64 bits, an IPv4 or MAC address being aligned to the left
     */
    public int host(int instanceId, int width, long high, long low) {
        Family family = family(instanceId, width);
        if (family == null) {
            return NONE;
        }
        int node = family.index().find(high, low, width);
        return node == NONE ? NONE : family.nodes.value(node);
    }

    /** {@link #host} of each of them. */
    public void hosts(HostQuery query) {
        query.find(this);
    }

    /** Of an instance's family, if it has prefixes. */
    @Nullable
    PrefixIndex index(int instanceId, int width) {
        Family family = family(instanceId, width);
        return family == null ? null : family.index();
    }

    /** Every prefix strictly within {@code prefix}, in no order, while {@code visitor} says true; it must not change the index. */
    public void forEachWithin(EidPrefix prefix, LongPredicate visitor) {
        Family family = family(prefix);
        if (family != null) {
            family.trie.forEachWithin(
                    KeyBits.high(prefix.address()),
                    KeyBits.low(prefix.address()),
                    prefix.length(),
                    node -> visitor.test(family.place(node)));
        }
    }

    /** Every prefix, in no order, while {@code visitor} says true; it must not change the index. */
    public void forEach(LongPredicate visitor) {
        for (Family family : families) {
            if (family != null) {
                family.trie.forEach(node -> visitor.test(family.place(node)));
            }
        }
    }

    /** As {@link EidTable#hole}. */
    public Optional<EidPrefix> hole(EidPrefix eid) {
        return hole(eid, -1);
    }

    /** As {@link EidTable#holeWithin}. */
    public Optional<EidPrefix> holeWithin(EidPrefix cover, EidPrefix eid) {
        if (!cover.covers(eid)) {
            throw new IllegalArgumentException(cover + " does not cover " + eid);
        }
        return hole(eid, cover.length());
    }

    private Optional<EidPrefix> hole(EidPrefix eid, int within) {
        Family family = family(eid);
        int length = family == null
                ? Math.max(within, 0)
                : family.trie.holeLength(KeyBits.high(eid.address()), KeyBits.low(eid.address()), eid.length(), within);
        return length < 0 ? Optional.empty() : Optional.of(new EidPrefix(eid.instanceId(), eid.address(), length));
    }
}
