package io.godwit.hypervisor.agent;

import io.godwit.daemon.life.Daemon;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.management.Routes.Refusal;
import io.godwit.daemon.net.Timers;
import io.godwit.hypervisor.config.HypervisorConfig;
import io.godwit.hypervisor.libvirt.DomainXml;
import io.godwit.hypervisor.libvirt.LibvirtConnection;
import io.godwit.hypervisor.qmp.QmpMonitor;
import io.godwit.hypervisor.xtr.XtrClient;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.MacAddress;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds monitors, follows their guests, and tells the xTR. */
public final class HypervisorAgent implements Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(HypervisorAgent.class);
    /** A QEMU that waits for a guest is seen so soon; the memory it waits for takes longer to come. */
    private static final Duration LOOK = Duration.ofMillis(50);

    /** An xTR forgets a preparation after 30 s; the memory of a large guest takes longer to come. */
    private static final Duration KEEP_PREPARED = Duration.ofSeconds(12);

    private static final Duration WARM_UP = Duration.ofMillis(300);
    private static final int WARM_UPS = 300;

    private record Watched(QmpMonitor monitor, Guest guest) {}

    private final Timers timers;
    private final EventLoop loop;
    private final MonitorFiles files;
    private final XtrClient xtr;
    private final XtrMoves moves;
    private final Map<Path, Watched> watched = new HashMap<>();
    private final Optional<DomainWatch> domains;
    private final HypervisorConfig config;

    public HypervisorAgent(HypervisorConfig config, DaemonContext daemon) {
        this.config = config;
        timers = daemon.timers();
        loop = daemon.eventLoop();
        files = new MonitorFiles(config.monitors());
        xtr = new XtrClient(loop, timers, config.xtr());
        moves = new XtrMoves(config, xtr, timers);
        domains = config.libvirt()
                .map(uri -> new DomainWatch(uri, listener -> LibvirtConnection.open(uri, listener), timers, moves));
    }

    @Override
    public void start() {
        Thread.ofPlatform().daemon().name("rehearsal").start(() -> AgentRehearsal.run(config));
        xtr.start(this::tellAgain);
        domains.ifPresent(DomainWatch::start);
        look();
        timers.every(LOOK, this::look);
        timers.every(KEEP_PREPARED, this::keepPrepared);
        timers.after(WARM_UP, () -> warmUp(WARM_UPS));
    }

    /** Requests that change nothing: the first one of a process takes fifty times as long as the hundredth, at either end. */
    private void warmUp(int left) {
        if (left > 0) {
            var _ = xtr.post("/v1/moves/release", Map.of("eids", List.of("192.0.2.0")))
                    .thenCompose(answer -> xtr.get("/v1/health"))
                    .handle((answer, failure) -> {
                        timers.after(failure == null ? Duration.ofMillis(2) : WARM_UP, () -> warmUp(left - 1));
                        return left;
                    });
        }
    }

    private void keepPrepared() {
        guests().stream().filter(guest -> guest.place() == Guest.Place.INCOMING).forEach(Guest::tellAgain);
    }

    private void tellAgain() {
        moves.connected();
        guests().forEach(Guest::tellAgain);
    }

    private List<Guest> guests() {
        List<Guest> guests = new ArrayList<>();
        watched.values().forEach(one -> guests.add(one.guest()));
        domains.ifPresent(watch -> guests.addAll(watch.guests().values()));
        return guests;
    }

    private void look() {
        for (Path file : files.list()) {
            if (!watched.containsKey(file)) {
                Guest guest = new Guest(moves, () -> watched.remove(file));
                watched.put(file, new Watched(QmpMonitor.connect(loop, file, guest), guest));
                LOG.debug("a monitor at {}", file);
            }
        }
    }

    /**
     * @param monitor its QMP socket, or {@code libvirt:} and the domain's name
     * @param place {@code here}, {@code leaving}, {@code stopped}, {@code gone}, {@code incoming} or {@code unknown}
     */
    public record GuestView(String monitor, String place, List<String> macs) {
        static GuestView of(String monitor, Guest guest) {
            return new GuestView(
                    monitor,
                    guest.place().name().toLowerCase(Locale.ROOT),
                    guest.cards().stream().map(card -> card.mac().toString()).toList());
        }
    }

    private List<GuestView> guestViews() {
        List<GuestView> views = new ArrayList<>();
        watched.forEach((path, one) -> views.add(GuestView.of(path.toString(), one.guest())));
        domains.ifPresent(
                watch -> watch.guests().forEach((name, guest) -> views.add(GuestView.of("libvirt:" + name, guest))));
        return views;
    }

    /**
     * @param guests that are watched
     * @param libvirt {@code connected} or why not, where it is configured
     */
    public record StatusView(String role, int guests, Optional<String> libvirt) {}

    /** @param rlocs of its xTR */
    public record SiteView(String name, List<String> rlocs) {}

    /** @param eids addresses of the guest with this card */
    public record CardView(String mac, List<String> eids) {}

    /**
     * What the agent goes by.
     *
     * @param xtr socket of the xTR of this host
     */
    public record ConfigView(String xtr, List<SiteView> sites, List<CardView> guests) {}

    private ConfigView configView() {
        return new ConfigView(
                config.xtr().toString(),
                config.sites().stream()
                        .map(site -> new SiteView(site.name(), texts(site.rlocs())))
                        .toList(),
                config.guests().stream()
                        .map(guest -> new CardView(guest.mac().toString(), texts(guest.eids())))
                        .toList());
    }

    /** @param xml libvirt's description of a domain, as a hook gets it */
    public record DomainRequest(String xml) {}

    /**
     * @param xtr socket of the xTR of this host
     * @param sites where it may come from
     * @param eids addresses that the configuration has of its cards; empty when it is none of ours
     */
    public record DomainView(String xtr, List<SiteView> sites, List<String> eids) {}

    private DomainView domain(DomainRequest request) {
        Set<MacAddress> macs;
        try {
            macs = DomainXml.nics(request.xml()).stream()
                    .map(nic -> MacAddress.parse(nic.mac()))
                    .collect(Collectors.toSet());
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, String.valueOf(e.getMessage()));
        }
        ConfigView view = configView();
        return new DomainView(
                view.xtr(),
                view.sites(),
                config.guests().stream()
                        .filter(guest -> macs.contains(guest.mac()))
                        .flatMap(guest -> guest.eids().stream())
                        .map(EidPrefix::toString)
                        .toList());
    }

    private static List<String> texts(List<?> values) {
        return values.stream().map(Object::toString).toList();
    }

    @Override
    public void routes(Routes routes) {
        routes.get(
                "/v1/status", query -> new StatusView("hypervisor", guests().size(), domains.map(DomainWatch::state)));
        routes.get("/v1/guests", query -> guestViews());
        routes.get("/v1/config", query -> configView());
        routes.post("/v1/domains", DomainRequest.class, this::domain);
    }

    @Override
    public void close() {
        List.copyOf(watched.values()).forEach(one -> one.monitor().close());
        domains.ifPresent(DomainWatch::close);
        xtr.close();
    }
}
