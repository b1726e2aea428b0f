package io.godwit.xtr.observe.tap;

import io.godwit.packet.address.IpAddress;
import java.util.List;

/**
 * What the numbers in tap records stand for.
 *
 * @param tuns names of the TUN devices, by instance index
 * @param instanceIds by instance index
 * @param locators own RLOCs, in the order of the configuration
 */
public record TapNames(
        List<String> tuns, List<Integer> instanceIds, List<IpAddress> locators, SourcePorts sourcePorts) {
    /** The UDP source port that a flow has. */
    @FunctionalInterface
    public interface SourcePorts {
        /**
         * @param onward of packets that came from the core
         * @param queue of the TUN devices, that a packet from the site was read from
         */
        int of(boolean onward, boolean ipv6, int queue, int flowHash);
    }

    int sourcePort(TappedPacket record) {
        return sourcePorts.of(!record.fromSite(), record.locatorIsIpv6(), record.receivedOn(), record.flowHash());
    }

    public TapNames {
        tuns = List.copyOf(tuns);
        instanceIds = List.copyOf(instanceIds);
        locators = List.copyOf(locators);
    }
}
