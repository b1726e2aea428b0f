package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * ICMPv6 beyond {@link IcmpHeader}: types (RFC 4443) and Neighbor Discovery (RFC 4861 section 4). All fields are big-endian.
 *
 * <pre>
 * |     Type      |     Code      |          Checksum             |
 * |R|S|O|                     Reserved                            |
 * |                    Target Address (128)                       |
 * |     Type      |    Length     |    Link-Layer Address ...     |
 * </pre>
 */
public final class Icmpv6 {
    public static final int DESTINATION_UNREACHABLE = 1;
    public static final int PACKET_TOO_BIG = 2;
    public static final int TIME_EXCEEDED = 3;
    public static final int ECHO_REQUEST = 128;
    public static final int ECHO_REPLY = 129;
    public static final int ROUTER_SOLICITATION = 133;
    public static final int ROUTER_ADVERTISEMENT = 134;
    public static final int NEIGHBOR_SOLICITATION = 135;
    public static final int NEIGHBOR_ADVERTISEMENT = 136;

    /** Code of {@link #DESTINATION_UNREACHABLE}: administratively prohibited. */
    public static final int CODE_PROHIBITED = 1;
    /** Code of {@link #DESTINATION_UNREACHABLE}. */
    public static final int CODE_ADDRESS = 3;

    /** A Neighbor Solicitation or Advertisement without options. */
    public static final int NEIGHBOR_LENGTH = 24;
    /** Flags of a Neighbor Advertisement, in the second word. */
    public static final int ROUTER = 0x80000000;

    public static final int SOLICITED = 0x40000000;
    public static final int OVERRIDE = 0x20000000;

    public static final int OPTION_SOURCE_LINK_LAYER = 1;
    public static final int OPTION_TARGET_LINK_LAYER = 2;

    private static final int TARGET_OFFSET = 8;
    private static final int MAC_OPTION_LENGTH = 8;

    private Icmpv6() {}

    /** Of a Packet Too Big, unsigned. */
    public static int mtu(DirectBuffer buffer, int offset) {
        return IcmpHeader.rest(buffer, offset);
    }

    /** First eight octets of the target of a Neighbor Solicitation or Advertisement. */
    public static long targetHigh(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + TARGET_OFFSET, BIG_ENDIAN);
    }

    /** Last eight octets of the target of a Neighbor Solicitation or Advertisement. */
    public static long targetLow(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + TARGET_OFFSET + 8, BIG_ENDIAN);
    }

    public static void putTarget(MutableDirectBuffer buffer, int offset, long high, long low) {
        buffer.putLong(offset + TARGET_OFFSET, high, BIG_ENDIAN);
        buffer.putLong(offset + TARGET_OFFSET + 8, low, BIG_ENDIAN);
    }

    /**
     * The MAC address of a link-layer option of the Neighbor Solicitation or Advertisement of {@code length} octets, in the low 48 bits;
     * -1 when it has none.
     */
    public static long linkLayerAddress(DirectBuffer buffer, int offset, int length, int option) {
        int position = offset + NEIGHBOR_LENGTH;
        int end = offset + length;
        while (end - position >= MAC_OPTION_LENGTH) {
            int octets = (buffer.getByte(position + 1) & 0xff) << 3;
            if ((buffer.getByte(position) & 0xff) == option && octets == MAC_OPTION_LENGTH) {
                return buffer.getLong(position, BIG_ENDIAN) & 0xffffffffffffL;
            }
            if (octets == 0) {
                return -1;
            }
            position += octets;
        }
        return -1;
    }

    /** Writes a link-layer option of eight octets. */
    public static void putLinkLayerAddress(MutableDirectBuffer buffer, int offset, int option, long mac) {
        buffer.putLong(offset, (long) option << 56 | 1L << 48 | (mac & 0xffffffffffffL), BIG_ENDIAN);
    }
}
