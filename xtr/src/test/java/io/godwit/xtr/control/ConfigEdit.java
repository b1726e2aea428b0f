package io.godwit.xtr.control;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.DatabaseConfig;
import io.godwit.xtr.config.DynamicEidConfig;
import io.godwit.xtr.config.FirstHopRouterConfig;
import io.godwit.xtr.config.ForwardingConfig;
import io.godwit.xtr.config.MapServerConfig;
import io.godwit.xtr.config.MovesConfig;
import io.godwit.xtr.config.ProbingConfig;
import io.godwit.xtr.config.RlocConfig;
import io.godwit.xtr.config.XtrConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Configurations with one thing changed. */
final class ConfigEdit {
    private final XtrConfig config;
    private List<RlocConfig> rlocs;
    private List<IpAddress> resolvers;
    private List<IpAddress> proxyEtrs;
    private List<MapServerConfig> mapServers;
    private List<DatabaseConfig> database;
    private List<DynamicEidConfig> dynamicEids;
    private Optional<MovesConfig> moves;
    private List<FirstHopRouterConfig> firstHopRouters;
    private ProbingConfig probing;
    private ForwardingConfig forwarding;

    private ConfigEdit(XtrConfig config) {
        this.config = config;
        rlocs = config.rlocs();
        resolvers = config.mapResolvers();
        proxyEtrs = config.proxyEtrs();
        mapServers = config.mapServers();
        database = config.database();
        dynamicEids = config.dynamicEids();
        moves = config.moves();
        firstHopRouters = config.firstHopRouters();
        probing = config.rlocProbing();
        forwarding = config.forwarding();
    }

    static XtrConfig withRlocs(XtrConfig config, String... rlocs) {
        return edited(
                config,
                edit -> edit.rlocs = addresses(rlocs).stream()
                        .map(address -> new RlocConfig(address, 1, 100))
                        .toList());
    }

    static XtrConfig withFirstHopRouters(XtrConfig config, FirstHopRouterConfig... routers) {
        return edited(config, edit -> edit.firstHopRouters = List.of(routers));
    }

    static XtrConfig withResolvers(XtrConfig config, String... resolvers) {
        return edited(config, edit -> edit.resolvers = addresses(resolvers));
    }

    static XtrConfig withProxyEtrs(XtrConfig config, String... proxyEtrs) {
        return edited(config, edit -> edit.proxyEtrs = addresses(proxyEtrs));
    }

    static XtrConfig withDatabase(XtrConfig config, String... prefixes) {
        List<DatabaseConfig> database = Arrays.stream(prefixes)
                .map(prefix -> new DatabaseConfig(EidPrefix.parse(prefix)))
                .toList();
        return edited(config, edit -> edit.database = database);
    }

    static XtrConfig withMapServer(XtrConfig config, MapServerConfig server) {
        return edited(config, edit -> edit.mapServers = List.of(server));
    }

    static XtrConfig withMoves(XtrConfig config, MovesConfig moves) {
        return edited(config, edit -> edit.moves = Optional.of(moves));
    }

    static XtrConfig withDynamicEid(XtrConfig config, DynamicEidConfig dynamicEid) {
        return edited(config, edit -> edit.dynamicEids = List.of(dynamicEid));
    }

    static XtrConfig withProbing(XtrConfig config, Duration interval) {
        return edited(config, edit -> edit.probing = new ProbingConfig(true, interval));
    }

    static XtrConfig withTrusted(XtrConfig config, ForwardingConfig.TrustedConfig trusted) {
        ForwardingConfig forwarding = config.forwarding();
        return edited(
                config,
                edit -> edit.forwarding = new ForwardingConfig(
                        forwarding.threadPlan(),
                        forwarding.cpus(),
                        forwarding.tunQueues(),
                        forwarding.mtu(),
                        forwarding.udpChecksum(),
                        forwarding.acceptGpe(),
                        forwarding.sourceCheck(),
                        forwarding.sources(),
                        forwarding.dscp(),
                        forwarding.clampMss(),
                        forwarding.pathMtu(),
                        forwarding.pathMtuLifetime(),
                        trusted,
                        forwarding.gpePeers(),
                        forwarding.sourcePorts(),
                        forwarding.parking()));
    }

    private static List<IpAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(IpAddress::parse).toList();
    }

    private static XtrConfig edited(XtrConfig config, Consumer<ConfigEdit> change) {
        ConfigEdit edit = new ConfigEdit(config);
        change.accept(edit);
        return edit.result();
    }

    private XtrConfig result() {
        return new XtrConfig(
                config.name(),
                rlocs,
                config.instances(),
                resolvers,
                mapServers,
                database,
                dynamicEids,
                config.segments(),
                config.eidSpace(),
                proxyEtrs,
                config.recordTtl(),
                config.xtrId(),
                config.siteId(),
                moves,
                config.moveChannel(),
                firstHopRouters,
                probing,
                config.stateDirectory(),
                forwarding,
                config.management());
    }
}
