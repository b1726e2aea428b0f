package io.godwit.mapserver.cluster;

import io.godwit.mapserver.state.StateValues;
import io.godwit.mapserver.state.StateValues.InMemory.Place;
import io.godwit.packet.address.Octets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Everything that members of a cluster know alike, in parts: an octet says what is in one. */
final class SharedSnapshot {
    private static final byte MAPPINGS = 1;
    private static final byte VALUES = 2;
    private static final byte NONCES = 3;
    private static final int PART = 64 << 10;
    /** Of a value beside key and content. */
    private static final int VALUE_HEAD = 1 + 2 + 2;

    private final Snapshot mappings;
    private final SharedState shared;
    private Consumer<byte[]> sink = part -> {};
    private List<Value> values = List.of();
    private long[] nonces = {};
    private int nextValue;
    private int nextNonce;

    private record Value(Place place, byte[] content) {}

    SharedSnapshot(Snapshot mappings, SharedState shared) {
        this.mappings = mappings;
        this.shared = shared;
    }

    void begin(Consumer<byte[]> to) {
        sink = to;
        List<Value> now = new ArrayList<>();
        shared.sharedValues().forEach((place, content) -> now.add(new Value(place, content)));
        values = now;
        nonces = shared.sharedNonces().all();
        nextValue = 0;
        nextNonce = 0;
        mappings.begin(part -> to.accept(
                ByteBuffer.allocate(part.length + 1).put(MAPPINGS).put(part).array()));
    }

    boolean write(int limit) {
        if (nextValue < values.size()) {
            writeValues(limit);
            return false;
        }
        if (nextNonce < nonces.length) {
            writeNonces();
            return false;
        }
        return mappings.write(limit);
    }

    private void writeValues(int limit) {
        ByteBuffer part = ByteBuffer.allocate(2 * PART).put(VALUES);
        for (int end = Math.min(values.size(), nextValue + limit);
                nextValue < end && part.position() < PART;
                nextValue++) {
            Value value = values.get(nextValue);
            byte[] key = value.place().key().toBytes();
            if (part.remaining() < VALUE_HEAD + key.length + value.content().length) {
                break; // in the next part
            }
            part.put(value.place().kind().number());
            part.putShort((short) key.length).put(key);
            part.putShort((short) value.content().length).put(value.content());
        }
        emit(part);
    }

    private void writeNonces() {
        ByteBuffer part = ByteBuffer.allocate(PART).put(NONCES);
        for (; nextNonce < nonces.length && part.remaining() >= SharedNonces.PAIR; nextNonce += 2) {
            part.putLong(nonces[nextNonce]).putLong(nonces[nextNonce + 1]);
        }
        emit(part);
    }

    private void emit(ByteBuffer part) {
        byte[] octets = new byte[part.position()];
        part.flip().get(octets);
        sink.accept(octets);
    }

    void read(ByteBuffer part) {
        switch (part.get()) {
            case MAPPINGS -> mappings.read(part);
            case VALUES -> readValues(part);
            case NONCES -> shared.sharedNonces().read(part, part.limit());
            default -> throw new IllegalStateException("the snapshot is one of a later version");
        }
    }

    private void readValues(ByteBuffer part) {
        while (part.hasRemaining()) {
            byte kind = part.get();
            byte[] key = new byte[part.getShort() & 0xffff];
            part.get(key);
            byte[] content = new byte[part.getShort() & 0xffff];
            part.get(content);
            StateValues.Kind.of(kind)
                    .ifPresent(its -> shared.sharedValues().restored(its, Octets.copyOf(key), content));
        }
    }
}
