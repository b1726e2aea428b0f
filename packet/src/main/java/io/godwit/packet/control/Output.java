package io.godwit.packet.control;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.MutableDirectBuffer;

/** Writes one message. The buffer's own bounds check guards its end. */
final class Output {
    private final MutableDirectBuffer buffer;
    private int position;

    Output(MutableDirectBuffer buffer, int offset) {
        this.buffer = buffer;
        this.position = offset;
    }

    MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Absolute in the buffer. */
    int position() {
        return position;
    }

    void u8(int value) {
        buffer.putByte(position, (byte) value);
        position += 1;
    }

    void u16(int value) {
        buffer.putShort(position, (short) value, BIG_ENDIAN);
        position += 2;
    }

    void i32(int value) {
        buffer.putInt(position, value, BIG_ENDIAN);
        position += 4;
    }

    void i64(long value) {
        buffer.putLong(position, value, BIG_ENDIAN);
        position += 8;
    }

    void octets(byte[] octets) {
        buffer.putBytes(position, octets);
        position += octets.length;
    }

    /** Leaves room that is filled in later. */
    void skip(int length) {
        position += length;
    }

    /** Writes a 16-bit field left open before. */
    void u16At(int offset, int value) {
        buffer.putShort(offset, (short) value, BIG_ENDIAN);
    }

    /** {@code count} where the wire has {@code bits} bits for it, or a sentence saying that it does not fit. */
    static int count(int count, int bits, String what) {
        if (count >>> bits != 0) {
            throw new IllegalArgumentException(
                    count + " " + what + " do not fit into one message, which holds at most " + ((1 << bits) - 1));
        }
        return count;
    }
}
