package io.godwit.xtr.egress;

import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A packet should not have more than two LISP headers (RFC 9300 section 4): one that has two already gets no third. An object, so
 * that no packet has to load its class.
 */
final class NestedHeaders {
    private static final int NONE = -1;

    boolean atLeastTwo(UnsafeBuffer buffer, int packet, int length) {
        int inner = withinLisp(buffer, packet, packet + length);
        return inner != NONE && withinLisp(buffer, inner, packet + length) != NONE;
    }

    /** Where the packet starts that the LISP packet at {@code packet} carries. */
    private static int withinLisp(UnsafeBuffer buffer, int packet, int limit) {
        int udp = udp(buffer, packet, limit);
        boolean lisp = udp != NONE && UdpHeader.destinationPort(buffer, udp) == LispHeader.PORT;
        return lisp ? udp + UdpHeader.LENGTH + LispHeader.LENGTH : NONE;
    }

    /** Only plain headers: what nests to deceive harms nobody but its sender. */
    private static int udp(UnsafeBuffer buffer, int packet, int limit) {
        int version = packet < limit ? Ipv4Header.version(buffer, packet) : 0;
        int header = version == 4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH;
        if ((version != 4 && version != 6) || packet + header + UdpHeader.LENGTH + LispHeader.LENGTH > limit) {
            return NONE;
        }
        int protocol = version == 4 ? Ipv4Header.protocol(buffer, packet) : Ipv6Header.nextHeader(buffer, packet);
        return protocol == IpProtocol.UDP ? packet + header : NONE;
    }
}
