package io.godwit.mapserver;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;

/** The last changes of the mapping database, for whoever watches. */
public final class EventLog {
    private final Timers timers;
    private final int capacity;
    private final ArrayDeque<Kept> events = new ArrayDeque<>();
    private long lastSequence;

    /**
     * A change. Field names are part of the management API.
     *
     * @param sequence counts from 1; a gap means that events were dropped
     * @param kind {@code registered}, {@code moved}, {@code changed}, {@code withdrawn} or {@code expired}
     * @param old locators before
     * @param now locators after
     * @param by the xTR that caused it
     * @param site whose it is
     * @param epoch how often the EID-prefix was registered or moved, this change included
     */
    public record Event(
            long sequence,
            long epochMillis,
            String kind,
            String eid,
            List<String> old,

            @com.fasterxml.jackson.annotation.JsonProperty("new")
            List<String> now,

            String by,
            String site,
            int epoch) {}

    public EventLog(Timers timers, int capacity) {
        this.timers = timers;
        this.capacity = capacity;
    }

    /** A change as it was told: put into words only when somebody asks. */
    private record Kept(long sequence, long epochMillis, MappingChange change) {
        Event event() {
            return new Event(
                    sequence,
                    epochMillis,
                    change.kind().name().toLowerCase(Locale.ROOT),
                    change.mapping().prefix().toString(),
                    addresses(change.before()),
                    addresses(change.after()),
                    change.by().xtr().toString(),
                    change.by().site().name(),
                    change.mapping().epoch());
        }
    }

    /** The last one added. */
    Event last() {
        return events.getLast().event();
    }

    public void add(MappingChange change) {
        if (events.size() == capacity) {
            events.removeFirst();
        }
        events.addLast(new Kept(++lastSequence, timers.epochMillis(), change));
    }

    /** Those after {@code sequence}, oldest first. */
    public List<Event> since(long sequence) {
        return since(sequence, capacity);
    }

    /** The first {@code limit} of those after {@code sequence}, oldest first. */
    public List<Event> since(long sequence, int limit) {
        if (sequence >= lastSequence) {
            return List.of();
        }
        return events.stream()
                .filter(kept -> kept.sequence() > sequence)
                .limit(limit)
                .map(Kept::event)
                .toList();
    }

    public long lastSequence() {
        return lastSequence;
    }

    private static List<String> addresses(List<RlocRecord> locators) {
        return locators.stream().map(locator -> locator.locator().toString()).toList();
    }
}
