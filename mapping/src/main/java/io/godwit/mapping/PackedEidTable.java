package io.godwit.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/** An {@link EidIndex} whose numbers are places in a list of values: an entry costs no object but its value. */
final class PackedEidTable<V> implements EidTable<V> {
    private final EidIndex index = new EidIndex();
    private final List<@Nullable V> values = new ArrayList<>();
    private final IntArrayList free = new IntArrayList();

    private V value(long place) {
        return Objects.requireNonNull(values.get(index.number(place)));
    }

    private Entry<V> entry(long place) {
        return new Entry<>(index.prefix(place), value(place));
    }

    @Override
    public Optional<V> put(EidPrefix prefix, V value) {
        long place = index.find(prefix);
        if (place != EidIndex.NOWHERE) {
            return Optional.of(Objects.requireNonNull(values.set(index.number(place), value)));
        }
        int number = values.size();
        if (free.isEmpty()) {
            values.add(value);
        } else {
            number = free.removeAt(free.size() - 1);
            values.set(number, value);
        }
        index.add(prefix, number);
        return Optional.empty();
    }

    @Override
    public Optional<V> remove(EidPrefix prefix) {
        long place = index.find(prefix);
        if (place == EidIndex.NOWHERE) {
            return Optional.empty();
        }
        int number = index.number(place);
        index.remove(place);
        free.addInt(number);
        return Optional.ofNullable(values.set(number, null));
    }

    @Override
    public Optional<V> get(EidPrefix prefix) {
        long place = index.find(prefix);
        return place == EidIndex.NOWHERE ? Optional.empty() : Optional.of(value(place));
    }

    @Override
    public Optional<Entry<V>> longestMatch(EidPrefix eid) {
        long place = index.longestMatch(eid);
        return place == EidIndex.NOWHERE ? Optional.empty() : Optional.of(entry(place));
    }

    @Override
    public @Nullable V longestMatchValue(EidPrefix eid) {
        long place = index.longestMatch(eid);
        return place == EidIndex.NOWHERE ? null : value(place);
    }

    @Override
    public void forEachMoreSpecific(EidPrefix prefix, BiConsumer<EidPrefix, V> consumer) {
        index.forEachWithin(prefix, place -> {
            consumer.accept(index.prefix(place), value(place));
            return true;
        });
    }

    @Override
    public List<Entry<V>> moreSpecifics(EidPrefix prefix, int limit) {
        List<Entry<V>> found = new ArrayList<>();
        if (limit > 0) {
            index.forEachWithin(prefix, place -> {
                found.add(entry(place));
                return found.size() < limit;
            });
        }
        return found;
    }

    @Override
    public void forEachLessSpecific(EidPrefix prefix, BiConsumer<EidPrefix, V> consumer) {
        long place = index.shorter(prefix);
        while (place != EidIndex.NOWHERE) {
            consumer.accept(index.prefix(place), value(place));
            place = index.nextShorter(prefix, place);
        }
    }

    @Override
    public void forEach(BiConsumer<EidPrefix, V> consumer) {
        index.forEach(place -> {
            consumer.accept(index.prefix(place), value(place));
            return true;
        });
    }

    @Override
    public int size() {
        return index.size();
    }

    @Override
    public Optional<EidPrefix> hole(EidPrefix eid) {
        return index.hole(eid);
    }

    @Override
    public Optional<EidPrefix> holeWithin(EidPrefix cover, EidPrefix eid) {
        return index.holeWithin(cover, eid);
    }
}
