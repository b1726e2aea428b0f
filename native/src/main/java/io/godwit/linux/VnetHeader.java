package io.godwit.linux;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** struct virtio_net_hdr: flags, gso_type, hdr_len, gso_size, csum_start, csum_offset; 16-bit fields little-endian. */
public final class VnetHeader {
    public static final int LENGTH = 10;
    /** flags: the checksum at csum_start + csum_offset holds the pseudo-header sum and wants completion. */
    public static final int F_NEEDS_CSUM = 1;
    /** flags: the checksum has been verified. */
    public static final int F_DATA_VALID = 2;

    public static final int GSO_NONE = 0;
    public static final int GSO_TCPV4 = 1;
    public static final int GSO_UDP_L4 = 5;
    public static final int GSO_TCPV6 = 4;

    private VnetHeader() {}

    public static int flags(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset) & 0xff;
    }

    public static int gsoType(DirectBuffer buffer, int offset) {
        return buffer.getByte(offset + 1) & 0x7f;
    }

    public static int headerLength(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 2, ByteOrder.LITTLE_ENDIAN) & 0xffff;
    }

    public static int gsoSize(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 4, ByteOrder.LITTLE_ENDIAN) & 0xffff;
    }

    public static int checksumStart(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 6, ByteOrder.LITTLE_ENDIAN) & 0xffff;
    }

    public static int checksumOffset(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + 8, ByteOrder.LITTLE_ENDIAN) & 0xffff;
    }

    /** A header that asks for nothing. */
    public static void clear(MutableDirectBuffer buffer, int offset) {
        buffer.putLong(offset, 0);
        buffer.putShort(offset + 8, (short) 0);
    }

    public static void put(
            MutableDirectBuffer buffer,
            int offset,
            int flags,
            int gsoType,
            int headerLength,
            int gsoSize,
            int checksumStart,
            int checksumOffset) {
        buffer.putByte(offset, (byte) flags);
        buffer.putByte(offset + 1, (byte) gsoType);
        buffer.putShort(offset + 2, (short) headerLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(offset + 4, (short) gsoSize, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(offset + 6, (short) checksumStart, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(offset + 8, (short) checksumOffset, ByteOrder.LITTLE_ENDIAN);
    }
}
