package io.godwit.xtr.control.fake;

import io.godwit.daemon.config.KeyConfig;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.management.OctetStream;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.linux.fake.FakeNetlink;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.Xtr;
import io.godwit.xtr.config.DatabaseConfig;
import io.godwit.xtr.config.DynamicEidConfig;
import io.godwit.xtr.config.ForwardingConfig;
import io.godwit.xtr.config.GatewayAddress;
import io.godwit.xtr.config.InstanceConfig;
import io.godwit.xtr.config.MapServerConfig;
import io.godwit.xtr.config.ProbingConfig;
import io.godwit.xtr.config.RlocConfig;
import io.godwit.xtr.config.SegmentConfig;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.XtrApi;
import io.godwit.xtr.control.core.Event;
import io.godwit.xtr.control.segment.SegmentPort;
import io.godwit.xtr.control.segment.Sighting;
import io.godwit.xtr.control.segment.Sysctls;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A whole xTR at a site, with a kernel, a data plane and a segment in memory. It has the RLOCs 192.0.2.1 and 2001:db8:f::1, the static
 * prefix 10.3.0.0/24, the dynamic prefix 10.1.0.0/24 on br-vm, a map-resolver at 192.0.2.53 and a map-server at 192.0.2.54.
 */
public final class TestSite implements DaemonContext {
    public static final String RLOC = "192.0.2.1";
    public static final String RLOC6 = "2001:db8:f::1";
    public static final String RESOLVER = "192.0.2.53";
    public static final String MAP_SERVER = "192.0.2.54";
    public static final String VM = "10.1.0.5";
    public static final String VM_MAC = "52:54:00:aa:00:05";
    public static final AuthenticationKey KEY = new AuthenticationKey(
            1, AuthenticationAlgorithm.HMAC_SHA_256_128, "secret".getBytes(StandardCharsets.UTF_8), false);

    public final VirtualTimers timers;
    public final MemoryNetwork network;
    public final RecordingDataPlane dataPlane = new RecordingDataPlane();
    public final FakeNetlink netlink;
    public final List<String> probes = new ArrayList<>();
    /** What hosts were told about others: to whom, and what. */
    public final List<String> told = new ArrayList<>();

    public final XtrConfig config;
    private final FakeNetwork host;
    private final Xtr xtr;
    private final Map<String, Function<Map<String, String>, Object>> gets = new HashMap<>();
    private final Map<String, Function<Object, Object>> posts = new HashMap<>();
    private Consumer<Sighting> sightings = sighting -> {};

    public TestSite(MemoryNetwork network, VirtualTimers timers, Path directory) {
        this(network, timers, directory, config(directory));
    }

    public TestSite(MemoryNetwork network, VirtualTimers timers, Path directory, XtrConfig config) {
        this.network = network;
        this.timers = timers;
        this.config = config;
        host = new FakeNetwork(
                new FakeUnderlay(),
                config.rlocs().stream().map(r -> r.address().toInetAddress()).toArray(InetAddress[]::new));
        netlink = host.netlink();
        netlink.addLink("br-vm", MacAddress.parse("02:00:00:00:00:99").toBytes());
        netlink.addLink("lisp0");
        xtr = new Xtr(
                config, this, host, (c, n) -> dataPlane, this::openSegment, new Sysctls(directory.resolve("sys")));
    }

    public static XtrConfig config(Path directory) {
        Path key = directory.resolve("key");
        try {
            Files.writeString(key, "secret\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new XtrConfig(
                "xtr-a",
                List.of(new RlocConfig(IpAddress.parse(RLOC6), 1, 100), new RlocConfig(IpAddress.parse(RLOC), 1, 100)),
                List.of(new InstanceConfig(0, "lisp0", 254)),
                List.of(IpAddress.parse(RESOLVER)),
                List.of(new MapServerConfig(
                        IpAddress.parse(MAP_SERVER), new KeyConfig(1, "hmac-sha-256-128", key), true)),
                List.of(new DatabaseConfig(EidPrefix.parse("10.3.0.0/24"))),
                List.of(new DynamicEidConfig(EidPrefix.parse("10.1.0.0/24"), 0, "br-vm", Duration.ofSeconds(60))),
                List.of(new SegmentConfig(
                        "br-vm",
                        0,
                        List.of(GatewayAddress.parse("10.1.0.1/24")),
                        Optional.of(MacAddress.parse("02:00:5e:00:01:01")))),
                List.of(EidPrefix.parse("10.0.0.0/8")),
                List.of(),
                Duration.ofMinutes(15),
                Optional.empty(),
                7,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                ProbingConfig.OFF,
                directory.resolve("state"),
                new ForwardingConfig(
                        "auto",
                        List.of(),
                        1,
                        1500,
                        "auto",
                        true,
                        "off",
                        List.of(),
                        "uniform",
                        false,
                        "learned",
                        Duration.ofMinutes(10),
                        new ForwardingConfig.TrustedConfig(List.of(), false, false, false, false),
                        List.of(),
                        16,
                        new ForwardingConfig.ParkingConfig(
                                1 << 20, 64, 64, 256, Duration.ofSeconds(3), Duration.ofSeconds(12), Duration.ZERO)),
                new ManagementConfig(directory.resolve("socket")));
    }

    private SegmentPort openSegment(SegmentPort.Segment segment, Consumer<Sighting> consumer) {
        sightings = consumer;
        return new SegmentPort() {
            @Override
            public String interfaceName() {
                return segment.interfaceName();
            }

            @Override
            public void probe(IpAddress host, Optional<MacAddress> mac) {
                probes.add(host + " at " + mac.map(MacAddress::toString).orElse("?"));
            }

            @Override
            public void answer(IpAddress host, IpAddress asker, MacAddress askerMac) {
                told.add(askerMac + ": " + host + " is here");
            }

            @Override
            public void announce(IpAddress host, MacAddress mac, Optional<MacAddress> to) {
                told.add(to.map(MacAddress::toString).orElse("all") + ": " + host + " at " + mac);
            }

            @Override
            public void announceHere(IpAddress host, Optional<MacAddress> to) {
                told.add(to.map(MacAddress::toString).orElse("all") + ": " + host + " here");
            }

            @Override
            public void follow(MacAddress host) {
                told.add("follow " + host);
            }

            @Override
            public void close() {
                sightings = sighting -> {};
            }
        };
    }

    public TestSite start() {
        xtr.start();
        xtr.routes(new Routes() {
            @Override
            public void get(String path, Function<Map<String, String>, Object> handler) {
                gets.put(path, handler);
            }

            @Override
            public <T> void post(String path, Class<T> body, Function<T, Object> handler) {
                posts.put(path, value -> handler.apply(body.cast(value)));
            }

            @Override
            public void stream(String path, String mediaType, BiConsumer<Map<String, String>, OctetStream> handler) {
                // Nobody listens in memory.
            }
        });
        timers.run();
        return this;
    }

    public void stop() {
        xtr.close();
        timers.run();
    }

    @Override
    public EventLoop eventLoop() {
        throw new UnsupportedOperationException("no connections in memory");
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public ControlTransport open(List<IpAddress> addresses, int port) {
        return network.open(port, addresses.toArray(IpAddress[]::new));
    }

    /** The host sends an announcement on the segment. */
    public void seen(String ip, String mac) {
        seen("br-vm", Optional.of(ip), mac);
    }

    public void seen(String interfaceName, Optional<String> ip, String mac) {
        sightings.accept(new Sighting(
                interfaceName, MacAddress.parse(mac), ip.map(IpAddress::parse), timers.epochMillis(), true));
        timers.run();
    }

    /** The host asks on the segment for another one. */
    public void asks(String ip, String mac, String whom) {
        sightings.accept(new Sighting(
                "br-vm",
                MacAddress.parse(mac),
                Optional.of(IpAddress.parse(ip)),
                timers.epochMillis(),
                true,
                Optional.of(IpAddress.parse(whom))));
        timers.run();
    }

    /** An ICMP message from its header on, to the RLOC. */
    public void icmpError(String rloc, byte[] message) {
        host.icmpError(IpAddress.parse(rloc).toInetAddress(), message);
    }

    public void misses(String destination) {
        dataPlane.happens(e -> e.onMiss(0, IpAddress.parse("10.3.0.9"), IpAddress.parse(destination)));
        timers.run();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the test says what it expects
    public <T> T get(String path) {
        return (T) Objects.requireNonNull(gets.get(path), path).apply(Map.of());
    }

    public List<XtrApi.MapCacheView> mapCache() {
        return get("/v1/map-cache");
    }

    /** The state of a host: {@code local}, {@code away} ..., or {@code absent}. */
    public String state(String eid) {
        List<XtrApi.DatabaseView> views = get("/v1/database");
        return views.stream()
                .filter(view -> view.eid().equals(EidPrefix.parse(eid).toString()))
                .map(XtrApi.DatabaseView::state)
                .findFirst()
                .orElse("absent");
    }

    /** Takes an own RLOC out of use, or into use again. */
    @SuppressWarnings("unchecked") // it is what the API answers
    public List<XtrApi.RlocView> drain(String rloc, boolean drained) {
        Object answer = Objects.requireNonNull(posts.get("/v1/rlocs")).apply(new XtrApi.RlocRequest(rloc, drained));
        timers.run();
        return (List<XtrApi.RlocView>) answer;
    }

    public String move(String eid, String phase, String... rlocs) {
        return moveWith(Optional.empty(), eid, phase, rlocs);
    }

    /** A prepare that says that the guest's card is on the segment, paused. */
    public void prepareWithCard(String eid, String mac, String from) {
        moveWith(Optional.empty(), Optional.of(MacAddress.parse(mac)), eid, "prepare", from);
    }

    public String moveWith(Optional<String> ticket, String eid, String phase, String... rlocs) {
        return moveWith(ticket, Optional.empty(), eid, phase, rlocs);
    }

    private String moveWith(
            Optional<String> ticket, Optional<MacAddress> card, String eid, String phase, String... rlocs) {
        List<Object> locators = List.of((Object[]) rlocs);
        var request = new XtrApi.MoveRequest(
                EidPrefix.parse(eid), List.of(), phase, locators, locators, Optional.empty(), ticket, card);
        Object answer = Objects.requireNonNull(posts.get("/v1/moves")).apply(request);
        timers.run();
        return ((XtrApi.MoveView) answer).state();
    }

    /** One request for several. */
    public void moveAll(List<String> eids, String phase, Optional<MacAddress> mac, String... rlocs) {
        List<Object> locators = List.of((Object[]) rlocs);
        var _ = Objects.requireNonNull(posts.get("/v1/moves"))
                .apply(new XtrApi.MoveRequest(
                        null,
                        eids.stream().map(EidPrefix::parse).toList(),
                        phase,
                        locators,
                        locators,
                        mac,
                        Optional.empty(),
                        Optional.empty()));
        timers.run();
    }

    public void hold(String eid) {
        post("/v1/moves/hold", eid);
    }

    public void release(String eid) {
        post("/v1/moves/release", eid);
    }

    private void post(String path, String eid) {
        var _ = Objects.requireNonNull(posts.get(path)).apply(new XtrApi.HoldRequest(List.of(EidPrefix.parse(eid))));
        timers.run();
    }

    public List<String> eventKinds() {
        List<Event> events = get("/v1/events");
        return events.stream().map(Event::kind).toList();
    }

    public long counter(String name) {
        XtrApi.CountersView counters = get("/v1/counters");
        return Objects.requireNonNull(counters.control().get(name), name);
    }

    public boolean hasHostRoute(String eid) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return netlink.allRoutes().stream()
                .anyMatch(route -> route.prefixLength() == prefix.length()
                        && IpAddress.of(route.destination()).equals(prefix.address()));
    }

    public static EidRecord eidRecord(String eid, int ttlMinutes, String... rlocs) {
        return eidRecord(
                eid,
                ttlMinutes,
                Arrays.stream(rlocs)
                        .map(rloc -> RlocRecord.unicast(IpAddress.parse(rloc), 1, 100, true))
                        .toList());
    }

    public static EidRecord eidRecord(String eid, int ttlMinutes, List<RlocRecord> rlocs) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return new EidRecord(ttlMinutes, prefix.length(), Action.NO_ACTION, true, 0, prefix.toAddress(), rlocs);
    }

    public static EidRecord negative(String eid, int ttlMinutes, Action action) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return new EidRecord(ttlMinutes, prefix.length(), action, true, 0, prefix.toAddress(), List.of());
    }
}
