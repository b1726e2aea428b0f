package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The IPv6 header (RFC 8200 section 3) and its extension headers (section 4). All fields are big-endian.
 *
 * <pre>
 * |Version|   DSCP    |ECN|           Flow Label                  |
 * |         Payload Length        |  Next Header  |   Hop Limit   |
 * |                        Source Address (128)                   |
 * |                     Destination Address (128)                 |
 * </pre>
 */
public final class Ipv6Header {
    public static final int LENGTH = 40;

    /** {@link #upperLayer}: the chain of extension headers is cut off or too long. */
    public static final long TRUNCATED = -1;

    /** More than any honest packet has. */
    public static final int MAX_EXTENSION_HEADERS = 8;

    private static final int PAYLOAD_LENGTH_OFFSET = 4;
    private static final int NEXT_HEADER_OFFSET = 6;
    private static final int HOP_LIMIT_OFFSET = 7;
    private static final int SOURCE_OFFSET = 8;
    private static final int DESTINATION_OFFSET = 24;
    private static final int FRAGMENT_HEADER_LENGTH = 8;
    private static final long FRAGMENT_FLAG = 1L << 62;

    private Ipv6Header() {}

    /** Whether a complete IPv6 packet starts here: version 6, payload within {@code length}. Octets beyond it are allowed. */
    public static boolean isComplete(DirectBuffer buffer, int offset, int length) {
        return length >= LENGTH
                && Ipv4Header.version(buffer, offset) == 6
                && LENGTH + payloadLength(buffer, offset) <= length;
    }

    /** DSCP in the upper six bits, ECN in the lower two. */
    public static int trafficClass(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset, BIG_ENDIAN) >>> 4 & 0xff;
    }

    /** 20 bits. */
    public static int flowLabel(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset, BIG_ENDIAN) & 0xfffff;
    }

    /** Octets after the 40 of this header. */
    public static int payloadLength(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + PAYLOAD_LENGTH_OFFSET, BIG_ENDIAN) & 0xffff;
    }

    public static int nextHeader(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + NEXT_HEADER_OFFSET) & 0xff;
    }

    public static int hopLimit(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + HOP_LIMIT_OFFSET) & 0xff;
    }

    /** First eight octets of the source address. */
    public static long sourceHigh(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + SOURCE_OFFSET, BIG_ENDIAN);
    }

    /** Last eight octets of the source address. */
    public static long sourceLow(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + SOURCE_OFFSET + 8, BIG_ENDIAN);
    }

    /** First eight octets of the destination address. */
    public static long destinationHigh(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + DESTINATION_OFFSET, BIG_ENDIAN);
    }

    /** Last eight octets of the destination address. */
    public static long destinationLow(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + DESTINATION_OFFSET + 8, BIG_ENDIAN);
    }

    public static void put(
            MutableDirectBuffer buffer,
            int offset,
            int trafficClass,
            int flowLabel,
            int payloadLength,
            int nextHeader,
            int hopLimit,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        buffer.putInt(offset, 6 << 28 | (trafficClass & 0xff) << 20 | (flowLabel & 0xfffff), BIG_ENDIAN);
        int second = (payloadLength & 0xffff) << 16 | (nextHeader & 0xff) << 8 | (hopLimit & 0xff);
        buffer.putInt(offset + PAYLOAD_LENGTH_OFFSET, second, BIG_ENDIAN);
        buffer.putLong(offset + SOURCE_OFFSET, sourceHigh, BIG_ENDIAN);
        buffer.putLong(offset + SOURCE_OFFSET + 8, sourceLow, BIG_ENDIAN);
        buffer.putLong(offset + DESTINATION_OFFSET, destinationHigh, BIG_ENDIAN);
        buffer.putLong(offset + DESTINATION_OFFSET + 8, destinationLow, BIG_ENDIAN);
    }

    public static void putTrafficClass(MutableDirectBuffer buffer, int offset, int trafficClass) {
        int word = buffer.getInt(offset, BIG_ENDIAN) & 0xf00fffff;
        buffer.putInt(offset, word | (trafficClass & 0xff) << 20, BIG_ENDIAN);
    }

    public static void putHopLimit(MutableDirectBuffer buffer, int offset, int hopLimit) {
        buffer.putByte(offset + HOP_LIMIT_OFFSET, (byte) hopLimit);
    }

    public static void putPayloadLength(MutableDirectBuffer buffer, int offset, int payloadLength) {
        buffer.putShort(offset + PAYLOAD_LENGTH_OFFSET, (short) payloadLength, BIG_ENDIAN);
    }

    /**
     * Walks the extension headers of the packet at {@code [offset, offset + length)}. Read the result with {@link #upperProtocol},
     * {@link #upperOffset} and {@link #upperIsFragment}.
     *
     * @return {@link #TRUNCATED}, or where and what the upper layer is; in a fragment other than the first it is not the upper layer's
     *     header that stands there
     */
    public static long upperLayer(DirectBuffer buffer, int offset, int length) {
        int limit = offset + length;
        int position = offset + LENGTH;
        int protocol = nextHeader(buffer, offset);
        long fragment = 0;
        for (int i = 0; i <= MAX_EXTENSION_HEADERS && position <= limit; i++) {
            if (!isExtensionHeader(protocol)) {
                return fragment | (long) protocol << 32 | position;
            }
            if (limit - position < FRAGMENT_HEADER_LENGTH) {
                return TRUNCATED;
            }
            int next = buffer.getByte(position) & 0xff;
            if (protocol == IpProtocol.FRAGMENT) {
                int field = buffer.getShort(position + 2, BIG_ENDIAN);
                fragment |= (field & 0xfff9) == 0 ? 0 : FRAGMENT_FLAG;
                if ((field & 0xfff8) != 0) {
                    return fragment | (long) next << 32 | position + FRAGMENT_HEADER_LENGTH;
                }
            }
            position += extensionLength(buffer, position, protocol);
            protocol = next;
        }
        return TRUNCATED;
    }

    public static int upperProtocol(long upperLayer) {
        return (int) (upperLayer >>> 32) & 0xff;
    }

    /** Absolute in the buffer. */
    public static int upperOffset(long upperLayer) {
        return (int) upperLayer;
    }

    /** The first fragment too; an atomic fragment (RFC 6946) is none. */
    public static boolean upperIsFragment(long upperLayer) {
        return (upperLayer & FRAGMENT_FLAG) != 0;
    }

    private static int extensionLength(DirectBuffer buffer, int position, int protocol) {
        int units = buffer.getByte(position + 1) & 0xff;
        return switch (protocol) {
            case IpProtocol.FRAGMENT -> FRAGMENT_HEADER_LENGTH;
            case IpProtocol.AUTHENTICATION -> (units + 2) << 2;
            default -> (units + 1) << 3;
        };
    }

    private static boolean isExtensionHeader(int protocol) {
        return switch (protocol) {
            case IpProtocol.HOP_BY_HOP,
                    IpProtocol.ROUTING,
                    IpProtocol.FRAGMENT,
                    IpProtocol.AUTHENTICATION,
                    IpProtocol.DESTINATION_OPTIONS,
                    IpProtocol.MOBILITY,
                    IpProtocol.HIP,
                    IpProtocol.SHIM6 -> true;
            default -> false;
        };
    }
}
