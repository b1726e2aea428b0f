package io.godwit.linux.ffi;

import io.godwit.linux.AddressBits;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * struct sockaddr_in and sockaddr_in6.
 *
 * <pre>
 *   0 family (16 bit, native order)   2 port (big-endian)
 *   4 IPv4 address                    4 flow information   8 IPv6 address   24 scope (native order)
 * </pre>
 */
public final class SocketAddress {
    public static final int IPV4_LENGTH = 16;
    public static final int IPV6_LENGTH = 28;

    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final int PORT = 2;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;
    private static final int SCOPE = 24;

    private SocketAddress() {}

    /** Writes an IPv4 address, given in the low 32 bits; returns its length. */
    public static int putIpv4(MutableDirectBuffer buffer, int offset, int address, int port) {
        buffer.putShort(offset, (short) Flags.AF_INET);
        buffer.putShort(offset + PORT, (short) port, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + IPV4_ADDRESS, address, ByteOrder.BIG_ENDIAN);
        return IPV4_LENGTH;
    }

    /** Writes an IPv6 address; returns its length. */
    public static int putIpv6(MutableDirectBuffer buffer, int offset, long high, long low, int port) {
        buffer.putShort(offset, (short) Flags.AF_INET6);
        buffer.putShort(offset + PORT, (short) port, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + 4, 0);
        buffer.putLong(offset + IPV6_ADDRESS, high, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + IPV6_ADDRESS + 8, low, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + SCOPE, 0);
        return IPV6_LENGTH;
    }

    /** The first eight octets of an IPv4 socket address, as one word in native order; the other eight are zero. */
    public static long ipv4Word(int address, int port) {
        return SWAP
                ? (Integer.reverseBytes(address) & 0xffff_ffffL) << 32
                        | (Integer.reverseBytes(port) >>> 16 & 0xffffL) << 16
                        | Flags.AF_INET
                : (long) Flags.AF_INET << 48 | (port & 0xffffL) << 32 | (address & 0xffff_ffffL);
    }

    /** The address of {@link #ipv4Word}. */
    public static int ipv4OfWord(long word) {
        return SWAP ? Integer.reverseBytes((int) (word >>> 32)) : (int) word;
    }

    /** The port of {@link #ipv4Word}. */
    public static int portOfIpv4Word(long word) {
        return (SWAP ? Short.reverseBytes((short) (word >>> 16)) : (int) (word >>> 32)) & 0xffff;
    }

    /** The first eight octets of an IPv6 socket address, without flow information. */
    public static long ipv6Head(int port) {
        return SWAP
                ? (Integer.reverseBytes(port) >>> 16 & 0xffffL) << 16 | Flags.AF_INET6
                : (long) Flags.AF_INET6 << 48 | (port & 0xffffL) << 32;
    }

    /** Writes address and scope of an IPv6 socket address at a native address. */
    public static void putIpv6Address(long at, long high, long low) {
        UnsafeApi.putLong(at + IPV6_ADDRESS, SWAP ? Long.reverseBytes(high) : high);
        UnsafeApi.putLong(at + IPV6_ADDRESS + 8, SWAP ? Long.reverseBytes(low) : low);
        UnsafeApi.putInt(at + SCOPE, 0);
    }

    /** Writes {@code address}; returns its length. */
    public static int put(MutableDirectBuffer buffer, InetAddress address, int port) {
        long high = AddressBits.high(address);
        long low = AddressBits.low(address);
        if (address instanceof Inet6Address ipv6) {
            int length = putIpv6(buffer, 0, high, low, port);
            buffer.putInt(SCOPE, ipv6.getScopeId());
            return length;
        }
        return putIpv4(buffer, 0, (int) low, port);
    }

    public static int port(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + PORT, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public static long ipv4(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + IPV4_ADDRESS, ByteOrder.BIG_ENDIAN) & 0xffffffffL;
    }

    public static long ipv6High(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + IPV6_ADDRESS, ByteOrder.BIG_ENDIAN);
    }

    public static long ipv6Low(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + IPV6_ADDRESS + 8, ByteOrder.BIG_ENDIAN);
    }
}
