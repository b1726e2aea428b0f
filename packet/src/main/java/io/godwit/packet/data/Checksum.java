package io.godwit.packet.data;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * The Internet checksum (RFC 1071), its incremental update (RFC 1624) and the pseudo-headers of IPv4 (RFC 768) and IPv6 (RFC 8200
 * section 8.1). A <em>sum</em> is the ones'-complement sum of big-endian 16-bit words; sums may be added up in a {@code long} and
 * {@linkplain #fold folded} or {@linkplain #complete completed} at the end. Only the last piece may have an odd length.
 */
public final class Checksum {
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW = 0xffffffffL;

    private Checksum() {}

    /** The checksum of {@code length} octets: the complement of their sum. */
    public static int of(DirectBuffer buffer, int offset, int length) {
        return ~sum(buffer, offset, length) & 0xffff;
    }

    /** The folded sum of {@code length} octets, an odd one padded with zero; 0xFFFF over a block that holds its own checksum. */
    public static int sum(DirectBuffer buffer, int offset, int length) {
        int position = offset;
        int end = offset + length;
        long even = 0;
        long odd = 0;
        // Words are added in the machine's byte order and swapped once at the end (RFC 1071 section 2 B).
        for (int blocks = end - 31; position < blocks; position += 32) {
            long a = buffer.getLong(position);
            long b = buffer.getLong(position + 8);
            long c = buffer.getLong(position + 16);
            long d = buffer.getLong(position + 24);
            even += (a & LOW) + (b & LOW) + (c & LOW) + (d & LOW);
            odd += (a >>> 32) + (b >>> 32) + (c >>> 32) + (d >>> 32);
        }
        for (int longs = end - 7; position < longs; position += 8) {
            long word = buffer.getLong(position);
            even += word & LOW;
            odd += word >>> 32;
        }
        int folded = fold(even + odd + tail(buffer, position, end));
        return SWAP ? Short.reverseBytes((short) folded) & 0xffff : folded;
    }

    private static long tail(DirectBuffer buffer, int offset, int end) {
        int position = offset;
        long sum = 0;
        if (end - position >= 4) {
            sum += buffer.getInt(position) & LOW;
            position += 4;
        }
        if (end - position >= 2) {
            sum += buffer.getShort(position) & 0xffff;
            position += 2;
        }
        if (position < end) {
            int octet = buffer.getByte(position) & 0xff;
            sum += SWAP ? octet : octet << 8;
        }
        return sum;
    }

    /** 16 bits of a sum of sums, which is not negative. */
    public static int fold(long sum) {
        long folded = (sum & LOW) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) ((folded & 0xffff) + (folded >>> 16));
    }

    /** The checksum that a sum of sums gives. */
    public static int complete(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /** The checksum after one aligned 16-bit word changed from {@code before} to {@code after} (RFC 1624 section 3, equation 3). */
    public static int update(int checksum, int before, int after) {
        return complete((~checksum & 0xffffL) + (~before & 0xffffL) + (after & 0xffffL));
    }

    /** The checksum after an aligned 32-bit field changed. */
    public static int update32(int checksum, int before, int after) {
        return update(update(checksum, before >>> 16, after >>> 16), before, after);
    }

    /**
     * The sum of the pseudo-header of the IPv4 header at {@code ipOffset}.
     *
     * @param length of the transport header and its payload, in octets
     */
    public static long pseudoHeader4(DirectBuffer buffer, int ipOffset, int protocol, int length) {
        return pseudoHeader4(
                Ipv4Header.source(buffer, ipOffset), Ipv4Header.destination(buffer, ipOffset), protocol, length);
    }

    public static long pseudoHeader4(int source, int destination, int protocol, int length) {
        return (source & LOW) + (destination & LOW) + protocol + length;
    }

    /**
     * The sum of the pseudo-header of the IPv6 header at {@code ipOffset}. A routing header that is not used up would change the
     * destination; it is not looked at.
     */
    public static long pseudoHeader6(DirectBuffer buffer, int ipOffset, int protocol, int length) {
        return sum(buffer, ipOffset + 8, 32) + protocol + (length & LOW);
    }

    /**
     * The checksum of a transport header with its payload (UDP, TCP, ICMPv6) of an IPv4 or IPv6 packet, the checksum field in it being 0.
     * For UDP see {@link UdpHeader#nonZero}.
     */
    public static int transport(DirectBuffer buffer, int ipOffset, int protocol, int offset, int length) {
        return complete(pseudoHeader(buffer, ipOffset, protocol, length) + sum(buffer, offset, length));
    }

    /** Whether the checksum in a transport header is right; a UDP checksum of 0 must be looked at before. */
    public static boolean transportIsValid(DirectBuffer buffer, int ipOffset, int protocol, int offset, int length) {
        return transport(buffer, ipOffset, protocol, offset, length) == 0;
    }

    private static long pseudoHeader(DirectBuffer buffer, int ipOffset, int protocol, int length) {
        return Ipv4Header.version(buffer, ipOffset) == 4
                ? pseudoHeader4(buffer, ipOffset, protocol, length)
                : pseudoHeader6(buffer, ipOffset, protocol, length);
    }

    /** The sum of an IPv6 address's halves, for pseudo-headers whose addresses are in no buffer. */
    public static long sum(long high, long low) {
        return (high >>> 32) + (high & LOW) + (low >>> 32) + (low & LOW);
    }
}
