package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The IPv4 header (RFC 791 section 3.1). All fields are big-endian.
 *
 * <pre>
 * |Version|  IHL  |   DSCP    |ECN|         Total Length          |
 * |         Identification        |0|D|M|     Fragment Offset     |
 * |      TTL      |    Protocol   |        Header Checksum        |
 * |                        Source Address                         |
 * |                     Destination Address                       |
 * |                        Options (IHL > 5)                      |
 * </pre>
 */
public final class Ipv4Header {
    /** Without options. */
    public static final int LENGTH = 20;
    /** Don't Fragment, in the 16-bit fragment field. */
    public static final int DONT_FRAGMENT = 0x4000;
    /** More Fragments, in the 16-bit fragment field. */
    public static final int MORE_FRAGMENTS = 0x2000;
    /** Fragment offset, in units of eight octets. */
    public static final int FRAGMENT_OFFSET_MASK = 0x1fff;

    private static final int TOS_OFFSET = 1;
    private static final int TOTAL_LENGTH_OFFSET = 2;
    private static final int IDENTIFICATION_OFFSET = 4;
    private static final int FRAGMENT_OFFSET = 6;
    private static final int TTL_OFFSET = 8;
    private static final int PROTOCOL_OFFSET = 9;
    private static final int CHECKSUM_OFFSET = 10;
    private static final int SOURCE_OFFSET = 12;
    private static final int DESTINATION_OFFSET = 16;
    private static final int VERSION_4_IHL_5 = 0x45;

    private Ipv4Header() {}

    /** Of either family. */
    public static int version(DirectBuffer buffer, int offset) {
        return (buffer.getByte(offset) & 0xf0) >>> 4;
    }

    /**
     * Whether a complete IPv4 packet starts here: version 4, IHL at least 5, header within the total length, total length within
     * {@code length}. Octets beyond the total length are allowed.
     */
    public static boolean isComplete(DirectBuffer buffer, int offset, int length) {
        if (length < LENGTH || version(buffer, offset) != 4) {
            return false;
        }
        int header = headerLength(buffer, offset);
        int total = totalLength(buffer, offset);
        return header >= LENGTH && header <= total && total <= length;
    }

    /** Octets, options included. */
    public static int headerLength(DirectBuffer buffer, int offset) {
        return (buffer.getByte(offset) & 0x0f) << 2;
    }

    /** DSCP in the upper six bits, ECN in the lower two. */
    public static int trafficClass(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + TOS_OFFSET) & 0xff;
    }

    /** Octets, header included. */
    public static int totalLength(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + TOTAL_LENGTH_OFFSET, BIG_ENDIAN) & 0xffff;
    }

    public static int identification(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + IDENTIFICATION_OFFSET, BIG_ENDIAN) & 0xffff;
    }

    /** Flags and fragment offset. */
    public static int fragmentField(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + FRAGMENT_OFFSET, BIG_ENDIAN) & 0xffff;
    }

    public static boolean dontFragment(DirectBuffer buffer, int offset) {
        return (fragmentField(buffer, offset) & DONT_FRAGMENT) != 0;
    }

    /** The first fragment too. */
    public static boolean isFragment(DirectBuffer buffer, int offset) {
        return (fragmentField(buffer, offset) & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) != 0;
    }

    public static int ttl(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + TTL_OFFSET) & 0xff;
    }

    public static int protocol(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + PROTOCOL_OFFSET) & 0xff;
    }

    public static int checksum(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + CHECKSUM_OFFSET, BIG_ENDIAN) & 0xffff;
    }

    public static int source(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + SOURCE_OFFSET, BIG_ENDIAN);
    }

    public static int destination(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + DESTINATION_OFFSET, BIG_ENDIAN);
    }

    /** Whether the header checksum is right. */
    public static boolean checksumIsValid(DirectBuffer buffer, int offset) {
        return Checksum.sum(buffer, offset, headerLength(buffer, offset)) == 0xffff;
    }

    /** Writes a header of 20 octets with its checksum. {@code fragmentField} may be {@link #DONT_FRAGMENT}. */
    public static void put(
            MutableDirectBuffer buffer,
            int offset,
            int trafficClass,
            int totalLength,
            int identification,
            int fragmentField,
            int ttl,
            int protocol,
            int source,
            int destination) {
        buffer.putInt(offset, VERSION_4_IHL_5 << 24 | (trafficClass & 0xff) << 16 | (totalLength & 0xffff), BIG_ENDIAN);
        buffer.putInt(offset + IDENTIFICATION_OFFSET, identification << 16 | (fragmentField & 0xffff), BIG_ENDIAN);
        buffer.putInt(offset + TTL_OFFSET, (ttl & 0xff) << 24 | (protocol & 0xff) << 16, BIG_ENDIAN);
        buffer.putInt(offset + SOURCE_OFFSET, source, BIG_ENDIAN);
        buffer.putInt(offset + DESTINATION_OFFSET, destination, BIG_ENDIAN);
        putChecksum(buffer, offset, Checksum.of(buffer, offset, LENGTH));
    }

    public static void putChecksum(MutableDirectBuffer buffer, int offset, int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum, BIG_ENDIAN);
    }

    /** Computes and writes the checksum of a header of any length. */
    public static void updateChecksum(MutableDirectBuffer buffer, int offset) {
        putChecksum(buffer, offset, 0);
        putChecksum(buffer, offset, Checksum.of(buffer, offset, headerLength(buffer, offset)));
    }

    /** Changes DSCP and ECN and adjusts the checksum. */
    public static void changeTrafficClass(MutableDirectBuffer buffer, int offset, int trafficClass) {
        changeOctet(buffer, offset, TOS_OFFSET, trafficClass, 0);
    }

    /** Changes the TTL and adjusts the checksum. */
    public static void changeTtl(MutableDirectBuffer buffer, int offset, int ttl) {
        changeOctet(buffer, offset, TTL_OFFSET, ttl, 8);
    }

    /** Changes the total length and adjusts the checksum. */
    public static void changeTotalLength(MutableDirectBuffer buffer, int offset, int totalLength) {
        int before = totalLength(buffer, offset);
        buffer.putShort(offset + TOTAL_LENGTH_OFFSET, (short) totalLength, BIG_ENDIAN);
        putChecksum(buffer, offset, Checksum.update(checksum(buffer, offset), before, totalLength & 0xffff));
    }

    /** {@code shift}: where the octet stands in its 16-bit word. */
    private static void changeOctet(MutableDirectBuffer buffer, int offset, int field, int value, int shift) {
        int before = buffer.getByte(offset + field) & 0xff;
        buffer.putByte(offset + field, (byte) value);
        int updated = Checksum.update(checksum(buffer, offset), before << shift, (value & 0xff) << shift);
        putChecksum(buffer, offset, updated);
    }
}
