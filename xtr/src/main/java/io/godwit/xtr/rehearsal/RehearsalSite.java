package io.godwit.xtr.rehearsal;

import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.management.RouteTable;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeTun;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.Xtr;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.segment.SegmentFrames;
import io.godwit.xtr.control.segment.SegmentPort;
import io.godwit.xtr.control.segment.Sighting;
import io.godwit.xtr.control.segment.Sysctls;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A whole tunnel router with a kernel, an underlay and a segment in memory. */
final class RehearsalSite implements DaemonContext, AutoCloseable {
    private static final String SEGMENT = "br-vm";
    private static final String TUN = "tun";

    private final IpAddress rloc;
    private final MemoryNetwork control;
    private final RehearsalTimers timers;
    private final FakeNetwork host;
    private final RouteTable routes = new RouteTable();
    private final Xtr xtr;
    private Consumer<Sighting> sightings = sighting -> {};

    RehearsalSite(
            Path folder,
            MemoryNetwork control,
            RehearsalTimers timers,
            FakeUnderlay underlay,
            Xtr.Forwarder forwarder,
            String rloc,
            String peer,
            String mappingSystem,
            String prefix,
            String prefix6)
            throws IOException {
        this.rloc = IpAddress.parse(rloc);
        this.control = control;
        this.timers = timers;
        host = new FakeNetwork(underlay, this.rloc.toInetAddress());
        host.netlink().addLink(SEGMENT, MacAddress.parse("02:00:00:00:00:99").toBytes());
        host.netlink().addLink(TUN);
        Path file = folder.resolve("xtr.yaml");
        Files.writeString(file, yaml(rloc, peer, mappingSystem, prefix, prefix6));
        if (!(ConfigLoader.load(file, "/schema/xtr.json", XtrConfig.class)
                instanceof ConfigResult.Valid<XtrConfig>(XtrConfig config))) {
            throw new IOException(file + " is not valid");
        }
        xtr = new Xtr(config, this, host, forwarder, this::openSegment, new Sysctls(folder.resolve("sys")));
        xtr.start();
        xtr.routes(routes);
    }

    private static String yaml(String rloc, String peer, String mappingSystem, String prefix, String prefix6) {
        return """
            name: rehearsal
            rlocs: [{address: %s}]
            instances: [{id: 0, tun: tun}]
            map-resolvers: [%s]
            map-servers: [{address: %s, key: {id: 1, file: key}}]
            database: [{eid: %s}, {eid: "%s"}]
            dynamic-eids:
              - {prefix: 10.1.0.0/23, interface: br-vm, register-macs: true}
              - {prefix: "2001:db8:1::/64", interface: br-vm, register-macs: true}
            segments: [{interface: br-vm, gateway: [10.1.0.1/23, "2001:db8:1::1/64"], mac: "02:00:5e:00:01:01"}]
            move-channel: {peers: [{name: there, rlocs: [%s], key: {id: 1, file: key}}]}
            eid-space: [10.0.0.0/8, "2001:db8::/32"]
            forwarding: {thread-plan: inline, path-mtu: fixed, source-ports: 1}
            state-directory: state
            management: {socket: socket}
            """.formatted(rloc, mappingSystem, mappingSystem, prefix, prefix6, peer);
    }

    IpAddress rloc() {
        return rloc;
    }

    FakeTun tun() {
        return host.tun(TUN);
    }

    /** A host announces itself; by RARP when {@code address} is empty. */
    void seen(Optional<IpAddress> address, MacAddress mac) {
        sightings.accept(new Sighting(SEGMENT, mac, address, timers.epochMillis(), true));
    }

    /** What the management API gets. */
    void post(String path, String json) {
        byte[] answer = routes.call(path, json.getBytes(StandardCharsets.UTF_8));
        if (new String(answer, StandardCharsets.UTF_8).startsWith("{\"error\"")) {
            throw new IllegalStateException(json + ": " + new String(answer, StandardCharsets.UTF_8));
        }
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public EventLoop eventLoop() {
        throw new UnsupportedOperationException("there are no connections in memory");
    }

    @Override
    public ControlTransport open(List<IpAddress> addresses, int port) {
        return control.open(port, addresses.toArray(IpAddress[]::new));
    }

    private SegmentPort openSegment(SegmentPort.Segment segment, Consumer<Sighting> consumer) {
        sightings = consumer;
        return new RehearsalSegment(segment.interfaceName(), new SegmentFrames(segment));
    }

    @Override
    public void close() {
        xtr.close();
        timers.run();
    }
}
