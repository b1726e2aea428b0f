package io.godwit.xtr.wire;

import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.NetworkNamespace;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.xtr.Xtr;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.fake.RecordingDataPlane;
import io.godwit.xtr.control.segment.Sysctls;
import io.godwit.xtr.rehearsal.QuietSegment;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The control plane of an xTR on a kernel of its own, its data plane in memory. It has two uplinks, up1 with the RLOC 192.0.2.1 and up2 with
 * 198.51.100.1, and a segment, site0 with 192.168.9.1. Behind all three is the world: 192.0.2.2, 198.51.100.2, and 192.168.9.2, which
 * is also 10.1.0.10 and 203.0.113.9; the last is reached by up2.
 */
final class KernelXtr implements DaemonContext, AutoCloseable {
    static final String RLOC = "192.0.2.1";
    static final String SECOND_RLOC = "198.51.100.1";
    static final String MAP_SERVER = "192.0.2.2";
    static final String ROUTER = "192.168.9.2";
    static final String HOST = "10.1.0.10";
    static final String ITR = "203.0.113.9";
    static final AuthenticationKey KEY = new AuthenticationKey(
            1, AuthenticationAlgorithm.HMAC_SHA_256_128, "secret".getBytes(StandardCharsets.UTF_8), false);

    private static final String CONFIG = """
        name: xtr
        rlocs: [{ address: 192.0.2.1 }, { address: 198.51.100.1 }]
        instances: [{ id: 0, tun: lisp0 }]
        map-resolvers: [192.0.2.2]
        map-servers: [{ address: 192.0.2.2, key: { id: 1, file: key } }]
        database: [{ eid: 10.3.0.0/24 }]
        dynamic-eids: [{ prefix: 10.1.0.0/24, interface: site0 }]
        segments: [{ interface: site0, gateway: [192.168.9.1/24] }]
        eid-space: [10.0.0.0/8]
        first-hop-routers:
          - { name: fhr-1, addresses: [192.168.9.2], key: { id: 1, file: key }, eids: [10.1.0.0/24] }
        state-directory: state
        forwarding: { path-mtu: fixed }
        management: { socket: xtr.sock }
        """;

    private static final AtomicInteger COUNT = new AtomicInteger();

    final NetworkNamespace world;
    private final NetworkNamespace own;
    private final ControlThread thread = new ControlThread("control");
    private final Xtr xtr;

    KernelXtr(Path directory) throws IOException {
        String name = "gwxtr" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet();
        own = NetworkNamespace.create(name);
        world = NetworkNamespace.create(name + "w");
        cable("up1", "w1", "192.0.2.2");
        cable("up2", "w2", "198.51.100.2");
        cable("site0", "w3", ROUTER);
        ip("addr add 192.0.2.1/24 dev up1");
        ip("addr add 198.51.100.1/24 dev up2");
        ip("link add lisp0 type veth peer name lisp1");
        ip("route add 203.0.113.0/24 via 198.51.100.2");
        KernelSite.ip(world, "addr add " + ITR + "/32 dev lo");
        KernelSite.ip(world, "addr add " + HOST + "/32 dev lo");
        xtr = new Xtr(
                config(directory),
                this,
                new LinuxNetwork(),
                (c, n) -> new RecordingDataPlane(),
                (segment, sightings) -> new QuietSegment(segment.interfaceName()),
                new Sysctls(directory.resolve("sys")));
        thread.loop().submit(own::enter).syncUninterruptibly();
        thread.loop().submit(xtr::start).syncUninterruptibly();
    }

    /** No reverse path filter at either end: what comes in by one uplink may be answered by the other. */
    private void cable(String here, String there, String address) {
        ip("link add " + here + " type veth peer name " + there + " netns " + world.name());
        ip("link set " + here + " up");
        KernelSite.ip(world, "link set " + there + " up");
        KernelSite.ip(world, "addr add " + address + "/24 dev " + there);
        for (String name : List.of("all", here)) {
            KernelSite.exec(own, "sysctl", "-qw", "net.ipv4.conf." + name + ".rp_filter=0");
        }
        for (String name : List.of("all", there)) {
            KernelSite.exec(world, "sysctl", "-qw", "net.ipv4.conf." + name + ".rp_filter=0");
        }
    }

    private static XtrConfig config(Path directory) throws IOException {
        Files.writeString(directory.resolve("key"), "secret\n");
        Path file = directory.resolve("xtr.yaml");
        Files.writeString(file, CONFIG);
        return switch (ConfigLoader.load(file, "/schema/xtr.json", XtrConfig.class)) {
            case ConfigResult.Valid<XtrConfig>(XtrConfig valid) -> valid;
            case ConfigResult.Invalid<XtrConfig>(var errors) -> throw new AssertionError(errors.toString());
        };
    }

    /** In the xTR's namespace. */
    String ip(String arguments) {
        return KernelSite.ip(own, arguments);
    }

    String exec(String... command) {
        return KernelSite.exec(own, command);
    }

    @Override
    public Timers timers() {
        return thread.timers();
    }

    @Override
    public EventLoop eventLoop() {
        return thread.loop();
    }

    @Override
    public ControlTransport open(List<IpAddress> addresses, int port) {
        return NettyControlTransport.open(thread.loop(), addresses, port);
    }

    @Override
    public void close() {
        thread.loop().submit(xtr::close).awaitUninterruptibly();
        thread.close();
        world.close();
        own.close();
    }
}
