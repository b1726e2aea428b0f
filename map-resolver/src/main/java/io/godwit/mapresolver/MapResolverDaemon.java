package io.godwit.mapresolver;

import io.godwit.daemon.life.Daemon;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapresolver.config.MapResolverConfig;
import io.godwit.mapresolver.config.MapServerEntry;
import io.godwit.mapresolver.ddt.ReferralTrust;
import io.godwit.mapresolver.discovery.Directory;
import io.godwit.mapresolver.discovery.Discovered;
import io.godwit.mapresolver.discovery.DnsServiceLookup;
import io.godwit.mapresolver.discovery.MapServers;
import io.godwit.packet.control.ControlCodec;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** A map-resolver as a process: its sources, its sockets, its management API. */
final class MapResolverDaemon implements Daemon {
    private final Timers timers;
    private final long startedNanos;
    private final Counters<Counter> counters = new Counters<>(Counter.class);
    private final List<Discovered> discovered = new ArrayList<>();
    private final List<ServerStatus.Source> sources = new ArrayList<>();
    private final MapResolver resolver;

    /** The object of {@code /v1/status}: field names are part of the management API. */
    record ServerStatus(String role, long uptimeSeconds, List<Row> mapServers) {
        /** @param addresses best first; empty while DNS has not answered */
        record Row(String name, List<String> addresses, List<String> prefixes) {}

        private record Source(MapServers servers, List<String> prefixes) {
            Row row() {
                return new Row(
                        servers.name(),
                        servers.current().stream().map(Endpoint::toString).toList(),
                        prefixes);
            }
        }
    }

    MapResolverDaemon(MapResolverConfig config, DaemonContext context) {
        timers = context.timers();
        startedNanos = timers.nanoTime();
        Directory directory = new Directory();
        for (MapServerEntry entry : config.mapServers()) {
            MapServers servers = servers(entry);
            directory.add(servers, entry.prefixes());
            sources.add(new ServerStatus.Source(
                    servers, entry.prefixes().stream().map(Object::toString).toList()));
        }
        resolver = new MapResolver(
                directory,
                config.ddt().map(MapResolverConfig.DdtRoots::roots).orElse(List.of()),
                config.ddt().map(tree -> tree.trust(timers)).orElseGet(() -> ReferralTrust.ofEverything(timers)),
                config.requestsPerSource(),
                context.open(config.listen(), config.port()),
                timers,
                counters);
    }

    private MapServers servers(MapServerEntry entry) {
        if (entry.address().isPresent()) {
            return new MapServers.Fixed(new Endpoint(entry.address().get(), ControlCodec.PORT));
        }
        Discovered servers = new Discovered(
                entry.srv().orElseThrow(),
                entry.dnssec()
                        ? DnsServiceLookup.authentic(new SecureRandom())
                        : new DnsServiceLookup(new SecureRandom()),
                timers,
                () -> counters.increment(Counter.DNS_FAILURES));
        discovered.add(servers);
        return servers;
    }

    @Override
    public void start() {
        discovered.forEach(Discovered::start);
        resolver.start();
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/v1/status", query -> status());
        routes.get("/v1/counters", query -> resolver.counters());
    }

    private ServerStatus status() {
        return new ServerStatus(
                "map-resolver",
                (timers.nanoTime() - startedNanos) / 1_000_000_000L,
                sources.stream().map(ServerStatus.Source::row).toList());
    }

    @Override
    public void close() {
        discovered.forEach(Discovered::close);
        resolver.close();
    }
}
