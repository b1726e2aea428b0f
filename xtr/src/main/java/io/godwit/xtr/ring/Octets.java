package io.godwit.xtr.ring;

import java.nio.ByteOrder;
import org.agrona.UnsafeApi;

/**
 * Big-endian reads and writes at native addresses, without bounds checks: for the few octets of every packet, whose slot has room for them in any
 * case. What depends on a packet's length is read through the slot's buffer.
 */
public final class Octets {
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Octets() {}

    public static long getLong(long address) {
        long value = UnsafeApi.getLong(address);
        return SWAP ? Long.reverseBytes(value) : value;
    }

    public static void putLong(long address, long value) {
        UnsafeApi.putLong(address, SWAP ? Long.reverseBytes(value) : value);
    }

    public static int getInt(long address) {
        int value = UnsafeApi.getInt(address);
        return SWAP ? Integer.reverseBytes(value) : value;
    }

    public static void putInt(long address, int value) {
        UnsafeApi.putInt(address, SWAP ? Integer.reverseBytes(value) : value);
    }

    /** Unsigned. */
    public static int getShort(long address) {
        short value = UnsafeApi.getShort(address);
        return (SWAP ? Short.reverseBytes(value) : value) & 0xffff;
    }

    public static void putShort(long address, int value) {
        short octets = (short) value;
        UnsafeApi.putShort(address, SWAP ? Short.reverseBytes(octets) : octets);
    }

    /** Unsigned. */
    public static int getByte(long address) {
        return UnsafeApi.getByte(address) & 0xff;
    }
}
