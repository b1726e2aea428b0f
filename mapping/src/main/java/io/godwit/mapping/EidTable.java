package io.godwit.mapping;

import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * EID-prefixes of all instances and families to values, with longest-prefix match. Host prefixes are as cheap by the million as by the
 * ten. Not thread-safe: one owner.
 */
public interface EidTable<V> {
    static <V> EidTable<V> create() {
        throw new IllegalStateException("being built");
    }

    record Entry<V>(EidPrefix prefix, V value) {}

    Optional<V> put(EidPrefix prefix, V value);

    Optional<V> remove(EidPrefix prefix);

    Optional<V> get(EidPrefix prefix);

    /** The longest prefix that covers {@code eid}. */
    Optional<Entry<V>> longestMatch(EidPrefix eid);

    /** Calls {@code consumer} for every prefix strictly within {@code prefix}, in no order. */
    void forEachMoreSpecific(EidPrefix prefix, BiConsumer<EidPrefix, V> consumer);

    /** Calls {@code consumer} for every prefix that strictly covers {@code prefix}, longest first. */
    void forEachLessSpecific(EidPrefix prefix, BiConsumer<EidPrefix, V> consumer);

    void forEach(BiConsumer<EidPrefix, V> consumer);

    int size();

    /**
     * The least-specific prefix that covers {@code eid} and overlaps no prefix of this table (RFC 9301 section 8.4), or empty when a
     * prefix of the table covers {@code eid}.
     */
    Optional<EidPrefix> hole(EidPrefix eid);
}
