package io.godwit.packet.address;

import java.util.Arrays;
import java.util.HexFormat;

/** Octets as a value. Text form: {@code 0x} and lower-case hexadecimal. */
public final class Octets {
    public static final Octets NONE = new Octets(new byte[0]);

    private final byte[] octets;

    private Octets(byte[] octets) {
        this.octets = octets;
    }

    public static Octets copyOf(byte[] octets) {
        return octets.length == 0 ? NONE : new Octets(octets.clone());
    }

    /** From hexadecimal, with or without {@code 0x}. */
    public static Octets parse(String text) {
        return new Octets(HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text));
    }

    public int length() {
        return octets.length;
    }

    /** A fresh copy. */
    public byte[] toBytes() {
        return octets.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(that.octets, octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return "0x" + HexFormat.of().formatHex(octets);
    }
}
