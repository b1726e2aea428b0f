package io.godwit.mapserver.management;

import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.database.Contribution;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.management.Views.Locator;
import io.godwit.mapserver.management.Views.Refusal;
import io.godwit.mapserver.management.Views.Registration;
import io.godwit.mapserver.management.Views.Registrations;
import io.godwit.mapserver.management.Views.SiteStatus;
import io.godwit.mapserver.management.Views.Status;
import io.godwit.mapserver.management.Views.Ticket;
import io.godwit.mapserver.management.Views.TicketRequest;
import io.godwit.mapserver.movement.Tickets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code godwit show} asks a map-server. */
public final class ManagementRoutes {
    /** Registrations in one answer, unless {@code limit} asks for another number. */
    private static final int DEFAULT_LIMIT = 10_000;

    private final MapServer server;
    private final Timers timers;
    private final long startedNanos;

    public ManagementRoutes(MapServer server, Timers timers) {
        this.server = server;
        this.timers = timers;
        startedNanos = timers.nanoTime();
    }

    public void add(Routes routes) {
        routes.get("/v1/status", query -> status());
        routes.get("/v1/registrations", query -> registrations((int) number(query, "limit", DEFAULT_LIMIT)));
        routes.get("/v1/counters", query -> server.counters());
        routes.get("/v1/events", query -> server.events().since(number(query, "since", 0)));
        routes.get("/v1/tickets", query -> tickets((int) number(query, "limit", DEFAULT_LIMIT)));
        routes.post("/v1/tickets", TicketRequest.class, this::offer);
        server.replication().ifPresent(cluster -> new ClusterRoutes(cluster).add(routes));
        EventStream stream = new EventStream(server.events(), timers);
        routes.stream(
                "/v1/events/stream",
                EventStream.MEDIA_TYPE,
                (query, client) -> stream.add(client, number(query, "since", Long.MAX_VALUE)));
    }

    private List<Ticket> tickets(int limit) {
        return needed().waiting(Math.max(0, limit)).stream().map(Ticket::of).toList();
    }

    private Ticket offer(TicketRequest request) {
        if (request.ticket() == null) {
            throw new Routes.Refusal(400, "the body must be {\"ticket\": \"...\"}");
        }
        try {
            return Ticket.of(needed().offer(request.ticket()));
        } catch (IllegalArgumentException e) {
            throw new Routes.Refusal(409, String.valueOf(e.getMessage()));
        }
    }

    private Tickets needed() {
        return server.tickets()
                .orElseThrow(
                        () -> new Routes.Refusal(404, "moves need no tickets here: movement.ticket-keys is empty"));
    }

    private static long number(Map<String, String> query, String name, long otherwise) {
        String text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Routes.Refusal(400, "'" + name + "' must be a number, not '" + text + "'");
        }
    }

    private Status status() {
        List<SiteStatus> sites = server.sites().all().stream()
                .map(site -> new SiteStatus(site.name(), server.database().registrations(site.name())))
                .toList();
        return new Status(
                "map-server",
                (timers.nanoTime() - startedNanos) / 1_000_000_000L,
                server.database().size(),
                server.pendingNotifies(),
                server.events().lastSequence(),
                sites,
                refusals(),
                server.replication().map(ClusterRoutes::status));
    }

    private Registrations registrations(int limit) {
        List<Registration> rows = new ArrayList<>();
        server.database().forEach(mapping -> {
            for (Contribution one : mapping.contributions()) {
                if (rows.size() < limit) {
                    rows.add(row(mapping, one));
                }
            }
            return rows.size() < limit;
        });
        return new Registrations(rows, server.database().size(), refusals());
    }

    private Registration row(Mapping mapping, Contribution one) {
        return new Registration(
                one.registrant().site().name(),
                mapping.prefix().toString(),
                one.record().locators().stream()
                        .map(locator -> new Locator(
                                locator.locator().toString(),
                                locator.priority(),
                                locator.weight(),
                                locator.reachable()))
                        .toList(),
                one.registrant().xtr().toString(),
                one.registrant().source().toString(),
                instant(mapping.sinceNanos()),
                instant(one.refreshedNanos()),
                Math.max(0, (one.deadlineNanos() - timers.nanoTime()) / 1_000_000_000L),
                one.registrant().proxyReply(),
                one.registrant().merge(),
                one.registrant().key().keyId(),
                Integer.toUnsignedLong(one.record().ttlMinutes()));
    }

    private String instant(long nanos) {
        return Instant.ofEpochMilli(timers.epochMillis() - (timers.nanoTime() - nanos) / 1_000_000)
                .toString();
    }

    private List<Refusal> refusals() {
        return server.refusals().all().stream()
                .map(refused -> new Refusal(
                        refused.site(),
                        refused.reason()
                                .name()
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace('_', '-'),
                        refused.count(),
                        refused.lastSource().toString(),
                        Instant.ofEpochMilli(refused.lastEpochMillis()).toString(),
                        refused.reason().sentence()))
                .toList();
    }
}
