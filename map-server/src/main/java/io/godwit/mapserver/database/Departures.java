package io.godwit.mapserver.database;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;

/** xTRs that lost an EID-prefix and have not said that they know, by entry. */
final class Departures {
    private static final int MAX = 8;
    private final Int2ObjectHashMap<List<Departure>> byEntry = new Int2ObjectHashMap<>();

    List<Departure> of(int entry) {
        List<Departure> all = byEntry.isEmpty() ? null : byEntry.get(entry);
        return all == null ? List.of() : all;
    }

    /** Those of which some xTR does not know. */
    int[] entries() {
        return byEntry.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    /** Remembers that {@code departure}'s xTR must not win the EID-prefix back before it knows that it lost it. */
    void add(int entry, Departure departure) {
        List<Departure> present = of(entry);
        if (present.isEmpty()) {
            byEntry.put(entry, List.of(departure));
            return;
        }
        List<Departure> more = new ArrayList<>(present);
        more.add(departure);
        byEntry.put(entry, List.copyOf(more.size() > MAX ? more.subList(1, more.size()) : more));
    }

    /** The xTR knows. */
    void remove(int entry, XtrKey xtr) {
        List<Departure> present = of(entry);
        if (present.isEmpty()) {
            return;
        }
        List<Departure> rest = present.stream()
                .filter(departure -> !departure.registrant().xtr().equals(xtr))
                .toList();
        if (rest.isEmpty()) {
            byEntry.remove(entry);
        } else {
            byEntry.put(entry, rest);
        }
    }

    void forget(int entry) {
        if (!byEntry.isEmpty()) {
            byEntry.remove(entry);
        }
    }
}
