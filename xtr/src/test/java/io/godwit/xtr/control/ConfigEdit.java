package io.godwit.xtr.control;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.DatabaseConfig;
import io.godwit.xtr.config.DynamicEidConfig;
import io.godwit.xtr.config.ForwardingConfig;
import io.godwit.xtr.config.MapServerConfig;
import io.godwit.xtr.config.MovesConfig;
import io.godwit.xtr.config.ProbingConfig;
import io.godwit.xtr.config.XtrConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Configurations with one thing changed. */
final class ConfigEdit {
    private ConfigEdit() {}

    static XtrConfig withResolvers(XtrConfig config, String... resolvers) {
        return edited(config, addresses(resolvers), config.proxyEtrs(), config.mapServers(), config.database());
    }

    static XtrConfig withProxyEtrs(XtrConfig config, String... proxyEtrs) {
        return edited(config, config.mapResolvers(), addresses(proxyEtrs), config.mapServers(), config.database());
    }

    static XtrConfig withDatabase(XtrConfig config, String... prefixes) {
        List<DatabaseConfig> database = Arrays.stream(prefixes)
                .map(prefix -> new DatabaseConfig(EidPrefix.parse(prefix)))
                .toList();
        return edited(config, config.mapResolvers(), config.proxyEtrs(), config.mapServers(), database);
    }

    static XtrConfig withMapServer(XtrConfig config, MapServerConfig server) {
        return edited(config, config.mapResolvers(), config.proxyEtrs(), List.of(server), config.database());
    }

    static XtrConfig withMoves(XtrConfig config, MovesConfig moves) {
        return edited(config, config.dynamicEids(), Optional.of(moves));
    }

    static XtrConfig withDynamicEid(XtrConfig config, DynamicEidConfig dynamicEid) {
        return edited(config, List.of(dynamicEid), config.moves());
    }

    private static XtrConfig edited(XtrConfig config, List<DynamicEidConfig> dynamicEids, Optional<MovesConfig> moves) {
        return new XtrConfig(
                config.name(),
                config.rlocs(),
                config.instances(),
                config.mapResolvers(),
                config.mapServers(),
                config.database(),
                dynamicEids,
                config.segments(),
                config.eidSpace(),
                config.proxyEtrs(),
                config.recordTtl(),
                config.xtrId(),
                config.siteId(),
                moves,
                config.moveChannel(),
                config.stateDirectory(),
                config.forwarding(),
                config.management());
    }

    static XtrConfig withProbing(XtrConfig config, Duration interval) {
        return new XtrConfig(
                config.name(),
                config.rlocs(),
                config.instances(),
                config.mapResolvers(),
                config.mapServers(),
                config.database(),
                config.dynamicEids(),
                config.segments(),
                config.eidSpace(),
                config.proxyEtrs(),
                config.recordTtl(),
                config.xtrId(),
                config.siteId(),
                config.moves(),
                config.moveChannel(),
                new ProbingConfig(true, interval),
                config.stateDirectory(),
                config.forwarding(),
                config.management());
    }

    static XtrConfig withTrusted(XtrConfig config, ForwardingConfig.TrustedConfig trusted) {
        ForwardingConfig forwarding = config.forwarding();
        return new XtrConfig(
                config.name(),
                config.rlocs(),
                config.instances(),
                config.mapResolvers(),
                config.mapServers(),
                config.database(),
                config.dynamicEids(),
                config.segments(),
                config.eidSpace(),
                config.proxyEtrs(),
                config.recordTtl(),
                config.xtrId(),
                config.siteId(),
                config.moves(),
                config.moveChannel(),
                config.stateDirectory(),
                new ForwardingConfig(
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
                        forwarding.parking()),
                config.management());
    }

    private static List<IpAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(IpAddress::parse).toList();
    }

    private static XtrConfig edited(
            XtrConfig config,
            List<IpAddress> resolvers,
            List<IpAddress> proxyEtrs,
            List<MapServerConfig> mapServers,
            List<DatabaseConfig> database) {
        return new XtrConfig(
                config.name(),
                config.rlocs(),
                config.instances(),
                resolvers,
                mapServers,
                database,
                config.dynamicEids(),
                config.segments(),
                config.eidSpace(),
                proxyEtrs,
                config.recordTtl(),
                config.xtrId(),
                config.siteId(),
                config.moves(),
                config.moveChannel(),
                config.stateDirectory(),
                config.forwarding(),
                config.management());
    }
}
