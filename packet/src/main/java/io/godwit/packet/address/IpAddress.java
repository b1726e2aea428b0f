package io.godwit.packet.address;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** AFI 1 or 2. */
public sealed interface IpAddress extends LispAddress permits Ipv4Address, Ipv6Address {

    /** 32 or 128. */
    int bits();

    /** 4 or 16 octets in network byte order, a fresh copy. */
    byte[] toBytes();

    /** This address with all but the first {@code length} bits cleared. */
    IpAddress mask(int length);

    default boolean isIpv4() {
        return bits() == 32;
    }

    default InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From 4 or 16 octets in network byte order. */
    static IpAddress of(byte[] octets) {
        return switch (octets.length) {
            case 4 -> Ipv4Address.of(octets);
            case 16 -> Ipv6Address.of(octets);
            default -> throw new IllegalArgumentException("an IP address has 4 or 16 octets, not " + octets.length);
        };
    }

    static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /**
     * From numeric text: four decimal octets, or the forms of RFC 4291 section 2.2. Never asks DNS. Throws
     * {@link IllegalArgumentException} on anything else, scopes and brackets included.
     */
    static IpAddress parse(String text) {
        return text.indexOf(':') >= 0 ? Ipv6Text.parse(text) : Ipv4Address.parse(text);
    }
}
