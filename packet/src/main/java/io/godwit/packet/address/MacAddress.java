package io.godwit.packet.address;

/** AFI 6 (RFC 8060 section 4.7); 16389 is read as well. {@code value} holds the six octets in its low 48 bits. */
public record MacAddress(long value) implements LispAddress {
    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address has 48 bits");
        }
    }

    /** From {@code 52:54:00:aa:00:10}. */
    public static MacAddress parse(String text) {
        String[] octets = text.split(":", -1);
        if (octets.length != 6) {
            throw new IllegalArgumentException("'" + text + "' is not a MAC address such as 52:54:00:aa:00:10");
        }
        long value = 0;
        for (String octet : octets) {
            if (!octet.matches("[0-9a-fA-F]{2}")) {
                throw new IllegalArgumentException("'" + text + "' is not a MAC address such as 52:54:00:aa:00:10");
            }
            value = value << 8 | Integer.parseInt(octet, 16);
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
