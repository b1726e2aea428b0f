package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.state.StateValues;
import io.godwit.packet.address.Octets;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Values that all members have. Subscriptions are changed by any member: they go through the log, again and again until they come out of it,
 * and hold then. Tickets are changed only by what comes out of the log, in the same way everywhere.
 */
final class SharedValues extends StateValues.InMemory {
    private static final long AGAIN_NANOS = 2_000_000_000L;
    private static final int CAPACITY = 65_536;
    private static final byte[] NOTHING = {};

    private final Timers timers;
    private final Outbox outbox;
    private final Map<Kind, BiConsumer<Octets, byte[]>> listeners = new EnumMap<>(Kind.class);
    /** Not agreed on yet; the oldest first. */
    private final Map<Place, Waiting> waiting = new LinkedHashMap<>();

    private long nextNumber;

    private record Waiting(long number, byte[] value, long sinceNanos) {}

    /** @param firstNumber that no other member and no earlier run uses */
    SharedValues(Timers timers, Outbox outbox, long firstNumber) {
        this.timers = timers;
        this.outbox = outbox;
        nextNumber = firstNumber;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public void listen(Kind kind, BiConsumer<Octets, byte[]> listener) {
        listeners.put(kind, listener);
    }

    @Override
    public void put(Kind kind, Octets key, byte[] value) {
        if (kind == Kind.SUBSCRIPTION) {
            propose(new Place(kind, key), value);
        } else {
            super.put(kind, key, value);
        }
    }

    @Override
    public void remove(Kind kind, Octets key) {
        if (kind == Kind.SUBSCRIPTION) {
            propose(new Place(kind, key), NOTHING);
        } else {
            super.remove(kind, key);
        }
    }

    private void propose(Place place, byte[] value) {
        waiting.remove(place);
        if (waiting.size() < CAPACITY) {
            offer(place, value);
        }
    }

    private void offer(Place place, byte[] value) {
        long number = nextNumber++;
        waiting.put(place, new Waiting(number, value, timers.nanoTime()));
        byte[] key = place.key().toBytes();
        outbox.add(out -> out.put(Command.VALUE.code())
                .putLong(number)
                .put(place.kind().number())
                .putShort((short) key.length)
                .put(key)
                .putShort((short) value.length)
                .put(value));
    }

    /** Offers again what has been on its way for too long. */
    void poll(int limit) {
        for (int i = 0; i < limit && !waiting.isEmpty(); i++) {
            Iterator<Map.Entry<Place, Waiting>> all = waiting.entrySet().iterator();
            Map.Entry<Place, Waiting> oldest = all.next();
            if (timers.nanoTime() - oldest.getValue().sinceNanos() < AGAIN_NANOS) {
                return;
            }
            Place place = oldest.getKey();
            byte[] value = oldest.getValue().value();
            all.remove();
            offer(place, value);
        }
    }

    int waiting() {
        return waiting.size();
    }

    void committed(ByteBuffer in) {
        long number = in.getLong();
        Optional<Kind> kind = Kind.of(in.get());
        byte[] key = new byte[in.getShort() & 0xffff];
        in.get(key);
        byte[] value = new byte[in.getShort() & 0xffff];
        in.get(value);
        kind.ifPresent(its -> hold(number, new Place(its, Octets.copyOf(key)), value));
    }

    private void hold(long number, Place place, byte[] value) {
        Waiting own = waiting.get(place);
        if (own != null && own.number() == number) {
            waiting.remove(place);
            own = null;
        }
        restore(place.kind(), place.key(), value);
        if (own == null) { // else what this member said since is what it goes by
            tell(place, value);
        }
    }

    /** As a snapshot has it. */
    void restored(Kind kind, Octets key, byte[] value) {
        restore(kind, key, value);
        tell(new Place(kind, key), value);
    }

    private void restore(Kind kind, Octets key, byte[] value) {
        if (value.length == 0) {
            super.remove(kind, key);
        } else {
            super.put(kind, key, value);
        }
    }

    private void tell(Place place, byte[] value) {
        BiConsumer<Octets, byte[]> listener = listeners.get(place.kind());
        if (listener != null) {
            listener.accept(place.key(), value);
        }
    }
}
