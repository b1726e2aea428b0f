package io.godwit.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** IP addresses as the hot path knows them: two longs, the high half of an IPv6 address (0 for IPv4) and the low half, big-endian values. */
public final class AddressBits {
    private AddressBits() {}

    public static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    /** High half of an IPv6 address, 0 for IPv4. */
    public static long high(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4 ? 0 : number(octets, 0, 8);
    }

    /** Low half of an IPv6 address, or the IPv4 address in the low 32 bits. */
    public static long low(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4 ? number(octets, 0, 4) : number(octets, 8, 16);
    }

    public static InetAddress toAddress(boolean ipv6, long high, long low) {
        byte[] octets = new byte[ipv6 ? 16 : 4];
        for (int i = 0; i < octets.length; i++) {
            int fromEnd = octets.length - 1 - i;
            long half = fromEnd < 8 ? low : high;
            octets[i] = (byte) (half >>> (8 * (fromEnd & 7)));
        }
        return toAddress(octets);
    }

    /** @param octets 4 or 16 of them */
    public static InetAddress toAddress(byte[] octets) {
        try {
            // Of a given length, or getByAddress would take an IPv4-mapped IPv6 address for IPv4.
            return octets.length == 16 ? Inet6Address.getByAddress(null, octets, -1) : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 octets, not " + octets.length, e);
        }
    }

    private static long number(byte[] octets, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = (number << 8) | (octets[i] & 0xff);
        }
        return number;
    }
}
