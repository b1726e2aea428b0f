package io.godwit.xtr.control.core;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import java.util.ArrayDeque;
import java.util.List;

/** The last events of the control plane, in memory. Used on the control thread only. */
public final class EventLog {
    private final Timers timers;
    private final int capacity;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private long sequence;

    public EventLog(Timers timers, int capacity) {
        this.timers = timers;
        this.capacity = capacity;
    }

    public void add(EventKind kind, EidPrefix eid, String detail) {
        add(kind, eid.toString(), detail);
    }

    public void add(EventKind kind, String eid, String detail) {
        if (events.size() == capacity) {
            events.removeFirst();
        }
        events.addLast(new Event(++sequence, timers.epochMillis(), kind.text(), eid, detail));
    }

    /** Those with a sequence greater than {@code since}, oldest first. */
    public List<Event> since(long since) {
        return events.stream().filter(event -> event.sequence() > since).toList();
    }
}
