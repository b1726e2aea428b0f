package io.godwit.mapserver;

import io.godwit.daemon.life.Daemon;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.life.DaemonMain;
import io.godwit.daemon.life.DaemonSpec;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.TcpFrames;
import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.cluster.AeronLog;
import io.godwit.mapserver.config.MapServerConfig;
import io.godwit.mapserver.config.SessionsConfig;
import io.godwit.mapserver.management.ManagementRoutes;
import io.godwit.mapserver.rehearsal.Rehearsal;
import io.godwit.mapserver.session.RefreshSessions;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code godwit map-server}. */
public final class MapServerMain {
    private static final Logger LOG = LoggerFactory.getLogger(MapServerMain.class);
    /** For the command line, and for tests. */
    public static final DaemonSpec<MapServerConfig> SPEC = new DaemonSpec<>(
            "map-server",
            "Keeps which xTR has which EID: takes registrations, answers Map-Requests, tells xTRs of moves.",
            """
            sites:
              - name: cloud-a
                keys:
                  - id: 1
                    file: cloud-a.key
                prefixes:
                  - eid: 10.0.0.0/24
                    accept-more-specifics: true
            management:
              socket: /run/godwit/map-server.sock
            """,
            "/schema/map-server.json",
            MapServerConfig.class,
            MapServerConfig::management,
            MapServerDaemon::new);

    private MapServerMain() {}

    public static void main(String[] args) {
        System.exit(DaemonMain.run(SPEC, args));
    }

    /** Nothing is left to take leave of: what is stored is stored. */
    private static void fail(String sentence) {
        LOG.error("{}: the map-server ends", sentence);
        Runtime.getRuntime().halt(DaemonMain.FAILED);
    }

    private static final class MapServerDaemon implements Daemon {
        private final MapServer server;
        private final ManagementRoutes management;
        private final Timers timers;
        private final Optional<SessionsConfig> sessions;
        private final List<IpAddress> addresses;
        private final TcpFrames tcp;
        private final List<TcpFrames.Listener> listeners = new ArrayList<>();

        MapServerDaemon(MapServerConfig config, DaemonContext context) {
            server = new MapServer(
                    Sites.of(config.sites()),
                    config.limits(),
                    config.stateDirectory(),
                    config.cluster()
                            .map(cluster -> new AeronLog(
                                    cluster, config.stateDirectory().orElseThrow(), context.timers())),
                    context.open(config.listen(), config.port()),
                    context.timers());
            server.onFailure(MapServerMain::fail);
            config.ddt().ifPresent(server::ddt);
            config.movement().ifPresent(server::movement);
            sessions = config.sessions();
            addresses = config.listen();
            tcp = new TcpFrames(context.eventLoop());
            timers = context.timers();
            management = new ManagementRoutes(server, timers);
        }

        @Override
        public void start() {
            server.start();
            sessions.ifPresent(this::listen);
            timers.after(Rehearsal.DELAY, Rehearsal::begin);
        }

        private void listen(SessionsConfig config) {
            RefreshSessions all = server.sessions(config.most(), new SecureRandom());
            addresses.forEach(address -> listeners.add(tcp.listen(address, config.port(), all::open)));
        }

        @Override
        public void routes(Routes routes) {
            management.add(routes);
        }

        @Override
        public void close() {
            listeners.forEach(TcpFrames.Listener::close);
            server.close();
        }
    }
}
