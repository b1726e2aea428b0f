package io.godwit.mapping;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * EID-prefixes of all instances and families to values, with longest-prefix match. Host prefixes are as cheap by the million as by the
 * ten. Not thread-safe: one owner.
 */
public interface EidTable<V> {
    static <V> EidTable<V> create() {
        return new PackedEidTable<>();
    }

    record Entry<V>(EidPrefix prefix, V value) {}

    Optional<V> put(EidPrefix prefix, V value);

    Optional<V> remove(EidPrefix prefix);

    Optional<V> get(EidPrefix prefix);

    /** The longest prefix that covers {@code eid}. */
    Optional<Entry<V>> longestMatch(EidPrefix eid);

    /** The value of the longest prefix that covers {@code eid}, or null; makes no object. */
    @Nullable
    V longestMatchValue(EidPrefix eid);

    /** Calls {@code consumer} for every prefix strictly within {@code prefix}, in no order; it must not change the table. */
    void forEachMoreSpecific(EidPrefix prefix, BiConsumer<EidPrefix, V> consumer);

    /** Up to {@code limit} of the prefixes strictly within {@code prefix}, in no order. */
    List<Entry<V>> moreSpecifics(EidPrefix prefix, int limit);

    /** Calls {@code consumer} for every prefix that strictly covers {@code prefix}, longest first. */
    void forEachLessSpecific(EidPrefix prefix, BiConsumer<EidPrefix, V> consumer);

    /** In no order; {@code consumer} must not change the table. */
    void forEach(BiConsumer<EidPrefix, V> consumer);

    int size();

    /**
     * The least-specific prefix that covers {@code eid} and overlaps no prefix of this table (RFC 9301 section 8.4), or empty when a
     * prefix of the table covers {@code eid} or lies within it.
     */
    Optional<EidPrefix> hole(EidPrefix eid);

    /**
     * As {@link #hole}, but only the prefixes strictly within {@code cover}, which covers {@code eid}, count, and the answer is not wider
     * than {@code cover}: the part of {@code cover} that nothing more specific touches.
     */
    Optional<EidPrefix> holeWithin(EidPrefix cover, EidPrefix eid);
}
