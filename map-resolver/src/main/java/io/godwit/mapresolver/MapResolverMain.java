package io.godwit.mapresolver;

import io.godwit.daemon.life.Daemon;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.life.DaemonMain;
import io.godwit.daemon.life.DaemonSpec;
import io.godwit.mapresolver.config.MapResolverConfig;

/** {@code godwit map-resolver}. */
public final class MapResolverMain {
    /** For the command line, and for tests. */
    public static final DaemonSpec<MapResolverConfig> SPEC = new DaemonSpec<>(
            "map-resolver",
            "Takes the Map-Requests of xTRs and finds the map-server that knows the answer.",
            """
            map-servers:
              - address: 192.0.2.10
            management:
              socket: /run/godwit/map-resolver.sock
            """,
            "/schema/map-resolver.json",
            MapResolverConfig.class,
            MapResolverConfig::management,
            MapResolverMain::create);

    private MapResolverMain() {}

    private static Daemon create(MapResolverConfig config, DaemonContext context) {
        return new MapResolverDaemon(config, context);
    }

    public static void main(String[] args) {
        System.exit(DaemonMain.run(SPEC, args));
    }
}
