package io.godwit.xtr.observe.tap;

import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** One line for an IP packet: {@code 10.1.0.1:40000 > 10.2.0.2:80 TCP}. */
final class PacketText {
    private PacketText() {}

    /** @param offset of the IP header */
    static String of(byte[] octets, int offset) {
        UnsafeBuffer buffer = new UnsafeBuffer(octets);
        int length = octets.length - offset;
        int version = length > 0 ? (octets[offset] & 0xff) >>> 4 : 0;
        if (version == 4 && length >= Ipv4Header.LENGTH) {
            int protocol = Ipv4Header.protocol(buffer, offset);
            int transport = (Ipv4Header.fragmentField(buffer, offset) & Ipv4Header.FRAGMENT_OFFSET_MASK) == 0
                    ? offset + Ipv4Header.headerLength(buffer, offset)
                    : octets.length;
            return line(
                    new Ipv4Address(Ipv4Header.source(buffer, offset)).toString(),
                    new Ipv4Address(Ipv4Header.destination(buffer, offset)).toString(),
                    protocol,
                    buffer,
                    transport);
        }
        if (version == 6 && length >= Ipv6Header.LENGTH) {
            return line(
                    new Ipv6Address(Ipv6Header.sourceHigh(buffer, offset), Ipv6Header.sourceLow(buffer, offset))
                            .toString(),
                    new Ipv6Address(
                                    Ipv6Header.destinationHigh(buffer, offset),
                                    Ipv6Header.destinationLow(buffer, offset))
                            .toString(),
                    Ipv6Header.nextHeader(buffer, offset),
                    buffer,
                    offset + Ipv6Header.LENGTH);
        }
        return "no IP packet";
    }

    private static String line(String source, String destination, int protocol, UnsafeBuffer buffer, int transport) {
        boolean ports = (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP || protocol == IpProtocol.SCTP)
                && transport + 4 <= buffer.capacity();
        if (!ports) {
            return source + " > " + destination + " " + name(protocol);
        }
        int from = buffer.getShort(transport, ByteOrder.BIG_ENDIAN) & 0xffff;
        int to = buffer.getShort(transport + 2, ByteOrder.BIG_ENDIAN) & 0xffff;
        return with(source, from) + " > " + with(destination, to) + " " + name(protocol);
    }

    /** {@code 192.0.2.1:4341}, {@code [2001:db8::1]:4341}. */
    static String with(String address, int port) {
        return address.indexOf(':') < 0 ? address + ":" + port : "[" + address + "]:" + port;
    }

    private static String name(int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> "TCP";
            case IpProtocol.UDP -> "UDP";
            case IpProtocol.SCTP -> "SCTP";
            case IpProtocol.ICMP -> "ICMP";
            case IpProtocol.ICMPV6 -> "ICMPv6";
            default -> "protocol " + protocol;
        };
    }
}
