package io.godwit.mapserver.management;

import io.godwit.daemon.management.OctetStream;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.EventLog;
import io.godwit.mapserver.EventText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Changes of the mapping database as server-sent events, {@code id} being their sequence number. Nothing is kept for a client but its place in
 * the log: one that is too slow for the log's length is told how many events it missed.
 */
final class EventStream {
    static final String MEDIA_TYPE = "text/event-stream";
    private static final int MAX_CLIENTS = 64;
    private static final int EVENTS_A_TURN = 500;
    private static final Duration TURN = Duration.ofMillis(100);
    private static final long IDLE_NANOS = 15_000_000_000L;

    private final EventLog events;
    private final Timers timers;
    private final EventText text = new EventText();
    private final List<Client> clients = new ArrayList<>();
    private boolean running;

    private static final class Client {
        private final OctetStream stream;
        /** Sequence number of the last event told. */
        private long told;

        private long writtenNanos;

        Client(OctetStream stream, long told, long nowNanos) {
            this.stream = stream;
            this.told = told;
            writtenNanos = nowNanos;
        }
    }

    EventStream(EventLog events, Timers timers) {
        this.events = events;
        this.timers = timers;
    }

    int clients() {
        return clients.size();
    }

    /** @param since sequence number of the last event that the client knows */
    void add(OctetStream stream, long since) {
        clients.removeIf(client -> !client.stream.isOpen());
        if (clients.size() >= MAX_CLIENTS) {
            throw new Routes.Refusal(503, MAX_CLIENTS + " clients follow the events already: end one of them");
        }
        Client client = new Client(stream, Math.min(since, events.lastSequence()), timers.nanoTime());
        clients.add(client);
        stream.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
        tell(client);
        if (!running) {
            running = true;
            timers.after(TURN, this::turn);
        }
    }

    private void turn() {
        for (Iterator<Client> all = clients.iterator(); all.hasNext(); ) {
            Client client = all.next();
            if (!client.stream.isOpen()) {
                all.remove();
            } else if (client.stream.isReady()) {
                tell(client);
            }
        }
        running = !clients.isEmpty();
        if (running) {
            timers.after(TURN, this::turn);
        }
    }

    private void tell(Client client) {
        StringBuilder out = new StringBuilder();
        for (EventLog.Event event : events.since(client.told, EVENTS_A_TURN)) {
            if (event.sequence() > client.told + 1) {
                out.append("event: missed\ndata: {\"missed\":")
                        .append(event.sequence() - client.told - 1)
                        .append("}\n\n");
            }
            client.told = event.sequence();
            out.append("id: ").append(event.sequence()).append("\nevent: change\ndata: ");
            out.append(text.of(event)).append("\n\n");
        }
        long now = timers.nanoTime();
        if (out.isEmpty() && now - client.writtenNanos >= IDLE_NANOS) {
            out.append(":\n\n"); // so that a client that is gone is noticed
        }
        if (!out.isEmpty()) {
            client.writtenNanos = now;
            client.stream.write(out.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
