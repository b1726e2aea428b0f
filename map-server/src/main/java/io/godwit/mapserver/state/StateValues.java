package io.godwit.mapserver.state;

import io.godwit.packet.address.Octets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What outlives the process beside the mappings, such as subscriptions and move tickets: a value by kind and key, both in the form that their
 * owner gave them. Owners bound how many there are.
 */
public interface StateValues {
    enum Kind {
        /** The last move of an EID by a ticket, and one that waits. */
        TICKET(0),
        SUBSCRIPTION(1);

        private final byte number;

        Kind(int number) {
            this.number = (byte) number;
        }

        /** In what is stored. */
        public byte number() {
            return number;
        }

        /** Empty for one of a later version. */
        public static Optional<Kind> of(byte number) {
            return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
        }
    }

    /** Takes the place of what was kept under the key. */
    void put(Kind kind, Octets key, byte[] value);

    void remove(Kind kind, Octets key);

    /** Whether what is put now is stored; what is put all the same is kept in memory until there is room. */
    default boolean hasRoom() {
        return true;
    }

    /** Whether others change them too: an owner learns what holds by {@link #listen} alone. */
    default boolean isShared() {
        return false;
    }

    /** Who is told of each value of a kind that is shared when it holds; of one that is gone, an empty one. */
    default void listen(Kind kind, BiConsumer<Octets, byte[]> listener) {}

    /** Everything of a kind, the oldest first. */
    void forEach(Kind kind, BiConsumer<Octets, byte[]> visitor);

    /** Keeps them in memory alone. */
    static StateValues inMemory() {
        return new InMemory();
    }

    /** In the order in which they were put first. */
    class InMemory implements StateValues {
        /** @param kind first, so that kinds have keys of their own */
        public record Place(Kind kind, Octets key) {}

        private final Map<Place, byte[]> values = new LinkedHashMap<>();

        @Override
        public void put(Kind kind, Octets key, byte[] value) {
            values.put(new Place(kind, key), value);
        }

        @Override
        public void remove(Kind kind, Octets key) {
            values.remove(new Place(kind, key));
        }

        @Override
        public void forEach(Kind kind, BiConsumer<Octets, byte[]> visitor) {
            for (Place place : places()) {
                if (place.kind() == kind) {
                    visitor.accept(place.key(), values.getOrDefault(place, new byte[0]));
                }
            }
        }

        /** All of them, the oldest first. */
        public final void forEach(BiConsumer<Place, byte[]> visitor) {
            values.forEach(visitor);
        }

        /** As they are now. */
        public final List<Place> places() {
            return List.copyOf(values.keySet());
        }

        public final byte[] value(Place place) {
            return values.getOrDefault(place, new byte[0]);
        }
    }
}
