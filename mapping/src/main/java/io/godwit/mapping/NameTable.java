package io.godwit.mapping;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Distinguished names to values, with longest match (RFC 9735 section 4): a name covers those that it is the beginning of. */
public final class NameTable<V> {
    private final TreeMap<String, V> names = new TreeMap<>();

    public int size() {
        return names.size();
    }

    public @Nullable V put(String name, V value) {
        return names.put(name, value);
    }

    public @Nullable V get(String name) {
        return names.get(name);
    }

    public @Nullable V remove(String name) {
        return names.remove(name);
    }

    /** The longest name that {@code name} begins with, itself included. */
    public Optional<Map.Entry<String, V>> longestMatch(String name) {
        Map.Entry<String, V> before = names.floorEntry(name);
        while (before != null && !name.startsWith(before.getKey())) {
            // What covers the name covers what it has in common with its predecessor too.
            before = names.floorEntry(name.substring(0, common(name, before.getKey())));
        }
        return Optional.ofNullable(before);
    }

    private static int common(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int common = 0;
        while (common < length && one.charAt(common) == other.charAt(common)) {
            common++;
        }
        return common;
    }
}
