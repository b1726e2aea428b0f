package io.godwit.daemon.observe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One counter for each constant of an enum: what is counted is bounded and named in one place. Owned by the control thread.
 *
 * @param <E> the names; {@code SEND_FAILED} is shown as {@code sendFailed}
 */
public final class Counters<E extends Enum<E>> {
    private final String[] names;
    private final long[] values;

    public Counters(Class<E> type) {
        E[] constants = type.getEnumConstants();
        names = new String[constants.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = camelCase(constants[i].name());
        }
        values = new long[names.length];
    }

    public void increment(E counter) {
        values[index(counter)]++;
    }

    public void add(E counter, long amount) {
        values[index(counter)] += amount;
    }

    public long get(E counter) {
        return values[index(counter)];
    }

    /** Every counter in the enum's order, as it is now. */
    public Map<String, Long> snapshot() {
        Map<String, Long> snapshot = LinkedHashMap.newLinkedHashMap(names.length);
        for (int i = 0; i < names.length; i++) {
            snapshot.put(names[i], values[i]);
        }
        return Collections.unmodifiableMap(snapshot);
    }

    /** The ordinal is the place in an array that never leaves this object. */
    @SuppressWarnings("EnumOrdinal")
    private static int index(Enum<?> counter) {
        return counter.ordinal();
    }

    /** Adds counters to {@code all}, their names after a prefix: {@code malformed} and {@code truncated} give {@code malformedTruncated}. */
    public static void addTo(Map<String, Long> all, String prefix, Map<String, Long> counters) {
        counters.forEach(
                (name, count) -> all.put(prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1), count));
    }

    private static String camelCase(String constant) {
        StringBuilder name = new StringBuilder(constant.length());
        for (String word : constant.split("_")) {
            String lower = word.toLowerCase(Locale.ROOT);
            name.append(name.isEmpty() ? lower : Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
        }
        return name.toString();
    }
}
