package io.godwit.xtr.control.segment;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.Optional;

/**
 * A host was seen to send a frame on a segment.
 *
 * @param ip empty for a RARP, which names the MAC only
 * @param epochMillis when the kernel saw the frame
 * @param announcement ARP, RARP or neighbour discovery; otherwise any packet of the host
 */
public record Sighting(
        String interfaceName, MacAddress mac, Optional<IpAddress> ip, long epochMillis, boolean announcement) {}
