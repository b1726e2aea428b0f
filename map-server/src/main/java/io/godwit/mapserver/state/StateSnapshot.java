package io.godwit.mapserver.state;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.cluster.Snapshot;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.Watcher;
import io.godwit.mapserver.site.Sites;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.Consumer;

/**
 * The mapping database in parts: records as the journal has them, a length before each. Entries are written one after the other; one that
 * changes before its turn is written first, so that all are as they were at the begin, and nothing waits for the end.
 */
public final class StateSnapshot implements Snapshot {
    private static final int PART = 64 << 10;

    private final MappingDatabase database;
    private final Timers timers;
    private final StateRecords records;
    private Consumer<byte[]> sink = part -> {};
    private ByteBuffer out = ByteBuffer.allocate(PART);
    /** Entries from here on are not written yet, but for those that are {@link #early}. */
    private int next;
    /** Entries from here on were added since the begin. */
    private int end;

    private final BitSet early = new BitSet();

    public StateSnapshot(Sites sites, MappingDatabase database, Timers timers) {
        this.database = database;
        this.timers = timers;
        records = new StateRecords(sites);
    }

    @Override
    public void read(ByteBuffer part) {
        while (part.hasRemaining()) {
            int length = part.getInt();
            ByteBuffer record = part.slice(part.position(), length);
            records.read(record, database, timers);
            part.position(part.position() + length);
        }
    }

    @Override
    public void begin(Consumer<byte[]> to) {
        sink = to;
        next = 0;
        end = database.entries();
        early.clear();
        out.clear();
        records.beginReading(database); // lets go of what a start has read
        records.beginWriting();
        database.watch(new Watcher() {
            @Override
            public void changes(int entry) {
                if (take(entry)) {
                    encode(entry);
                }
            }

            @Override
            public void added(int entry) {
                take(entry);
            }
        });
    }

    /** Whether its turn has not come yet; it does not come again. */
    private boolean take(int entry) {
        if (entry < next || entry >= end || early.get(entry)) {
            return false;
        }
        early.set(entry);
        return true;
    }

    @Override
    public boolean write(int limit) {
        for (int stop = Math.min(end, next + limit); next < stop; next++) {
            if (!early.get(next)) {
                encode(next);
            }
        }
        if (next < end) {
            return false;
        }
        database.watch(Watcher.NONE);
        flush();
        return true;
    }

    private void encode(int entry) {
        database.entry(entry).ifPresent(this::put);
    }

    private void put(Mapping mapping) {
        long age = (timers.nanoTime() - mapping.sinceNanos()) / 1_000_000;
        int length = records.write(mapping, timers.epochMillis() - age);
        if (out.remaining() < length + Integer.BYTES) {
            flush();
        }
        if (out.remaining() < length + Integer.BYTES) {
            out = ByteBuffer.allocate(length + Integer.BYTES);
        }
        out.putInt(length);
        records.buffer().getBytes(0, out, length);
    }

    private void flush() {
        if (out.position() > 0) {
            byte[] part = new byte[out.position()];
            out.flip().get(part);
            out.clear();
            sink.accept(part);
        }
    }
}
