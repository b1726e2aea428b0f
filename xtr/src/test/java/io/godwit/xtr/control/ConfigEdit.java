package io.godwit.xtr.control;

import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.XtrConfig;
import java.util.Arrays;
import java.util.List;

/** Configurations with one thing changed. */
final class ConfigEdit {
    private ConfigEdit() {}

    static XtrConfig withResolvers(XtrConfig config, String... resolvers) {
        return edited(config, addresses(resolvers), config.proxyEtrs());
    }

    static XtrConfig withProxyEtrs(XtrConfig config, String... proxyEtrs) {
        return edited(config, config.mapResolvers(), addresses(proxyEtrs));
    }

    private static List<IpAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(IpAddress::parse).toList();
    }

    private static XtrConfig edited(XtrConfig config, List<IpAddress> resolvers, List<IpAddress> proxyEtrs) {
        return new XtrConfig(
                config.name(),
                config.rlocs(),
                config.instances(),
                resolvers,
                config.mapServers(),
                config.database(),
                config.dynamicEids(),
                config.segments(),
                config.eidSpace(),
                proxyEtrs,
                config.recordTtl(),
                config.xtrId(),
                config.siteId(),
                config.stateDirectory(),
                config.forwarding(),
                config.management());
    }
}
