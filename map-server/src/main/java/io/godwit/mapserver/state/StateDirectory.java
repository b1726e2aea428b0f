package io.godwit.mapserver.state;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.site.Sites;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the mapping database in a directory. Every change is in a memory-mapped file before it is confirmed; refreshes are not written: who
 * was registered at the end is registered at the next start, with a whole lifetime to refresh.
 *
 * <p>Files do not grow for ever: a few mappings at a time are written again, and when all have been, the files before are removed. Nothing
 * waits for that.
 */
public final class StateDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);
    /** Files that make another round of rewriting worth while. */
    private static final int FILES_A_ROUND = 4;

    /** Where no mappings are kept. */
    private static final int SMALL_SEGMENT_OCTETS = 1 << 20;

    /** In place of an entry: all have been written. */
    private static final int VALUES = -1;

    /** Whether mappings are kept here, not only values. */
    private final boolean mappings;

    private final Timers timers;
    private final StateRecords records;
    private final Journal journal;
    private final NonceFile nonces;
    private final JournalValues values;
    private final MappingDatabase database;
    /** The file from which on every mapping has been written since this round began. */
    private long roundBegan;

    /** The file that records are like those before in. */
    private long writingTo;

    /** The entry to write again next, or {@link #VALUES}. */
    private int next;

    private boolean rewriting = true;
    /** Something could not be written: another round of rewriting makes it good. */
    private boolean incomplete;

    private StateDirectory(
            boolean mappings,
            Timers timers,
            StateRecords records,
            Journal journal,
            NonceFile nonces,
            JournalValues values,
            MappingDatabase database) {
        this.mappings = mappings;
        this.timers = timers;
        this.records = records;
        this.journal = journal;
        this.nonces = nonces;
        this.values = values;
        this.database = database;
        roundBegan = journal.number();
    }

    /** Fills {@code database}, which is empty, with what the directory holds. Throws {@link io.godwit.daemon.StartException}. */
    public static StateDirectory open(Path folder, Sites sites, MappingDatabase database, Timers timers) {
        return open(true, folder, sites, database, timers);
    }

    /** One for nonces and values alone: the mappings are kept elsewhere. */
    public static StateDirectory withoutMappings(Path folder, Sites sites, MappingDatabase database, Timers timers) {
        return open(false, folder, sites, database, timers);
    }

    private static StateDirectory open(
            boolean mappings, Path folder, Sites sites, MappingDatabase database, Timers timers) {
        long start = timers.nanoTime();
        StateRecords records = new StateRecords(sites);
        List<Journal> opened = new ArrayList<>(1);
        JournalValues values =
                new JournalValues((buffer, length) -> opened.getFirst().append(buffer, length), () -> opened.getFirst()
                        .hasRoom());
        int segment = mappings ? Journal.SEGMENT_OCTETS : SMALL_SEGMENT_OCTETS;
        database.restoration().begin();
        Journal journal =
                Journal.open(folder, segment, timers::nanoTime, () -> records.beginReading(database), octets -> {
                    if (JournalValues.isValue(octets)) {
                        values.read(octets);
                    } else {
                        records.read(octets, database, timers);
                    }
                });
        records.beginReading(database);
        database.restoration().end();
        opened.add(journal);
        LOG.info(
                "{} registrations restored from {} in {} ms",
                database.size(),
                folder,
                (timers.nanoTime() - start) / 1_000_000);
        return new StateDirectory(mappings, timers, records, journal, NonceFile.open(folder), values, database);
    }

    public NonceFile nonces() {
        return nonces;
    }

    public StateValues values() {
        return values;
    }

    /** Writes a mapping as it is now, or that nobody has it any more. */
    public void write(Mapping mapping) {
        if (!mappings) {
            return;
        }
        long age = (timers.nanoTime() - mapping.sinceNanos()) / 1_000_000;
        if (!journal.makeRoom(RecordTemplates.LONGEST)) {
            incomplete = true; // and no record is like one that is not there
            return;
        }
        if (journal.number() != writingTo) {
            writingTo = journal.number();
            records.beginWriting();
        }
        int length = records.write(mapping, timers.epochMillis() - age);
        incomplete |= !journal.append(records.buffer(), length);
    }

    /** Whether what changes now can be stored. */
    public boolean hasRoom() {
        return journal.hasRoom();
    }

    /** Goes on with rewriting, {@code limit} mappings at most. */
    public void poll(int limit) {
        journal.poll();
        if (!journal.hasRoom()) {
            return;
        }
        if (incomplete || values.takeIncomplete()) {
            incomplete = false;
            beginRound();
        }
        if (!rewriting) {
            if (journal.number() - roundBegan < FILES_A_ROUND) {
                return;
            }
            beginRound();
        }
        if (next < 0) {
            rewriteValues(limit);
            return;
        }
        for (int i = 0; i < limit; i++) {
            if (next >= database.entries()) {
                next = VALUES;
                values.beginRewriting();
                return;
            }
            database.entry(next++).ifPresent(this::write);
        }
    }

    private void beginRound() {
        rewriting = true;
        roundBegan = journal.number();
        next = 0;
    }

    private void rewriteValues(int limit) {
        if (values.rewrite(limit)) {
            rewriting = false;
            journal.forgetBefore(roundBegan);
        }
    }

    @Override
    public void close() {
        journal.close();
        nonces.force();
    }
}
