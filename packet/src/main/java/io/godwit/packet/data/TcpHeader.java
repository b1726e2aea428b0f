package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The TCP header (RFC 9293 section 3.1). All fields are big-endian.
 *
 * <pre>
 * |          Source Port          |       Destination Port        |
 * |                        Sequence Number                        |
 * |                    Acknowledgment Number                      |
 * | Offset| Rsrvd |C|E|U|A|P|R|S|F|            Window             |
 * |           Checksum            |         Urgent Pointer        |
 * |                           Options                             |
 * </pre>
 */
public final class TcpHeader {
    /** Without options. */
    public static final int LENGTH = 20;
    /** Where the checksum stands, from the start of the header. */
    public static final int CHECKSUM_OFFSET = 16;

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    private static final int OFFSET_OFFSET = 12;
    private static final int FLAGS_OFFSET = 13;

    private TcpHeader() {}

    public static int sourcePort(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset, BIG_ENDIAN) & 0xffff;
    }

    public static int destinationPort(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 2, BIG_ENDIAN) & 0xffff;
    }

    /** Unsigned. */
    public static int sequence(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + 4, BIG_ENDIAN);
    }

    /** Unsigned. */
    public static int acknowledgment(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + 8, BIG_ENDIAN);
    }

    /** Octets, options included; less than {@link #LENGTH} in a broken header. */
    public static int headerLength(DirectBuffer buffer, int offset) {
        return (buffer.getByte(offset + OFFSET_OFFSET) & 0xf0) >>> 2;
    }

    public static int flags(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + FLAGS_OFFSET) & 0xff;
    }

    public static int window(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 14, BIG_ENDIAN) & 0xffff;
    }

    public static int checksum(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + CHECKSUM_OFFSET, BIG_ENDIAN) & 0xffff;
    }

    public static void putSequence(MutableDirectBuffer buffer, int offset, int sequence) {
        buffer.putInt(offset + 4, sequence, BIG_ENDIAN);
    }

    public static void putFlags(MutableDirectBuffer buffer, int offset, int flags) {
        buffer.putByte(offset + FLAGS_OFFSET, (byte) flags);
    }

    public static void putChecksum(MutableDirectBuffer buffer, int offset, int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum, BIG_ENDIAN);
    }
}
