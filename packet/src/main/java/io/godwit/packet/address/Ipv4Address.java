package io.godwit.packet.address;

import java.nio.ByteBuffer;

/** AFI 1; {@code value} holds the four octets, the first one in the most significant byte. */
public record Ipv4Address(int value) implements IpAddress {

    public static Ipv4Address of(byte[] octets) {
        return new Ipv4Address(ByteBuffer.wrap(octets).getInt());
    }

    /** From four decimal octets without leading zeros, which some read as octal. */
    public static Ipv4Address parse(String text) {
        int value = 0;
        int octet = -1;
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && octet >= 0 && dots < 3) {
                value = value << 8 | octet;
                octet = -1;
                dots++;
            } else if (c >= '0' && c <= '9' && octet != 0) {
                octet = Math.max(octet, 0) * 10 + c - '0';
            } else {
                throw notAnAddress(text);
            }
            if (octet > 255) {
                throw notAnAddress(text);
            }
        }
        if (dots != 3 || octet < 0) {
            throw notAnAddress(text);
        }
        return new Ipv4Address(value << 8 | octet);
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("'" + text + "' is not a numeric address such as 192.0.2.1 or 2001:db8::1");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ipv4Address address && address.value == value;
    }

    @Override
    public int hashCode() {
        return value;
    }

    @Override
    public int bits() {
        return 32;
    }

    @Override
    public byte[] toBytes() {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    @Override
    public Ipv4Address mask(int length) {
        return new Ipv4Address(length == 0 ? 0 : value & (-1 << (32 - length)));
    }

    @Override
    public String toString() {
        return (value >>> 24) + "." + (value >>> 16 & 0xff) + "." + (value >>> 8 & 0xff) + "." + (value & 0xff);
    }
}
