package io.godwit.packet.address;

import java.util.HexFormat;

/** AFI 6 (RFC 8060 section 4.7); 16389 is read as well. {@code value} holds the six octets in its low 48 bits. */
public record MacAddress(long value) implements LispAddress {
    private static final int TEXT_LENGTH = 17;

    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address has 48 bits");
        }
    }

    /** From {@code 52:54:00:aa:00:10}. */
    public static MacAddress parse(String text) {
        if (!isMac(text)) {
            throw new IllegalArgumentException("'" + text + "' is not a MAC address such as 52:54:00:aa:00:10");
        }
        long value = 0;
        for (int i = 0; i < TEXT_LENGTH; i += 3) {
            value = value << 8 | Integer.parseInt(text, i, i + 2, 16);
        }
        return new MacAddress(value);
    }

    /** Six pairs of hexadecimal digits with colons between. */
    static boolean isMac(String text) {
        boolean mac = text.length() == TEXT_LENGTH;
        for (int i = 0; i < TEXT_LENGTH && mac; i++) {
            char c = text.charAt(i);
            mac = i % 3 == 2 ? c == ':' : HexFormat.isHexDigit(c);
        }
        return mac;
    }

    /** Six octets in network byte order. */
    public static MacAddress of(byte[] octets) {
        if (octets.length != 6) {
            throw new IllegalArgumentException("a MAC address has 6 octets, not " + octets.length);
        }
        long value = 0;
        for (byte octet : octets) {
            value = (value << Byte.SIZE) | (octet & 0xff);
        }
        return new MacAddress(value);
    }

    /** Six octets in network byte order. */
    public byte[] toBytes() {
        byte[] octets = new byte[6];
        for (int i = 0; i < 6; i++) {
            octets[i] = (byte) (value >>> (40 - 8 * i));
        }
        return octets;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (value >>> shift) & 0xff;
            text.append(Character.forDigit(octet >> 4, 16)).append(Character.forDigit(octet & 15, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }
}
