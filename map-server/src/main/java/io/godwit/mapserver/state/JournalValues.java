package io.godwit.mapserver.state;

import io.godwit.packet.address.Octets;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Values as the journal has them: four octets that no mapping begins with, the kind, the length of the key, the key, and the value, which is
 * empty where there is none any more.
 */
final class JournalValues extends StateValues.InMemory {
    /** In place of a mapping's epoch. */
    private static final int MARK = -1;

    private static final int HEAD = 4 + 1 + 2;
    private static final int LARGEST = 1 << 16;

    private final UnsafeBuffer record = new UnsafeBuffer(new byte[LARGEST]);
    private final Writer writer;
    private final BooleanSupplier room;
    private boolean incomplete;
    private List<Place> toRewrite = List.of();
    private int next;

    /** Where records go. */
    interface Writer {
        /** Returns whether there was room. */
        boolean append(UnsafeBuffer buffer, int length);
    }

    /** @param room whether there is some at the moment */
    JournalValues(Writer writer, BooleanSupplier room) {
        this.writer = writer;
        this.room = room;
    }

    @Override
    public boolean hasRoom() {
        return room.getAsBoolean();
    }

    /** Whether something could not be written since the last time. */
    boolean takeIncomplete() {
        boolean was = incomplete;
        incomplete = false;
        return was;
    }

    static boolean isValue(ByteBuffer in) {
        return in.getInt(in.position()) == MARK;
    }

    void read(ByteBuffer in) {
        in.getInt();
        Optional<Kind> kind = Kind.of(in.get());
        byte[] key = new byte[in.getShort()];
        in.get(key);
        byte[] value = new byte[in.remaining()];
        in.get(value);
        if (kind.isPresent() && value.length == 0) {
            super.remove(kind.get(), Octets.copyOf(key));
        } else if (kind.isPresent()) {
            super.put(kind.get(), Octets.copyOf(key), value);
        }
    }

    @Override
    public void put(Kind kind, Octets key, byte[] value) {
        super.put(kind, key, value);
        write(kind, key, value);
    }

    @Override
    public void remove(Kind kind, Octets key) {
        super.remove(kind, key);
        write(kind, key, new byte[0]);
    }

    private void write(Kind kind, Octets key, byte[] value) {
        byte[] octets = key.toBytes();
        record.putBytes(
                0,
                ByteBuffer.allocate(HEAD)
                        .putInt(MARK)
                        .put(kind.number())
                        .putShort((short) octets.length)
                        .array());
        record.putBytes(HEAD, octets);
        record.putBytes(HEAD + octets.length, value);
        incomplete |= !writer.append(record, HEAD + octets.length + value.length);
    }

    /** A round of rewriting begins with what there is now. */
    void beginRewriting() {
        toRewrite = places();
        next = 0;
    }

    /** Writes up to {@code limit} again; returns whether the round is over. */
    boolean rewrite(int limit) {
        for (int end = Math.min(toRewrite.size(), next + limit); next < end; next++) {
            Place place = toRewrite.get(next);
            byte[] value = value(place);
            if (value.length > 0) {
                write(place.kind(), place.key(), value);
            }
        }
        return next >= toRewrite.size();
    }
}
