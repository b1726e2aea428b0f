package io.godwit.xtr.control;

import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.XtrConfig;
import java.util.Arrays;
import java.util.List;

/** Configurations with one thing changed. */
final class ConfigEdit {
    private ConfigEdit() {}

    static XtrConfig withResolvers(XtrConfig config, String... resolvers) {
        List<IpAddress> addresses =
                Arrays.stream(resolvers).map(IpAddress::parse).toList();
        return new XtrConfig(
                config.name(),
                config.rlocs(),
                config.instances(),
                addresses,
                config.mapServers(),
                config.database(),
                config.dynamicEids(),
                config.segments(),
                config.eidSpace(),
                config.recordTtl(),
                config.xtrId(),
                config.siteId(),
                config.stateDirectory(),
                config.forwarding(),
                config.management());
    }
}
