package io.godwit.xtr.fib;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Tells the writer when nobody can still be reading what it has unpublished (epoch-based reclamation). A reader announces the epoch it
 * starts a batch in; what was retired in a later epoch than every reader's is free.
 */
final class Epochs {
    private static final long IDLE = Long.MAX_VALUE;

    /** One reader thread; begin and end are its alone. */
    static final class Reader {
        private volatile long seen = IDLE;

        /** A full fence after the store: what is read from here on is seen by {@link Epochs#reclaim}'s reasoning. */
        void begin(Epochs epochs) {
            seen = epochs.current;
        }

        void end() {
            seen = IDLE;
        }
    }

    private record Retired(long epoch, Runnable release) {}

    private final List<Reader> readers = new ArrayList<>();
    private final Queue<Retired> retired = new ArrayDeque<>();
    private volatile long current = 1;

    synchronized Reader newReader() {
        Reader reader = new Reader();
        readers.add(reader);
        return reader;
    }

    /** Runs {@code release} once no reader can hold what it frees; it must be unpublished already. Writer only. */
    void retire(Runnable release) {
        long epoch = current + 1;
        current = epoch;
        retired.add(new Retired(epoch, release));
    }

    /** Frees what can be freed. Writer only. */
    void reclaim() {
        // Looked up anew for each: what is released may retire more, which readers that began meanwhile may hold.
        while (!retired.isEmpty() && retired.element().epoch <= oldest()) {
            retired.remove().release.run();
        }
    }

    private synchronized long oldest() {
        long oldest = IDLE;
        for (Reader reader : readers) {
            oldest = Math.min(oldest, reader.seen);
        }
        return oldest;
    }
}
