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
    private final ArrayDeque<Event> events = new ArrayDeque<>();
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
            String site) {}

    public EventLog(Timers timers, int capacity) {
        this.timers = timers;
        this.capacity = capacity;
    }

    public void add(MappingChange change) {
        if (events.size() == capacity) {
            events.removeFirst();
        }
        events.addLast(new Event(
                ++lastSequence,
                timers.epochMillis(),
                change.kind().name().toLowerCase(Locale.ROOT),
                change.mapping().prefix().toString(),
                addresses(change.before()),
                addresses(change.after()),
                change.by().xtr().toString(),
                change.by().site().name()));
    }

    /** Those after {@code sequence}, oldest first. */
    public List<Event> since(long sequence) {
        return events.stream().filter(event -> event.sequence() > sequence).toList();
    }

    public long lastSequence() {
        return lastSequence;
    }

    private static List<String> addresses(List<RlocRecord> locators) {
        return locators.stream().map(locator -> locator.locator().toString()).toList();
    }
}
