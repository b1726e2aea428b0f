package io.godwit.lab.layer2;

import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.management.OctetStream;
import io.godwit.daemon.management.RouteTable;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeTun;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.DataPlane;
import io.godwit.xtr.DataPlaneConfig;
import io.godwit.xtr.RingDataPlane;
import io.godwit.xtr.Xtr;
import io.godwit.xtr.config.Layer2Config;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.segment.Sysctls;
import io.godwit.xtr.ring.ThreadPlan;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A whole xTR whose forwarding path goes on step by step, on the test's thread; its TAP device is what its hosts are behind. */
final class Layer2Site implements DaemonContext, AutoCloseable {
    static final String TAP = "gwl2";
    static final String BRIDGE = "br0";

    final String rloc;
    final FakeNetwork host;
    private final Layer2World world;
    private final Xtr xtr;
    private final RouteTable posts = new RouteTable();
    private final Map<String, Function<Map<String, String>, Object>> gets = new HashMap<>();
    private final RingDataPlane plane;
    private Runnable wakeUp = () -> {};

    Layer2Site(Layer2World world, Path folder, String rloc, List<String> rlocs, String more) {
        this.world = world;
        this.rloc = rloc;
        host = new FakeNetwork(world.underlay, IpAddress.parse(rloc).toInetAddress());
        host.netlink().addLink(BRIDGE, MacAddress.parse("02:00:00:00:00:99").toBytes());
        XtrConfig config = config(folder.resolve(rloc), rlocs, more);
        plane = RingDataPlane.create(host, dataPlane(config), world.timers::nanoTime);
        xtr = new Xtr(
                config,
                this,
                host,
                (c, network) -> stepped(plane),
                (segment, sightings) -> {
                    throw new IllegalStateException("there is no segment");
                },
                new Sysctls(folder.resolve("sys")));
        xtr.start();
        xtr.routes(new Remembered());
    }

    private XtrConfig config(Path folder, List<String> rlocs, String more) {
        String flood = rlocs.stream().filter(one -> !one.equals(rloc)).collect(Collectors.joining(", "));
        String yaml = """
            name: %s
            rlocs: [{address: %s}]
            instances: [{id: %d, layer2: {tap: %s, bridge: %s, flood: [%s], inactivity: 60s}}]
            map-resolvers: [%s]
            map-servers: [{address: %s, key: {id: 1, file: key}}]
            rloc-probing: {enabled: false}
            forwarding: {thread-plan: inline, path-mtu: fixed, source-ports: 1}
            state-directory: state
            management: {socket: socket}
            """.formatted(
                                rloc,
                                rloc,
                                Layer2World.INSTANCE,
                                TAP,
                                BRIDGE,
                                flood,
                                Layer2World.MAP_SERVER,
                                Layer2World.MAP_SERVER)
                + more;
        try {
            Files.createDirectories(folder);
            Path key = Files.writeString(folder.resolve("key"), Layer2World.SECRET);
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            Path file = Files.writeString(folder.resolve("xtr.yaml"), yaml);
            return switch (ConfigLoader.load(file, "/schema/xtr.json", XtrConfig.class)) {
                case ConfigResult.Valid<XtrConfig>(XtrConfig config) -> config;
                case ConfigResult.Invalid<XtrConfig> invalid -> throw new AssertionError(invalid);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DataPlaneConfig dataPlane(XtrConfig config) {
        List<DataPlaneConfig.Instance> instances = config.byLayer().stream()
                .map(instance -> new DataPlaneConfig.Instance(
                        instance.id(),
                        instance.device(),
                        instance.isLayer2(),
                        instance.layer2().map(Layer2Config::flood).orElse(List.of())))
                .toList();
        return DataPlaneConfig.of(List.of(config.rlocs().getFirst().address()), instances)
                .withThreads(DataPlaneConfig.Threads.of(ThreadPlan.INLINE));
    }

    /** The same without its threads. */
    private DataPlane stepped(RingDataPlane real) {
        return (DataPlane) Proxy.newProxyInstance(
                DataPlane.class.getClassLoader(), new Class<?>[] {DataPlane.class}, (proxy, method, all) -> {
                    if (method.getName().equals("start")) {
                        wakeUp = (Runnable) all[0];
                        return null;
                    }
                    try {
                        return method.invoke(real, all);
                    } catch (InvocationTargetException e) {
                        throw Objects.requireNonNull(e.getCause());
                    }
                });
    }

    /** A round of each data thread; returns what there was to do. */
    int work() {
        int work = plane.runOnce(true) + plane.runOnce(false);
        wakeUp.run();
        return work;
    }

    FakeTun tap() {
        return host.tun(TAP);
    }

    /** A host sends, and all that follows happens. */
    void sends(MacAddress source, MacAddress destination, int number) {
        tap().fromHost(Frames.frame(source, destination, number));
        world.settle();
    }

    /** The numbers of the frames that came since the last call. */
    List<Integer> delivered() {
        List<Integer> numbers = new ArrayList<>();
        for (Optional<FakeTun.Frame> next = tap().delivered(); next.isPresent(); next = tap().delivered()) {
            numbers.add(Frames.number(next.get().packet()));
        }
        return numbers;
    }

    /** Announces a move through the management API. */
    void move(MacAddress mac, String phase, String field, String other) {
        String json = "{\"eid\": \"[%d]%s\", \"phase\": \"%s\", \"%s\": [\"%s\"]}"
                .formatted(Layer2World.INSTANCE, mac, phase, field, other);
        byte[] octets = posts.call("/v1/moves", json.getBytes(StandardCharsets.UTF_8));
        String answer = new String(octets, StandardCharsets.UTF_8);
        if (answer.startsWith("{\"error\"")) {
            throw new AssertionError(answer);
        }
        world.settle();
    }

    /** What the management API answers, as text. */
    String get(String path) {
        return Objects.requireNonNull(gets.get(path), path).apply(Map.of()).toString();
    }

    /** Keeps who answers what. */
    private final class Remembered implements Routes {
        @Override
        public void get(String path, Function<Map<String, String>, Object> handler) {
            gets.put(path, handler);
        }

        @Override
        public <T> void post(String path, Class<T> body, Function<T, Object> handler) {
            posts.post(path, body, handler);
        }

        @Override
        public void stream(String path, String mediaType, BiConsumer<Map<String, String>, OctetStream> handler) {
            // Nobody listens in memory.
        }
    }

    long counter(String name) {
        return plane.counters().getOrDefault(name, -1L);
    }

    @Override
    public EventLoop eventLoop() {
        throw new UnsupportedOperationException("no connections in memory");
    }

    @Override
    public Timers timers() {
        return world.timers;
    }

    @Override
    public ControlTransport open(List<IpAddress> addresses, int port) {
        return world.network.open(port, addresses.toArray(IpAddress[]::new));
    }

    @Override
    public void close() {
        xtr.close();
        world.timers.run();
    }
}
