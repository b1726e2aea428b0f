package io.godwit.packet.address;

import java.nio.ByteBuffer;

/** AFI 2; {@code high} holds the first eight octets, {@code low} the last eight, both big-endian. */
public record Ipv6Address(long high, long low) implements IpAddress {

    public static Ipv6Address of(byte[] octets) {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        return new Ipv6Address(buffer.getLong(), buffer.getLong());
    }

    @Override
    public int bits() {
        return 128;
    }

    @Override
    public byte[] toBytes() {
        return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    @Override
    public Ipv6Address mask(int length) {
        return new Ipv6Address(high & highMask(length), low & highMask(length - 64));
    }

    private static long highMask(int length) {
        return length <= 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
    }

    /** RFC 5952 text form. */
    @Override
    public String toString() {
        return Ipv6Text.format(this);
    }
}
