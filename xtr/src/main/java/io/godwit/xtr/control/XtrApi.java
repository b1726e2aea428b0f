package io.godwit.xtr.control;

import io.godwit.daemon.management.Routes;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.control.core.Event;
import io.godwit.xtr.control.etr.RegistrationAgent.MapServerView;
import io.godwit.xtr.control.itr.Mapping;
import io.godwit.xtr.control.mobility.Hosts.HostView;
import io.godwit.xtr.control.mobility.MobilityAgent.Phase;
import io.godwit.xtr.control.mobility.MoveState;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The management API of the tunnel router. The records' component names are the JSON's field names. */
public final class XtrApi {
    private static final int MAX_REFRESHED = 64;

    private final ControlPlane control;
    private final String xtrId;
    private final long startedNanos;

    public XtrApi(ControlPlane control, String xtrId) {
        this.control = control;
        this.xtrId = xtrId;
        startedNanos = control.context().timers().nanoTime();
    }

    public void serve(Routes routes) {
        control.peerMoves().ifPresent(peers -> new MovesApi(peers).serve(routes));
        routes.get("/v1/status", query -> status());
        routes.get("/v1/map-cache", query -> mapCache());
        routes.post("/v1/map-cache", HoldRequest.class, this::refresh);
        routes.get("/v1/database", query -> database());
        routes.get("/v1/registrations", query -> control.registrations().registrations());
        routes.get("/v1/counters", query -> counters());
        routes.get("/v1/events", this::events);
        routes.post("/v1/moves", MoveRequest.class, this::move);
        routes.post("/v1/moves/hold", HoldRequest.class, request -> hold(request, control.hosts()::hold));
        routes.post(
                "/v1/moves/release",
                HoldRequest.class,
                request -> hold(request, eid -> {
                    control.hosts().release(eid);
                    return true;
                }));
        routes.post("/v1/rlocs", RlocRequest.class, this::rloc);
        routes.get("/v1/reachability", query -> control.probes().views());
    }

    public record RlocView(String address, int priority, int weight, boolean reachable) {
        static RlocView of(RlocRecord rloc) {
            return new RlocView(rloc.locator().toString(), rloc.priority(), rloc.weight(), rloc.reachable());
        }

        static RlocView of(Locator locator) {
            return new RlocView(locator.address().toString(), locator.priority(), locator.weight(), true);
        }
    }

    /** @param drained whether nobody is to use it, so that its network can be worked on */
    public record RlocRequest(
            @Nullable String address, @Nullable Boolean drained) {}

    private List<RlocView> rloc(RlocRequest request) {
        if (request.address() == null || request.drained() == null) {
            throw new Routes.Refusal(400, "an RLOC needs \"address\" and \"drained\"");
        }
        IpAddress address = locator(request.address()).address();
        if (!control.context().locators().owns(address)) {
            throw new Routes.Refusal(404, address + " is not an RLOC of this router");
        }
        control.locators().drain(address, request.drained());
        return rlocs();
    }

    private List<RlocView> rlocs() {
        return control.context().locators().records().stream().map(RlocView::of).toList();
    }

    public record InstanceView(int id, String tun, int table, int mtu) {}

    public record StatusView(
            String role,
            String name,
            String xtrId,
            long siteId,
            long uptimeSeconds,
            List<RlocView> rlocs,
            List<InstanceView> instances,
            List<String> mapResolvers,
            List<MapServerView> mapServers,
            int mapCacheEntries,
            int pendingMapRequests,
            int localEids,
            Map<String, Object> dataPlane) {}

    private StatusView status() {
        int mtu = control.site().tunMtu();
        long uptime = control.context().timers().nanoTime() - startedNanos;
        return new StatusView(
                "xtr",
                control.config().name(),
                xtrId,
                control.config().siteId(),
                TimeUnit.NANOSECONDS.toSeconds(uptime),
                rlocs(),
                control.config().instances().stream()
                        .map(i -> new InstanceView(i.id(), i.device(), i.table(), mtu))
                        .toList(),
                control.config().mapResolvers().stream()
                        .map(IpAddress::toString)
                        .toList(),
                control.registrations().mapServers(),
                control.mapCache().size(),
                control.requests().pending(),
                control.database().size(),
                control.context().dataPlane().status());
    }

    /**
     * @param action of a negative entry, otherwise empty
     * @param usable whether packets are encapsulated by it
     */
    public record MapCacheView(
            String eid,
            List<RlocView> locators,
            String action,
            boolean usable,
            boolean authoritative,
            long sinceMillis,
            long expiresInSeconds,
            long packets) {}

    private List<MapCacheView> mapCache() {
        List<MapCacheView> views = new ArrayList<>();
        long now = control.context().timers().nanoTime();
        control.mapCache().forEach(mapping -> views.add(view(mapping, now)));
        return views;
    }

    /** Asks the mapping system; what it says is in the map-cache, or in the database for a host of a dynamic prefix, soon. */
    private HoldView refresh(HoldRequest request) {
        if (request.eids().size() > MAX_REFRESHED) {
            throw new Routes.Refusal(400, "at most " + MAX_REFRESHED + " EIDs are asked for at once");
        }
        request.eids().forEach(control.requests()::refresh);
        return new HoldView(request.eids());
    }

    private MapCacheView view(Mapping mapping, long now) {
        return new MapCacheView(
                mapping.eid().toString(),
                mapping.locators().stream().map(RlocView::of).toList(),
                mapping.locators().isEmpty() ? mapping.summary() : "",
                mapping.forwarding() instanceof Forwarding.Remote,
                mapping.authoritative(),
                mapping.sinceMillis(),
                TimeUnit.NANOSECONDS.toSeconds(mapping.expiresNanos() - now),
                control.context().dataPlane().packets(mapping.eid()));
    }

    /**
     * @param kind {@code static}, {@code dynamic} (a host) or {@code dynamic-prefix}
     * @param state {@code local}, {@code away}, {@code expected}, {@code arriving}; of a dynamic prefix {@code watching}
     * @param firstHopRouter name of the router that it is behind, empty when it is on the segment itself
     * @param locators where it is, if not here
     */
    public record DatabaseView(
            String eid,
            String kind,
            String state,
            long sinceMillis,
            String interfaceName,
            String mac,
            String firstHopRouter,
            List<RlocView> locators) {}

    private List<DatabaseView> database() {
        List<DatabaseView> views = new ArrayList<>();
        control.database().forEach(site -> {
            if (!site.dynamic()) {
                views.add(new DatabaseView(
                        site.eid().toString(), "static", "local", site.sinceMillis(), "", "", "", List.of()));
            }
        });
        control.config()
                .dynamicEids()
                .forEach(dynamic -> views.add(new DatabaseView(
                        dynamic.prefix().toString(),
                        "dynamic-prefix",
                        "watching",
                        0,
                        dynamic.interfaceName(),
                        "",
                        "",
                        List.of())));
        control.hosts().forEach(host -> views.add(view(host)));
        return views;
    }

    private DatabaseView view(HostView host) {
        List<Locator> locators =
                switch (host.state()) {
                    case MoveState.Local local -> List.of();
                    case MoveState.Absent absent -> List.of();
                    case MoveState.Away away -> away.locators();
                    case MoveState.Expected expected -> expected.holders();
                    case MoveState.Arriving arriving -> arriving.holders();
                };
        Optional<MoveState.Local> here = Optional.of(host.state())
                .filter(MoveState.Local.class::isInstance)
                .map(MoveState.Local.class::cast);
        return new DatabaseView(
                host.eid().toString(),
                "dynamic",
                host.state().text(),
                host.sinceMillis(),
                here.map(MoveState.Local::interfaceName).orElse(""),
                host.mac().map(MacAddress::toString).orElse(""),
                here.flatMap(MoveState.Local::gateway)
                        .flatMap(control.firstHop()::name)
                        .orElse(""),
                locators.stream().map(RlocView::of).toList());
    }

    /** By group and name; within a group in a fixed order. */
    public record CountersView(
            Map<String, Long> dataPlane,
            Map<String, Long> control,
            Map<String, Long> malformed,
            Map<String, Long> transport) {}

    private CountersView counters() {
        Map<String, Long> counters =
                new LinkedHashMap<>(control.context().counters().snapshot());
        counters.put("sightingsLost", control.sightingsLost());
        counters.put("kernelRefusals", control.site().refusals());
        return new CountersView(
                control.context().dataPlane().counters(),
                counters,
                control.malformed().snapshot(),
                control.context().sender().transport().counters());
    }

    private List<Event> events(Map<String, String> query) {
        String since = query.getOrDefault("since", "0");
        try {
            return control.context().events().since(Long.parseLong(since));
        } catch (NumberFormatException e) {
            throw new Routes.Refusal(400, "since must be the sequence of an event, not '" + since + "'");
        }
    }

    /**
     * @param eid one, or {@code eids} several: then the answer tells of each
     * @param phase {@code prepare}, {@code switch}, {@code commit} or {@code rollback}; with a move channel also {@code order} at the
     *     source, which is the whole move, and {@code offer}, which is the peer's prepare
     * @param from for prepare: RLOCs of the site that has the EID, each as {@code "192.0.2.1"} or, with its share of the traffic, as
     *     {@code {"address": "192.0.2.1", "priority": 1, "weight": 100}}
     * @param to for switch, order and offer: RLOCs of the site that gets it, likewise, or the name of a peer
     * @param mac for commit, if known
     * @param ticket for prepare, where moves need one; for order and offer where the destination needs one
     * @param card for prepare: the MAC of the guest's card, where it is on the segment by now and keeps what comes until the guest runs;
     *     otherwise packets wait at the xTR until {@code commit}
     */
    public record MoveRequest(
            @Nullable EidPrefix eid,
            List<EidPrefix> eids,
            String phase,
            List<Object> from,
            List<Object> to,
            Optional<MacAddress> mac,
            Optional<String> ticket,
            Optional<MacAddress> card) {
        public MoveRequest {
            eids = eids == null ? List.of() : List.copyOf(eids);
            from = from == null ? List.of() : List.copyOf(from);
            to = to == null ? List.of() : List.copyOf(to);
            mac = mac == null ? Optional.empty() : mac;
            ticket = ticket == null ? Optional.empty() : ticket;
            card = card == null ? Optional.empty() : card;
        }
    }

    /** @param eids that packets shall wait for after a switch, or no more, or that are to be asked for */
    public record HoldRequest(List<EidPrefix> eids) {
        public HoldRequest {
            eids = eids == null ? List.of() : List.copyOf(eids);
        }
    }

    /** @param eids of those in the request, those that it was done for */
    public record HoldView(List<EidPrefix> eids) {}

    private static HoldView hold(HoldRequest request, Predicate<EidPrefix> change) {
        return new HoldView(request.eids().stream().filter(change).toList());
    }

    /** @param state after the phase, see {@link DatabaseView} */
    public record MoveView(String eid, String phase, String state) {}

    /**
     * @param refused those of several that were not moved
     * @param error why the first of them was not
     */
    public record MovesView(List<MoveView> moves, int refused, String error) {}

    private Object move(MoveRequest request) {
        if ((request.eid() == null && request.eids().isEmpty()) || request.phase() == null) {
            throw new Routes.Refusal(400, "a move needs \"eid\", or \"eids\", and \"phase\"");
        }
        Phase phase = phase(request);
        return request.eid() != null ? move(request.eid(), request.phase(), phase) : moveAll(request, phase);
    }

    private MoveView move(EidPrefix eid, String name, Phase phase) {
        return new MoveView(
                eid.toString(), name, control.mobility().move(eid, phase).text());
    }

    /** Each by itself: what one is refused for need not hold for the others. */
    private MovesView moveAll(MoveRequest request, Phase phase) {
        List<MoveView> done = new ArrayList<>();
        List<Routes.Refusal> refusals = new ArrayList<>();
        control.mobility().together(() -> request.eids().forEach(eid -> {
            try {
                done.add(move(eid, request.phase(), phase));
            } catch (Routes.Refusal e) {
                refusals.add(e);
            }
        }));
        if (done.isEmpty()) {
            throw refusals.getFirst();
        }
        return new MovesView(
                done,
                refusals.size(),
                refusals.isEmpty() ? "" : String.valueOf(refusals.getFirst().getMessage()));
    }

    private Phase phase(MoveRequest request) {
        return switch (request.phase()) {
            case "prepare" -> new Phase.Prepare(locators(request.from()), request.ticket(), request.card());
            case "switch" -> new Phase.Switch(locators(request.to()));
            case "commit" -> new Phase.Commit(request.mac());
            case "rollback" -> new Phase.Rollback();
            case "order" -> new Phase.Order(locators(request.to()), true, request.ticket());
            case "offer" -> new Phase.Order(locators(request.to()), false, request.ticket());
            default ->
                throw new Routes.Refusal(
                        400,
                        "phase must be prepare, switch, commit or rollback, or order or offer with a move channel, not"
                                + " '"
                                + request.phase() + "'");
        };
    }

    /** Names of peers stand for their RLOCs. */
    private List<Locator> locators(List<Object> given) {
        return given.stream()
                .flatMap(one -> control
                        .peerMoves()
                        .flatMap(peers -> peers.orders().locators(String.valueOf(one)))
                        .orElseGet(() -> List.of(locator(one)))
                        .stream())
                .toList();
    }

    private static Locator locator(Object given) {
        Object address = given instanceof Map<?, ?> map ? map.get("address") : given;
        try {
            IpAddress ip = IpAddress.parse(String.valueOf(address));
            return given instanceof Map<?, ?> map
                    ? new Locator(ip, number(map.get("priority"), 1), number(map.get("weight"), 100))
                    : new Locator(ip, 1, 100);
        } catch (IllegalArgumentException e) {
            Routes.Refusal refusal = new Routes.Refusal(400, String.valueOf(e.getMessage()));
            refusal.initCause(e);
            throw refusal;
        }
    }

    private static int number(@Nullable Object given, int otherwise) {
        return given instanceof Number number ? number.intValue() : otherwise;
    }
}
