package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The UDP header (RFC 768). All fields are big-endian.
 *
 * <pre>
 * |          Source Port          |       Destination Port        |
 * |            Length             |           Checksum            |
 * </pre>
 */
public final class UdpHeader {
    public static final int LENGTH = 8;
    /** Where the checksum stands, from the start of the header. */
    public static final int CHECKSUM_OFFSET = 6;

    private UdpHeader() {}

    public static int sourcePort(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset, BIG_ENDIAN) & 0xffff;
    }

    public static int destinationPort(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 2, BIG_ENDIAN) & 0xffff;
    }

    /** Octets, header included. */
    public static int length(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 4, BIG_ENDIAN) & 0xffff;
    }

    /** 0: none was computed. */
    public static int checksum(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + CHECKSUM_OFFSET, BIG_ENDIAN) & 0xffff;
    }

    /** Writes a header; {@code length} is in octets, header included. */
    public static void put(
            MutableDirectBuffer buffer, int offset, int sourcePort, int destinationPort, int length, int checksum) {
        buffer.putInt(offset, sourcePort << 16 | (destinationPort & 0xffff), BIG_ENDIAN);
        buffer.putInt(offset + 4, length << 16 | (checksum & 0xffff), BIG_ENDIAN);
    }

    public static void putChecksum(MutableDirectBuffer buffer, int offset, int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum, BIG_ENDIAN);
    }

    /** A computed checksum of 0 is sent as 0xFFFF (RFC 768). */
    public static int nonZero(int checksum) {
        return checksum == 0 ? 0xffff : checksum;
    }
}
