package io.godwit.xtr;

import io.godwit.daemon.life.Daemon;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.observe.Counters;
import io.godwit.linux.Netlink;
import io.godwit.linux.Network;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.xtr.config.InstanceConfig;
import io.godwit.xtr.config.RlocConfig;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.config.XtrId;
import io.godwit.xtr.control.ControlPlane;
import io.godwit.xtr.control.StateDirectory;
import io.godwit.xtr.control.XtrApi;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventLog;
import io.godwit.xtr.control.core.OwnLocators;
import io.godwit.xtr.control.etr.SiteVersion;
import io.godwit.xtr.control.mobility.MoveJournal;
import io.godwit.xtr.control.mobility.channel.MoveChannel;
import io.godwit.xtr.control.path.PathMtuAgent;
import io.godwit.xtr.control.segment.SegmentPort;
import io.godwit.xtr.control.segment.SiteNetwork;
import io.godwit.xtr.control.segment.Sysctls;
import io.godwit.xtr.observe.tap.ObserveApi;
import io.godwit.xtr.observe.tap.TapNames;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tunnel router: kernel, forwarding path and control plane, put together. */
public final class Xtr implements Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Xtr.class);
    private static final int EVENTS = 10_000;

    /** Makes the forwarding path: creates the TUN devices and opens the sockets. */
    @FunctionalInterface
    public interface Forwarder {
        DataPlane open(XtrConfig config, Network network);
    }

    private final XtrConfig config;
    private final DaemonContext daemon;
    private final Network network;
    private final Forwarder forwarder;
    private final SegmentPort.Opener segments;
    private final Sysctls sysctls;
    private @Nullable Netlink netlink;
    private @Nullable DataPlane dataPlane;
    private @Nullable SiteNetwork site;
    private @Nullable ControlTransport transport;
    private @Nullable ControlPlane control;
    private @Nullable PathMtuAgent pathMtu;
    private @Nullable XtrApi api;

    public Xtr(
            XtrConfig config,
            DaemonContext daemon,
            Network network,
            Forwarder forwarder,
            SegmentPort.Opener segments,
            Sysctls sysctls) {
        this.config = config;
        this.daemon = daemon;
        this.network = network;
        this.forwarder = forwarder;
        this.segments = segments;
        this.sysctls = sysctls;
    }

    @Override
    public void start() {
        StateDirectory state = new StateDirectory(config.stateDirectory());
        SecureRandom random = new SecureRandom();
        XtrId id = config.xtrId().orElseGet(() -> state.xtrId(random));
        OwnLocators locators = new OwnLocators(config.rlocRecords());
        state.drainedRlocs().forEach(rloc -> locators.drain(rloc, true));
        Netlink kernel = network.netlink();
        netlink = kernel;
        SiteNetwork siteNetwork = new SiteNetwork(kernel, sysctls, config);
        site = siteNetwork;
        DataPlane forwarding = forwarder.open(config, siteNetwork.prepare(network));
        dataPlane = forwarding;
        siteNetwork.start();
        ControlTransport sockets = daemon.open(locators.addresses(), ControlCodec.PORT);
        transport = sockets;
        var context = new ControlContext(
                daemon.timers(),
                new ControlSender(sockets, new MessageAuthentication()),
                forwarding,
                locators,
                new EventLog(daemon.timers(), EVENTS),
                new Counters<>(ControlCounter.class),
                random);
        var identity = new XtrIdentity(id.high(), id.low(), config.siteId());
        ControlPlane plane = new ControlPlane(
                config,
                identity,
                context,
                state.registerNonce(daemon.timers()),
                state.receivedNonces(daemon.timers()),
                siteVersion(state, locators, random),
                siteNetwork,
                segments,
                journal -> openChannel(journal, id, locators),
                (remote, opened, failed) -> daemon.connector().connect(remote, opened, failed));
        control = plane;
        plane.resume();
        forwarding.start(plane::wakeUp);
        plane.start();
        api = new XtrApi(plane, id.toString());
        if (config.forwarding().learnsPathMtu()) {
            PathMtuAgent agent = new PathMtuAgent(
                    context,
                    own -> network.openIcmpErrors(own.toInetAddress()),
                    config.forwarding().mtu(),
                    config.forwarding().pathMtuLifetime(),
                    plane::onUnreachable);
            pathMtu = agent;
            agent.start();
        }
    }

    private Optional<SiteVersion> siteVersion(StateDirectory state, OwnLocators locators, SecureRandom random) {
        return config.forwarding().trusted().mapVersions()
                ? Optional.of(state.siteVersion(locators.records(), random))
                : Optional.empty();
    }

    private MoveChannel openChannel(MoveJournal journal, XtrId id, OwnLocators locators) {
        return config.moveChannel()
                .map(channel -> new MoveChannel(
                        daemon.timers(),
                        daemon.open(locators.addresses(), channel.port()),
                        id,
                        journal.life(),
                        channel))
                .orElseGet(() -> MoveChannel.toNobody(daemon.timers(), id, journal.life()));
    }

    @Override
    public void routes(Routes routes) {
        if (api != null) {
            api.serve(routes);
        }
        if (dataPlane != null) {
            new ObserveApi(dataPlane.taps(), tapNames(dataPlane), new SystemEpochNanoClock(), SystemNanoClock.INSTANCE)
                    .serve(routes);
        }
    }

    private TapNames tapNames(DataPlane plane) {
        return new TapNames(
                config.byLayer().stream().map(InstanceConfig::device).toList(),
                config.byLayer().stream().map(InstanceConfig::id).toList(),
                config.rlocs().stream().map(RlocConfig::address).toList(),
                plane::sourcePort);
    }

    /** In the order in which others are affected least: the mapping system first, the TUN last. */
    @Override
    public void close() {
        List<Runnable> steps = List.of(
                () -> {
                    if (control != null) {
                        control.stop();
                    }
                },
                () -> {
                    if (pathMtu != null) {
                        pathMtu.close();
                    }
                },
                () -> {
                    if (site != null) {
                        site.stop();
                    }
                },
                () -> {
                    if (dataPlane != null) {
                        dataPlane.close();
                    }
                },
                () -> {
                    if (netlink != null) {
                        netlink.close();
                    }
                },
                () -> {
                    if (transport != null) {
                        transport.close();
                    }
                });
        steps.forEach(Xtr::attempt);
    }

    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.warn("while stopping: {}", e.toString());
        }
    }
}
