package io.godwit.mapserver;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.mapserver.movement.Decision;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;

/** The last changes of the mapping database, and decisions about moves, for whoever watches. */
public final class EventLog {
    private final Timers timers;
    private final int capacity;
    private final ArrayDeque<Kept> events = new ArrayDeque<>();
    private long lastSequence;

    /**
     * A change, or a decision about one. Field names are part of the management API.
     *
     * @param sequence counts from 1; a gap means that events were dropped
     * @param kind {@code registered}, {@code moved}, {@code changed}, {@code withdrawn} or {@code expired}; {@code move-allowed} or {@code move-refused}
     * @param old locators before
     * @param now locators after
     * @param by the xTR that caused it
     * @param site whose it is
     * @param epoch how often the EID-prefix was registered or moved, this change included
     * @param reason of a decision
     */
    public record Event(
            long sequence,
            long epochMillis,
            String kind,
            String eid,
            List<String> old,

            @JsonProperty("new") List<String> now,

            String by,
            String site,
            int epoch,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) String reason) {}

    public EventLog(Timers timers, int capacity) {
        this.timers = timers;
        this.capacity = capacity;
    }

    /** As it was told: put into words only when somebody asks. */
    private record Kept(long sequence, long epochMillis, Words words) {
        Event event() {
            return words.event(sequence, epochMillis);
        }
    }

    private interface Words {
        Event event(long sequence, long epochMillis);
    }

    private static Event event(long sequence, long epochMillis, MappingChange change) {
        return new Event(
                sequence,
                epochMillis,
                change.kind().name().toLowerCase(Locale.ROOT),
                change.mapping().prefix().toString(),
                addresses(change.before()),
                addresses(change.after()),
                change.by().xtr().toString(),
                change.by().site().name(),
                change.mapping().epoch(),
                "");
    }

    private static Event event(long sequence, long epochMillis, Decision decision) {
        return new Event(
                sequence,
                epochMillis,
                decision.allowed() ? "move-allowed" : "move-refused",
                decision.prefix().toString(),
                addresses(decision.before()),
                addresses(decision.wanted()),
                decision.by().xtr().toString(),
                decision.by().site().name(),
                decision.epoch(),
                decision.why());
    }

    /** The last one added. */
    Event last() {
        return events.getLast().event();
    }

    public void add(MappingChange change) {
        add((sequence, epochMillis) -> event(sequence, epochMillis, change));
    }

    public void add(Decision decision) {
        add((sequence, epochMillis) -> event(sequence, epochMillis, decision));
    }

    private void add(Words words) {
        if (events.size() == capacity) {
            events.removeFirst();
        }
        events.addLast(new Kept(++lastSequence, timers.epochMillis(), words));
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
