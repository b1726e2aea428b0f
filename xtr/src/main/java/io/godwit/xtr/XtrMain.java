package io.godwit.xtr;

import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.life.DaemonMain;
import io.godwit.daemon.life.DaemonSpec;
import io.godwit.daemon.net.ControlThread;
import io.godwit.linux.LinuxException;
import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.Netlink;
import io.godwit.linux.Network;
import io.godwit.linux.UdpChecksum;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.ForwardingConfig;
import io.godwit.xtr.config.InstanceConfig;
import io.godwit.xtr.config.Layer2Config;
import io.godwit.xtr.config.RlocConfig;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.segment.PcapSegmentPort;
import io.godwit.xtr.control.segment.Sysctls;
import io.godwit.xtr.ingress.DscpMode;
import io.godwit.xtr.ingress.SourceCheck;
import io.godwit.xtr.ingress.Trust;
import io.godwit.xtr.rehearsal.Rehearsal;
import io.godwit.xtr.ring.ParkingLimits;
import io.godwit.xtr.ring.ThreadPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.LoggerFactory;

/** {@code godwit xtr}: the tunnel router as a process. */
public final class XtrMain {
    private static final String EXAMPLE = """
        name: xtr-a
        rlocs:
          - { address: 192.0.2.1 }
        instances:
          - { id: 0, tun: lisp0 }
        map-resolvers: [192.0.2.53]
        map-servers:
          - address: 192.0.2.54
            key: { id: 1, file: site-a.key }
        segments:
          - { interface: br-vm, gateway: [10.1.0.1/24], mac: "02:00:5e:00:01:01" }
        dynamic-eids:
          - { prefix: 10.1.0.0/24, interface: br-vm }
        eid-space: [10.0.0.0/8]
        state-directory: /var/lib/godwit/xtr-a
        management: { socket: /run/godwit/xtr-a.sock }
        """;

    /** For the command line, and for tests that check its example. */
    public static final DaemonSpec<XtrConfig> SPEC = new DaemonSpec<>(
            "xtr",
            "Tunnel router: encapsulates and decapsulates a site's packets, and follows hosts that move.",
            EXAMPLE,
            "/schema/xtr.json",
            XtrConfig.class,
            XtrConfig::management,
            XtrMain::create);

    private XtrMain() {}

    private static Xtr create(XtrConfig config, DaemonContext daemon) {
        if (!config.dynamicEids().isEmpty()) {
            daemon.timers()
                    .after(Rehearsal.DELAY, () -> Rehearsal.begin(XtrMain::openForwarding, config.stateDirectory()));
        }
        return new Xtr(
                config,
                daemon,
                new LinuxNetwork(),
                XtrMain::openForwarding,
                PcapSegmentPort::new,
                new Sysctls(Path.of("/proc/sys")));
    }

    /** What takes long the first time, and wants no configuration: while that is read. The start says what does not work. */
    private static void loadAhead() {
        try (Netlink kernel = new LinuxNetwork().netlink()) {
            var _ = kernel.link("lo");
            var _ = ControlThread.load();
        } catch (LinuxException e) {
            // As the start will find.
        }
    }

    /** The forwarding path that {@code config} describes. */
    static RingDataPlane openForwarding(XtrConfig config, Network network) {
        return RingDataPlane.create(network, dataPlane(config), SystemNanoClock.INSTANCE);
    }

    private static DataPlaneConfig dataPlane(XtrConfig config) {
        ForwardingConfig forwarding = config.forwarding();
        ForwardingConfig.ParkingConfig parking = forwarding.parking();
        return new DataPlaneConfig(
                config.rlocs().stream().map(RlocConfig::address).toList(),
                config.byLayer().stream().map(XtrMain::instance).toList(),
                forwarding.mtu(),
                threads(forwarding.threadPlan(), forwarding.cpus(), forwarding.tunQueues()),
                new ParkingLimits(
                        parking.bytes(),
                        parking.eids(),
                        parking.packetsPerMiss(),
                        parking.packetsPerArriving(),
                        (int) parking.missLifetime().toMillis(),
                        (int) parking.arrivingLifetime().toMillis(),
                        config.dynamicEids().isEmpty()
                                ? 0
                                : (int) parking.resendWindow().toMillis()),
                new DataPlaneConfig.Rules(
                        UdpChecksum.valueOf(forwarding.udpChecksum().toUpperCase(Locale.ROOT)),
                        forwarding.acceptGpe(),
                        SourceCheck.valueOf(forwarding.sourceCheck().toUpperCase(Locale.ROOT)),
                        forwarding.sources(),
                        new Trust(
                                forwarding.trusted().rlocs(),
                                forwarding.trusted().echoNonce(),
                                forwarding.trusted().locatorStatusBits(),
                                forwarding.trusted().mapVersions(),
                                forwarding.trusted().gleaning()),
                        DscpMode.valueOf(forwarding.dscp().toUpperCase(Locale.ROOT)),
                        forwarding.clampMss(),
                        Integer.highestOneBit(forwarding.sourcePorts()),
                        DataPlaneConfig.Rules.DEFAULT.tooBigPerSecond()));
    }

    private static DataPlaneConfig.Instance instance(InstanceConfig instance) {
        List<IpAddress> flood = instance.layer2().map(Layer2Config::flood).orElse(List.of());
        return new DataPlaneConfig.Instance(instance.id(), instance.device(), instance.isLayer2(), flood);
    }

    private static DataPlaneConfig.Threads threads(String plan, List<Integer> cpus, int queues) {
        int count = cpus.isEmpty() ? Runtime.getRuntime().availableProcessors() : cpus.size();
        ThreadPlan automatic = cpus.isEmpty() ? ThreadPlan.forCpus(count) : ThreadPlan.forOwnCpus(count);
        ThreadPlan chosen = plan.equals("auto") ? automatic : ThreadPlan.valueOf(plan.toUpperCase(Locale.ROOT));
        return DataPlaneConfig.Threads.of(chosen).on(cpus).withQueues(queues == 0 ? chosen.queues(count) : queues);
    }

    public static void main(String[] args) {
        if (args.length == 2) {
            // Before the other thread logs: of two that begin at once the log would speak.
            var _ = LoggerFactory.getLogger(XtrMain.class);
            Thread.ofPlatform().daemon().name("ahead").start(XtrMain::loadAhead);
        }
        System.exit(DaemonMain.run(SPEC, args));
    }
}
