package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The eight octets in front of every ICMP message that is looked at: ICMPv4 (RFC 792, RFC 1191) and ICMPv6 (RFC 4443). All fields are
 * big-endian. {@link Icmpv6} has what only ICMPv6 has.
 *
 * <pre>
 * |     Type      |     Code      |          Checksum             |
 * |        unused, MTU of ICMPv6, or identifier and sequence      |
 * |           unused              |     Next-Hop MTU of ICMPv4    |
 * </pre>
 */
public final class IcmpHeader {
    public static final int LENGTH = 8;

    public static final int ECHO_REPLY = 0;
    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int ECHO_REQUEST = 8;
    public static final int TIME_EXCEEDED = 11;

    /** Codes of {@link #DESTINATION_UNREACHABLE}. */
    public static final int CODE_NETWORK = 0;

    public static final int CODE_HOST = 1;
    public static final int CODE_PORT = 3;
    public static final int CODE_FRAGMENTATION_NEEDED = 4;
    public static final int CODE_ADMINISTRATIVELY_PROHIBITED = 13;

    private IcmpHeader() {}

    public static int type(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset) & 0xff;
    }

    public static int code(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + 1) & 0xff;
    }

    public static int checksum(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 2, BIG_ENDIAN) & 0xffff;
    }

    /** The second word. */
    public static int rest(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + 4, BIG_ENDIAN);
    }

    /** Of an ICMPv4 {@link #CODE_FRAGMENTATION_NEEDED}; 0 from a router older than RFC 1191. */
    public static int nextHopMtu(DirectBuffer buffer, int offset) {
        return rest(buffer, offset) & 0xffff;
    }

    /** Identifier of an echo. */
    public static int identifier(DirectBuffer buffer, int offset) {
        return rest(buffer, offset) >>> 16;
    }

    /** Sequence number of an echo. */
    public static int sequence(DirectBuffer buffer, int offset) {
        return rest(buffer, offset) & 0xffff;
    }

    /** Writes a header, its checksum 0. */
    public static void put(MutableDirectBuffer buffer, int offset, int type, int code, int rest) {
        buffer.putInt(offset, (type & 0xff) << 24 | (code & 0xff) << 16, BIG_ENDIAN);
        buffer.putInt(offset + 4, rest, BIG_ENDIAN);
    }

    public static void putChecksum(MutableDirectBuffer buffer, int offset, int checksum) {
        buffer.putShort(offset + 2, (short) checksum, BIG_ENDIAN);
    }

    /** Computes and writes the checksum of an ICMPv4 message of {@code length} octets. ICMPv6: {@link Checksum#transport}. */
    public static void updateChecksum(MutableDirectBuffer buffer, int offset, int length) {
        putChecksum(buffer, offset, 0);
        putChecksum(buffer, offset, Checksum.of(buffer, offset, length));
    }
}
