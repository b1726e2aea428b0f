package io.godwit.mapserver.subscribe;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.database.MappingChange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The changes that a new leader of a cluster tells subscribers again: the one before may have died before it got them there. */
final class RecentChanges {
    private static final int CAPACITY = 65_536;
    private static final long NANOS = 10_000_000_000L;

    private final Timers timers;
    private final Deque<Recent> changes = new ArrayDeque<>();

    private record Recent(MappingChange change, long nanos) {}

    RecentChanges(Timers timers) {
        this.timers = timers;
    }

    void add(MappingChange change) {
        changes.addLast(new Recent(change, timers.nanoTime()));
        forget();
    }

    private void forget() {
        long now = timers.nanoTime();
        while (!changes.isEmpty()
                && (changes.size() > CAPACITY || now - changes.getFirst().nanos() > NANOS)) {
            changes.removeFirst();
        }
    }

    /** The oldest first. */
    void forEach(Consumer<MappingChange> visitor) {
        forget();
        changes.forEach(one -> visitor.accept(one.change()));
    }
}
