package io.godwit.mapserver.state;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.cluster.Snapshot;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.site.Sites;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The mapping database in parts: records as the journal has them, a length before each. */
public final class StateSnapshot implements Snapshot {
    private final MappingDatabase database;
    private final Timers timers;
    private final StateRecords records;
    private int next;

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
    public void write(ByteBuffer part, boolean first) {
        if (first) {
            next = 0;
            records.beginWriting();
        }
        for (; next < database.entries(); next++) {
            Optional<Mapping> mapping = database.entry(next);
            if (mapping.isPresent() && !write(part, mapping.get())) {
                return;
            }
        }
    }

    /** Returns whether there was room for it. */
    private boolean write(ByteBuffer part, Mapping mapping) {
        if (part.remaining() < Integer.BYTES + RecordTemplates.LONGEST) {
            return false;
        }
        long age = (timers.nanoTime() - mapping.sinceNanos()) / 1_000_000;
        int length = records.write(mapping, timers.epochMillis() - age);
        if (part.remaining() < length + Integer.BYTES) {
            if (part.position() == 0) {
                throw new IllegalStateException(
                        mapping.prefix() + " has too many registrants with too many locators for a snapshot");
            }
            return false;
        }
        part.putInt(length);
        records.buffer().getBytes(0, part, length);
        return true;
    }
}
