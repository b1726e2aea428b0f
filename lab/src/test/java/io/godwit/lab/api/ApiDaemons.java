package io.godwit.lab.api;

import io.godwit.cli.client.ManagementClient;
import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import io.godwit.daemon.life.Daemon;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.life.DaemonSpec;
import io.godwit.daemon.management.CommonRoutes;
import io.godwit.daemon.management.ManagementServer;
import io.godwit.daemon.management.RouteTable;
import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.hypervisor.HypervisorMain;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapresolver.MapResolverMain;
import io.godwit.mapserver.MapServerMain;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.Xtr;
import io.godwit.xtr.XtrMain;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.segment.Sighting;
import io.godwit.xtr.control.segment.Sysctls;
import io.godwit.xtr.rehearsal.QuietSegment;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Every kind of daemon, on one network in memory, with its management API on a socket of its own. */
final class ApiDaemons implements AutoCloseable {
    static final String VM = "10.1.0.9";
    private static final String SEGMENT = "br-vm";

    private final Path folder;
    private final VirtualTimers timers = new VirtualTimers();
    private final MemoryNetwork network = new MemoryNetwork(timers);
    private final ControlThread loop = new ControlThread("api");
    private final StubDataPlane dataPlane = new StubDataPlane();
    private final Map<String, RouteTable> routes = new LinkedHashMap<>();
    private final List<Daemon> daemons = new ArrayList<>();
    private final List<ManagementServer> servers = new ArrayList<>();
    private Consumer<Sighting> sightings = sighting -> {};

    /** @param ticketKey public, in PEM */
    ApiDaemons(Path folder, String ticketKey) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("key"), "secret\n");
        Files.writeString(folder.resolve("mover.pub"), ticketKey);
        start("map-server", create(MapServerMain.SPEC, "map-server", """
            listen: [192.0.2.54]
            sites:
              - {name: cloud, keys: [{id: 1, file: key}], prefixes: [{eid: 10.1.0.0/24, accept-more-specifics: true}, {eid: 10.2.0.0/24}]}
            movement: {ticket-keys: [mover.pub]}
            state-directory: ms
            management: {socket: map-server.sock}
            """));
        start("map-resolver", create(MapResolverMain.SPEC, "map-resolver", """
            listen: [192.0.2.53]
            map-servers: [{address: 192.0.2.54, prefixes: [10.0.0.0/8]}]
            management: {socket: map-resolver.sock}
            """));
        start("xtr", xtr());
        // These begin to reach for the world outside when they start; what they serve is there before.
        serve("member", create(MapServerMain.SPEC, "member", """
            listen: [192.0.2.55]
            sites:
              - {name: cloud, keys: [{id: 1, file: key}], prefixes: [{eid: 10.1.0.0/24}]}
            state-directory: member
            cluster: {member: 0, members: [{id: 0, address: 127.0.0.1, port: 4350}]}
            management: {socket: member.sock}
            """));
        serve("hypervisor", create(HypervisorMain.SPEC, "hypervisor", """
            xtr: xtr.sock
            monitors: ["none/*.agent"]
            sites: [{name: cloud-b, rlocs: [192.0.2.2]}]
            guests: [{mac: "02:00:00:00:01:0a", eids: [10.1.0.10]}]
            management: {socket: hypervisor.sock}
            """));
    }

    private <C> C config(String schema, Class<C> type, String name, String yaml) throws IOException {
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(file, yaml);
        return switch (ConfigLoader.load(file, schema, type)) {
            case ConfigResult.Valid<C>(C valid) -> valid;
            case ConfigResult.Invalid<C> invalid -> throw new IOException(invalid.toString());
        };
    }

    private <C> Daemon create(DaemonSpec<C> spec, String name, String yaml) throws IOException {
        return spec.create().apply(config(spec.schema(), spec.config(), name, yaml), new Context());
    }

    private Daemon xtr() throws IOException {
        XtrConfig config = config(XtrMain.SPEC.schema(), XtrConfig.class, "xtr", """
            name: xtr-a
            rlocs: [{address: 192.0.2.1}]
            instances: [{id: 0, tun: lisp0}]
            map-resolvers: [192.0.2.53]
            map-servers: [{address: 192.0.2.54, key: {id: 1, file: key}}]
            database: [{eid: 10.2.0.0/24}]
            dynamic-eids: [{prefix: 10.1.0.0/24, interface: br-vm}]
            segments: [{interface: br-vm, gateway: [10.1.0.1/24], mac: "02:00:5e:00:01:01"}]
            eid-space: [10.0.0.0/8]
            move-channel: {peers: [{name: xtr-b, rlocs: [192.0.2.2], key: {id: 1, file: key}}]}
            forwarding: {path-mtu: fixed}
            state-directory: xtr
            management: {socket: xtr.sock}
            """);
        FakeNetwork host = new FakeNetwork(
                new FakeUnderlay(), config.rlocs().getFirst().address().toInetAddress());
        host.netlink().addLink(SEGMENT, MacAddress.parse("02:00:00:00:00:99").toBytes());
        host.netlink().addLink("lisp0");
        return new Xtr(
                config,
                new Context(),
                host,
                (c, n) -> dataPlane,
                (segment, consumer) -> {
                    sightings = consumer;
                    return new QuietSegment(segment.interfaceName());
                },
                new Sysctls(folder.resolve("sys")));
    }

    private void start(String name, Daemon daemon) {
        daemon.start();
        serve(name, daemon);
    }

    private void serve(String name, Daemon daemon) {
        daemons.add(daemon);
        RouteTable table = new RouteTable();
        CommonRoutes.add(table, name.equals("member") ? "map-server" : name);
        daemon.routes(table);
        routes.put(name, table);
        servers.add(ManagementServer.start(folder.resolve(name + ".sock"), table, this::control));
        timers.run();
    }

    /** One at a time, and what follows from it before the answer is seen. */
    private synchronized void control(Runnable task) {
        task.run();
        timers.run();
    }

    RouteTable routes(String name) {
        return Objects.requireNonNull(routes.get(name), name);
    }

    ManagementClient client(String name) {
        return new ManagementClient(folder.resolve(name + ".sock"));
    }

    /** A host is seen and registered; a packet asks for one that nobody has, and for a prefix that somebody has. */
    synchronized void liveALittle() {
        sightings.accept(new Sighting(
                SEGMENT,
                MacAddress.parse("02:00:00:00:00:05"),
                Optional.of(IpAddress.parse(VM)),
                timers.epochMillis(),
                true));
        timers.advance(Duration.ofSeconds(1));
        for (String destination : List.of("10.1.0.77", "10.9.0.1")) {
            dataPlane.happens(e -> e.onMiss(0, IpAddress.parse("10.2.0.9"), IpAddress.parse(destination)));
        }
        timers.advance(Duration.ofSeconds(1));
    }

    @Override
    public void close() {
        servers.forEach(ManagementServer::close);
        daemons.reversed().forEach(Daemon::close);
        loop.close();
    }

    private final class Context implements DaemonContext {
        @Override
        public Timers timers() {
            return timers;
        }

        @Override
        public EventLoop eventLoop() {
            return loop.loop();
        }

        @Override
        public ControlTransport open(List<IpAddress> addresses, int port) {
            return network.open(port, addresses.toArray(IpAddress[]::new));
        }
    }
}
