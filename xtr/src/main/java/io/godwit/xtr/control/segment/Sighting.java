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
 * @param asksFor whose MAC it wants to know; never its own address
 */
public record Sighting(
        String interfaceName,
        MacAddress mac,
        Optional<IpAddress> ip,
        long epochMillis,
        boolean announcement,
        Optional<IpAddress> asksFor) {

    /** That asks for nobody. */
    public Sighting(
            String interfaceName, MacAddress mac, Optional<IpAddress> ip, long epochMillis, boolean announcement) {
        this(interfaceName, mac, ip, epochMillis, announcement, Optional.empty());
    }

    Sighting asking(IpAddress whom) {
        boolean itself = ip.equals(Optional.of(whom));
        return new Sighting(
                interfaceName, mac, ip, epochMillis, announcement, itself ? Optional.empty() : Optional.of(whom));
    }
}
