package io.godwit.xtr.control.path;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IcmpHeader;
import io.godwit.packet.data.Icmpv6;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import java.util.Optional;
import org.agrona.DirectBuffer;

/**
 * A router's word that a LISP packet was too big (RFC 792, RFC 1191; RFC 4443 section 3.2), or cannot be delivered at all, with what it quotes of
 * the packet.
 *
 * @param tooBig and otherwise the destination is out of reach
 * @param mtu of the next hop, in octets, where it was too big
 * @param source outer source: an own RLOC, if it is true
 * @param locator outer destination
 * @param sourcePort outer UDP source port
 * @param length octets of the whole outer packet
 * @param eid inner destination
 */
record PathError(
        boolean tooBig,
        int mtu,
        IpAddress source,
        IpAddress locator,
        int sourcePort,
        int length,
        int instanceId,
        IpAddress eid) {

    /** Where reading stands in a quoted packet, and what was read of an IP header. */
    private record Header(IpAddress source, IpAddress destination, int length, int protocol, int end) {}

    /**
     * Reads an ICMP or ICMPv6 message, from its header on. Empty for all that is not about a LISP packet, and for one that quotes less than
     * the inner addresses: nothing could be checked then.
     */
    static Optional<PathError> read(DirectBuffer buffer, int length, boolean ipv6) {
        if (length < IcmpHeader.LENGTH || !isError(buffer, length, ipv6)) {
            return Optional.empty();
        }
        boolean tooBig = ipv6
                ? IcmpHeader.type(buffer, 0) == Icmpv6.PACKET_TOO_BIG
                : IcmpHeader.code(buffer, 0) == IcmpHeader.CODE_FRAGMENTATION_NEEDED;
        int mtu = ipv6 ? Icmpv6.mtu(buffer, 0) : IcmpHeader.nextHopMtu(buffer, 0);
        return header(buffer, IcmpHeader.LENGTH, length)
                .filter(outer -> outer.protocol == IpProtocol.UDP && outer.source.isIpv4() != ipv6)
                .flatMap(outer -> read(buffer, length, tooBig, mtu, outer));
    }

    private static boolean isError(DirectBuffer buffer, int length, boolean ipv6) {
        int type = IcmpHeader.type(buffer, 0);
        return ipv6
                ? type == Icmpv6.PACKET_TOO_BIG || type == Icmpv6.DESTINATION_UNREACHABLE
                : type == IcmpHeader.DESTINATION_UNREACHABLE && Checksum.of(buffer, 0, length) == 0;
    }

    private static Optional<PathError> read(DirectBuffer buffer, int limit, boolean tooBig, int mtu, Header outer) {
        int udp = outer.end;
        int lisp = udp + UdpHeader.LENGTH;
        if (lisp + LispHeader.LENGTH > limit || UdpHeader.destinationPort(buffer, udp) != LispHeader.PORT) {
            return Optional.empty();
        }
        return header(buffer, lisp + LispHeader.LENGTH, limit)
                .map(inner -> new PathError(
                        tooBig,
                        mtu,
                        outer.source,
                        outer.destination,
                        UdpHeader.sourcePort(buffer, udp),
                        outer.length,
                        LispHeader.instanceId(buffer, lisp),
                        inner.destination));
    }

    private static Optional<Header> header(DirectBuffer buffer, int at, int limit) {
        int version = at < limit ? Ipv4Header.version(buffer, at) : 0;
        if (version == 4 && at + Ipv4Header.LENGTH <= limit) {
            return Optional.of(new Header(
                    new Ipv4Address(Ipv4Header.source(buffer, at)),
                    new Ipv4Address(Ipv4Header.destination(buffer, at)),
                    Ipv4Header.totalLength(buffer, at),
                    Ipv4Header.protocol(buffer, at),
                    at + Ipv4Header.headerLength(buffer, at)));
        }
        if (version == 6 && at + Ipv6Header.LENGTH <= limit) {
            return Optional.of(new Header(
                    new Ipv6Address(Ipv6Header.sourceHigh(buffer, at), Ipv6Header.sourceLow(buffer, at)),
                    new Ipv6Address(Ipv6Header.destinationHigh(buffer, at), Ipv6Header.destinationLow(buffer, at)),
                    Ipv6Header.LENGTH + Ipv6Header.payloadLength(buffer, at),
                    Ipv6Header.nextHeader(buffer, at),
                    at + Ipv6Header.LENGTH));
        }
        return Optional.empty();
    }
}
