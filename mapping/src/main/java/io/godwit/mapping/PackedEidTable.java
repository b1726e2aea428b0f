package io.godwit.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Prefixes packed into arrays, one set of them per instance and family: an entry costs no object but its value. */
final class PackedEidTable<V> implements EidTable<V> {
    private final Int2ObjectHashMap<Instance<V>> instances = new Int2ObjectHashMap<>();

    private int size;

    /** The families of one instance; absent until used. */
    private static final class Instance<V> {
        private @Nullable Family<V> ipv4;
        private @Nullable Family<V> ipv6;
        private @Nullable Family<V> mac;

        @Nullable
        Family<V> family(int width) {
            return width == 32 ? ipv4 : width == 128 ? ipv6 : mac;
        }

        void family(int width, @Nullable Family<V> family) {
            switch (width) {
                case 32 -> ipv4 = family;
                case 128 -> ipv6 = family;
                default -> mac = family;
            }
        }

        boolean isEmpty() {
            return ipv4 == null && ipv6 == null && mac == null;
        }
    }

    private static final class Family<V> {
        private final int instanceId;
        private final int width;
        private final PrefixNodes<V> nodes;
        private final PrefixTrie<V> trie;
        private final PrefixIndex index;

        Family(int instanceId, int width) {
            this.instanceId = instanceId;
            this.width = width;
            nodes = new PrefixNodes<>(width > 64);
            trie = new PrefixTrie<>(nodes);
            index = new PrefixIndex(nodes, width);
        }

        int find(EidPrefix prefix) {
            return index.find(KeyBits.high(prefix.address()), KeyBits.low(prefix.address()), prefix.length());
        }

        V value(int node) {
            return Objects.requireNonNull(nodes.value(node));
        }

        EidPrefix prefix(int node) {
            return new EidPrefix(
                    instanceId, KeyBits.address(width, nodes.high(node), nodes.low(node)), nodes.length(node));
        }
    }

    private @Nullable Family<V> family(EidPrefix prefix) {
        Instance<V> instance = instances.get(prefix.instanceId());
        return instance == null ? null : instance.family(KeyBits.width(prefix.address()));
    }

    private Family<V> familyForUpdate(EidPrefix prefix) {
        Instance<V> instance = instances.computeIfAbsent(prefix.instanceId(), id -> new Instance<>());
        int width = KeyBits.width(prefix.address());
        Family<V> family = instance.family(width);
        if (family == null) {
            family = new Family<>(prefix.instanceId(), width);
            instance.family(width, family);
        }
        return family;
    }

    @Override
    public Optional<V> put(EidPrefix prefix, V value) {
        Family<V> family = familyForUpdate(prefix);
        int node = family.find(prefix);
        if (node != PrefixNodes.NONE) {
            V old = family.value(node);
            family.nodes.value(node, value);
            return Optional.of(old);
        }
        long high = KeyBits.high(prefix.address());
        family.index.add(family.trie.insert(high, KeyBits.low(prefix.address()), prefix.length(), value));
        size++;
        return Optional.empty();
    }

    @Override
    public Optional<V> remove(EidPrefix prefix) {
        Family<V> family = family(prefix);
        int node = family == null ? PrefixNodes.NONE : family.find(prefix);
        if (family == null || node == PrefixNodes.NONE) {
            return Optional.empty();
        }
        V old = family.value(node);
        family.index.remove(node);
        family.trie.remove(KeyBits.high(prefix.address()), KeyBits.low(prefix.address()), prefix.length());
        size--;
        if (family.index.size() == 0) {
            forget(prefix);
        }
        return Optional.of(old);
    }

    /** Instances come and go: an empty one leaves nothing behind. */
    private void forget(EidPrefix prefix) {
        Instance<V> instance = Objects.requireNonNull(instances.get(prefix.instanceId()));
        instance.family(KeyBits.width(prefix.address()), null);
        if (instance.isEmpty()) {
            instances.remove(prefix.instanceId());
        }
    }

    @Override
    public Optional<V> get(EidPrefix prefix) {
        Family<V> family = family(prefix);
        int node = family == null ? PrefixNodes.NONE : family.find(prefix);
        return family == null || node == PrefixNodes.NONE ? Optional.empty() : Optional.of(family.value(node));
    }

    @Override
    public Optional<Entry<V>> longestMatch(EidPrefix eid) {
        Family<V> family = family(eid);
        if (family == null) {
            return Optional.empty();
        }
        int node = family.index.longestMatch(KeyBits.high(eid.address()), KeyBits.low(eid.address()), eid.length());
        return node == PrefixNodes.NONE
                ? Optional.empty()
                : Optional.of(new Entry<>(family.prefix(node), family.value(node)));
    }

    @Override
    public void forEachMoreSpecific(EidPrefix prefix, BiConsumer<EidPrefix, V> consumer) {
        Family<V> family = family(prefix);
        if (family != null) {
            family.trie.forEachWithin(
                    KeyBits.high(prefix.address()), KeyBits.low(prefix.address()), prefix.length(), node -> {
                        consumer.accept(family.prefix(node), family.value(node));
                        return true;
                    });
        }
    }

    @Override
    public List<Entry<V>> moreSpecifics(EidPrefix prefix, int limit) {
        Family<V> family = family(prefix);
        if (family == null || limit <= 0) {
            return List.of();
        }
        List<Entry<V>> found = new ArrayList<>();
        family.trie.forEachWithin(
                KeyBits.high(prefix.address()), KeyBits.low(prefix.address()), prefix.length(), node -> {
                    found.add(new Entry<>(family.prefix(node), family.value(node)));
                    return found.size() < limit;
                });
        return found;
    }

    @Override
    public void forEachLessSpecific(EidPrefix prefix, BiConsumer<EidPrefix, V> consumer) {
        Family<V> family = family(prefix);
        if (family == null) {
            return;
        }
        long high = KeyBits.high(prefix.address());
        long low = KeyBits.low(prefix.address());
        int node = family.index.longestMatch(high, low, prefix.length() - 1);
        while (node != PrefixNodes.NONE) {
            int length = family.nodes.length(node);
            consumer.accept(family.prefix(node), family.value(node));
            node = family.index.longestMatch(high, low, length - 1);
        }
    }

    @Override
    public void forEach(BiConsumer<EidPrefix, V> consumer) {
        instances.forEachInt((id, instance) -> {
            forEach(instance.ipv4, consumer);
            forEach(instance.ipv6, consumer);
            forEach(instance.mac, consumer);
        });
    }

    private static <V> void forEach(@Nullable Family<V> family, BiConsumer<EidPrefix, V> consumer) {
        if (family != null) {
            family.trie.forEach(node -> {
                consumer.accept(family.prefix(node), family.value(node));
                return true;
            });
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Optional<EidPrefix> hole(EidPrefix eid) {
        return hole(eid, -1);
    }

    @Override
    public Optional<EidPrefix> holeWithin(EidPrefix cover, EidPrefix eid) {
        if (!cover.covers(eid)) {
            throw new IllegalArgumentException(cover + " does not cover " + eid);
        }
        return hole(eid, cover.length());
    }

    private Optional<EidPrefix> hole(EidPrefix eid, int within) {
        Family<V> family = family(eid);
        int length = family == null
                ? Math.max(within, 0)
                : family.trie.holeLength(KeyBits.high(eid.address()), KeyBits.low(eid.address()), eid.length(), within);
        return length < 0 ? Optional.empty() : Optional.of(new EidPrefix(eid.instanceId(), eid.address(), length));
    }
}
