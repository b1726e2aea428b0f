package io.godwit.mapping;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;

/** Addresses as 128 bits, aligned to the left: IPv4 and MAC fit in the high half, so the low half is 0. */
public final class KeyBits {
    private KeyBits() {}

    public static long high(LispAddress address) {
        return switch (address) {
            case Ipv4Address(int value) -> (long) value << 32;
            case Ipv6Address(long high, long low) -> high;
            case MacAddress(long value) -> value << 16;
            default -> throw new IllegalArgumentException(address + " is not an IP or MAC address");
        };
    }

    public static long low(LispAddress address) {
        return address instanceof Ipv6Address(long high, long low) ? low : 0;
    }

    /** The address that {@link #high} and {@link #low} were taken from, of a family of {@code width} bits. */
    public static LispAddress address(int width, long high, long low) {
        return switch (width) {
            case 32 -> new Ipv4Address((int) (high >>> 32));
            case 48 -> new MacAddress(high >>> 16);
            default -> new Ipv6Address(high, low);
        };
    }

    public static int width(LispAddress address) {
        return address instanceof IpAddress ip ? ip.bits() : 48;
    }

    /** Whether the bit at {@code index}, 0 being the first on the wire, is set. */
    static boolean bit(long high, long low, int index) {
        return index < 64 ? (high << index) < 0 : (low << (index - 64)) < 0;
    }

    static long maskHigh(int length) {
        return length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
    }

    static long maskLow(int length) {
        return length <= 64 ? 0 : -1L << (128 - length);
    }

    /** How many leading bits are the same, at most 128. */
    static int common(long high1, long low1, long high2, long low2) {
        long difference = high1 ^ high2;
        return difference != 0 ? Long.numberOfLeadingZeros(difference) : 64 + Long.numberOfLeadingZeros(low1 ^ low2);
    }

    /** Mixes every bit into every bit: sequential addresses, which clouds hand out, must not collide. */
    static int hash(long high, long low, int length) {
        long mixed = (high ^ Long.rotateLeft(low, 29) ^ length) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xd6e8feb86659fd93L;
        return (int) (mixed ^ (mixed >>> 32));
    }
}
