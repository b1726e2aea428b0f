package io.godwit.xtr.config;

import io.godwit.packet.address.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What makes an instance one of layer 2: its EIDs are the MACs of the cards at the sites, and Ethernet frames go between them.
 *
 * @param tap name of the TAP device, where the frames of the site come from and go to
 * @param bridge of which the TAP device becomes a port; none: the operator connects it
 * @param flood RLOCs of the other xTRs of the instance, which get each broadcast and multicast frame; none: these are dropped
 * @param inactivity a MAC from which no frame came for so long is not registered any more
 */
public record Layer2Config(String tap, Optional<String> bridge, List<IpAddress> flood, Duration inactivity) {
    public Layer2Config {
        flood = List.copyOf(flood);
    }
}
