package io.godwit.xtr.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.godwit.mapping.EidPrefix;
import java.time.Duration;

/**
 * A prefix whose hosts come and go.
 *
 * @param instance the prefix's instance, unless its text says one
 * @param interfaceName the segment on which its hosts are
 * @param inactivity a host not seen for so long is asked whether it is there
 * @param registerMacs the hosts' MACs are registered too, and looked up when a RARP names one
 */
public record DynamicEidConfig(
        EidPrefix prefix,
        int instance,
        @JsonProperty("interface") String interfaceName,
        Duration inactivity,
        boolean registerMacs) {
    /** Without MACs. */
    public DynamicEidConfig(EidPrefix prefix, int instance, String interfaceName, Duration inactivity) {
        this(prefix, instance, interfaceName, inactivity, false);
    }

    public DynamicEidConfig {
        if (instance != 0 && prefix != null && prefix.instanceId() == 0) {
            prefix = new EidPrefix(instance, prefix.address(), prefix.length());
        }
    }
}
