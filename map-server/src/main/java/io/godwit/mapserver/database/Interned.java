package io.godwit.mapserver.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/** Things that many EIDs share, numbered so that an EID holds four octets; each lives as long as somebody uses it. */
final class Interned<K, V> {
    private final Map<K, Integer> numbers = new HashMap<>();
    private final List<@Nullable V> values = new ArrayList<>();
    private final IntArrayList uses = new IntArrayList();
    private final IntArrayList free = new IntArrayList();
    private @Nullable K lastKey;
    private int lastNumber;

    V get(int number) {
        return Objects.requireNonNull(values.get(number));
    }

    int size() {
        return numbers.size();
    }

    /** The number of {@code key}, which {@code make} is asked for if there is none; counts a use. */
    int use(K key, Function<K, V> make) {
        if (key.equals(lastKey)) {
            use(lastNumber);
            return lastNumber;
        }
        Integer known = numbers.get(key);
        int number = known == null ? add(key, make.apply(key)) : known;
        use(number);
        lastKey = key;
        lastNumber = number;
        return number;
    }

    /** The one used last, if it is still in use. */
    @Nullable
    K lastKey() {
        return lastKey;
    }

    /** Counts another use of it. */
    int useLast() {
        use(lastNumber);
        return lastNumber;
    }

    private int add(K key, V value) {
        int number = values.size();
        if (free.isEmpty()) {
            values.add(value);
            uses.addInt(0);
        } else {
            number = free.removeAt(free.size() - 1);
            values.set(number, value);
        }
        numbers.put(key, number);
        return number;
    }

    /** Counts another use of what is there. */
    void use(int number) {
        uses.setInt(number, uses.getInt(number) + 1);
    }

    /** Ends a use. */
    void release(int number, K key) {
        int left = uses.getInt(number) - 1;
        uses.setInt(number, left);
        if (left == 0) {
            numbers.remove(key);
            values.set(number, null);
            free.addInt(number);
            lastKey = null;
        }
    }
}
