package io.godwit.packet.address;

import java.nio.ByteBuffer;

/** AFI 1; {@code value} holds the four octets, the first one in the most significant byte. */
public record Ipv4Address(int value) implements IpAddress {

    public static Ipv4Address of(byte[] octets) {
        return new Ipv4Address(ByteBuffer.wrap(octets).getInt());
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
