package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * A hash that is constant for a flow (RFC 9300 section 12): over addresses, protocol and ports for TCP, UDP and SCTP; over the addresses
 * alone for other protocols and for every fragment, so that the fragments of a datagram stay together.
 */
public final class FlowHash {
    private static final long SEED = 0x9e3779b97f4a7c15L;
    private static final long MULTIPLIER_1 = 0xbf58476d1ce4e5b9L;
    private static final long MULTIPLIER_2 = 0x94d049bb133111ebL;
    private static final int PORT_BASE = 0xc000;
    /** Of the protocol, beside the ports. */
    private static final int PROTOCOL_SHIFT = 32;

    private FlowHash() {}

    /** The hash of the IP packet at {@code [offset, offset + length)}, all 32 bits well mixed; 0 for what is not IP. */
    public static int of(DirectBuffer buffer, int offset, int length) {
        if (length >= Ipv4Header.LENGTH) {
            int version = Ipv4Header.version(buffer, offset);
            if (version == 4) {
                return ofIpv4(buffer, offset, length);
            }
            if (version == 6 && length >= Ipv6Header.LENGTH) {
                return ofIpv6(buffer, offset, length);
            }
        }
        return 0;
    }

    /**
     * As {@link #of}, for a caller that has read the header of a whole IPv4 packet without options anyway.
     *
     * @param addresses octets 12 to 19 of the packet, as a little-endian word
     * @param ports octets 20 to 23, likewise, unsigned
     */
    public static int ofPlainIpv4(long addresses, long ports, int protocol) {
        return mix(addresses, hasPorts(protocol) ? ports ^ (long) protocol << PROTOCOL_SHIFT : 0);
    }

    /** The outer UDP source port for a flow: 49152..65535. */
    public static int sourcePort(int hash) {
        return PORT_BASE | (hash & 0x3fff);
    }

    /** The hash of an Ethernet frame that holds no IP: over its two MAC addresses. */
    public static int ofMacAddresses(DirectBuffer buffer, int offset) {
        return mix(buffer.getLong(offset, BIG_ENDIAN), buffer.getInt(offset + 8, BIG_ENDIAN));
    }

    private static int ofIpv4(DirectBuffer buffer, int offset, int length) {
        long addresses = buffer.getLong(offset + 12, LITTLE_ENDIAN);
        int protocol = Ipv4Header.protocol(buffer, offset);
        int ports = Ipv4Header.headerLength(buffer, offset);
        boolean tuple = hasPorts(protocol)
                && ports >= Ipv4Header.LENGTH
                && length >= ports + 4
                && !Ipv4Header.isFragment(buffer, offset);
        return mix(addresses, tuple ? portsAndProtocol(buffer, offset + ports, protocol) : 0);
    }

    private static int ofIpv6(DirectBuffer buffer, int offset, int length) {
        long source = Ipv6Header.sourceHigh(buffer, offset) * MULTIPLIER_1 + Ipv6Header.sourceLow(buffer, offset);
        long destination =
                Ipv6Header.destinationHigh(buffer, offset) * MULTIPLIER_2 + Ipv6Header.destinationLow(buffer, offset);
        long addresses = Long.rotateLeft(source * MULTIPLIER_2, 29) + destination;
        long upper = Ipv6Header.upperLayer(buffer, offset, length);
        if (upper == Ipv6Header.TRUNCATED || Ipv6Header.upperIsFragment(upper)) {
            return mix(addresses, 0);
        }
        int protocol = Ipv6Header.upperProtocol(upper);
        int ports = Ipv6Header.upperOffset(upper);
        boolean tuple = hasPorts(protocol) && offset + length - ports >= 4;
        return mix(addresses, tuple ? portsAndProtocol(buffer, ports, protocol) : 0);
    }

    private static boolean hasPorts(int protocol) {
        return protocol == IpProtocol.UDP || protocol == IpProtocol.TCP || protocol == IpProtocol.SCTP;
    }

    private static long portsAndProtocol(DirectBuffer buffer, int offset, int protocol) {
        return (buffer.getInt(offset, LITTLE_ENDIAN) & 0xffffffffL) ^ (long) protocol << PROTOCOL_SHIFT;
    }

    /** The two halves of one product of 128 bits, folded (as wyhash does): each packet pays for this. */
    private static int mix(long addresses, long ports) {
        long left = addresses ^ SEED;
        long right = ports ^ MULTIPLIER_1;
        long hash = left * right ^ Math.multiplyHigh(left, right);
        return (int) (hash ^ hash >>> 32);
    }
}
