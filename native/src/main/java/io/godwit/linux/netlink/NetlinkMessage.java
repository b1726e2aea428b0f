package io.godwit.linux.netlink;

import io.godwit.linux.AddressBits;
import io.godwit.linux.ffi.Flags;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A netlink message: header, a fixed part that depends on the type, attributes.
 *
 * <pre>
 *   0 length (32 bit)   4 type (16)   6 flags (16)   8 sequence (32)   12 port (32)   16 fixed part, then attributes:
 *   length (16)   type (16)   value   padding to 4 octets
 * </pre>
 */
final class NetlinkMessage {
    static final int HEADER_LENGTH = 16;
    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP_INTERRUPTED = 0x10;
    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_EXCLUSIVE = 0x200;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_CREATE = 0x400;
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;

    private static final int CAPACITY = 1024;
    private static final int TYPE_MASK = 0x3fff;

    private final UnsafeBuffer buffer;
    private int start;
    private int end;

    private NetlinkMessage(UnsafeBuffer buffer) {
        this.buffer = buffer;
    }

    /** A message to write, with its fixed part zeroed. */
    static NetlinkMessage request(int type, int flags, int fixedLength) {
        NetlinkMessage message = new NetlinkMessage(new UnsafeBuffer(new byte[CAPACITY]));
        message.buffer.putShort(4, (short) type);
        message.buffer.putShort(6, (short) (flags | NLM_F_REQUEST));
        message.end = HEADER_LENGTH + fixedLength;
        return message;
    }

    /** A view of the message at {@code start}, whose length was checked. */
    static NetlinkMessage view(UnsafeBuffer buffer, int start, int length) {
        NetlinkMessage message = new NetlinkMessage(buffer);
        message.start = start;
        message.end = start + length;
        return message;
    }

    // --- write

    NetlinkMessage octet(int offset, int value) {
        buffer.putByte(HEADER_LENGTH + offset, (byte) value);
        return this;
    }

    NetlinkMessage number16(int offset, int value) {
        buffer.putShort(HEADER_LENGTH + offset, (short) value);
        return this;
    }

    NetlinkMessage number(int offset, int value) {
        buffer.putInt(HEADER_LENGTH + offset, value);
        return this;
    }

    NetlinkMessage attribute(int type, int value) {
        int offset = startAttribute(type, Integer.BYTES);
        buffer.putInt(offset, value);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        int offset = startAttribute(type, value.length);
        buffer.putBytes(offset, value);
        return this;
    }

    NetlinkMessage attribute(int type, InetAddress value) {
        return attribute(type, value.getAddress());
    }

    NetlinkMessage attribute(int type, String value) {
        return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    private int startAttribute(int type, int length) {
        int offset = end;
        buffer.putShort(offset, (short) (4 + length));
        buffer.putShort(offset + 2, (short) type);
        end = offset + 4 + align(length);
        return offset + 4;
    }

    /** Completes the header; returns the octets to send. */
    byte[] finish(int sequence) {
        buffer.putInt(0, end);
        buffer.putInt(8, sequence);
        byte[] octets = new byte[end];
        buffer.getBytes(0, octets);
        return octets;
    }

    // --- read

    int type() {
        return buffer.getShort(start + 4) & 0xffff;
    }

    int flags() {
        return buffer.getShort(start + 6) & 0xffff;
    }

    int sequence() {
        return buffer.getInt(start + 8);
    }

    /** Whether the fixed part is there in full. */
    boolean holds(int fixedLength) {
        return end - start >= HEADER_LENGTH + fixedLength;
    }

    int octet(int offset) {
        return buffer.getByte(start + HEADER_LENGTH + offset) & 0xff;
    }

    int number16(int offset) {
        return buffer.getShort(start + HEADER_LENGTH + offset) & 0xffff;
    }

    int number(int offset) {
        return buffer.getInt(start + HEADER_LENGTH + offset);
    }

    Optional<byte[]> octetsAttribute(int fixedLength, int type) {
        int offset = start + HEADER_LENGTH + align(fixedLength);
        while (offset + 4 <= end) {
            int length = buffer.getShort(offset) & 0xffff;
            if (length < 4 || offset + length > end) {
                return Optional.empty();
            }
            if ((buffer.getShort(offset + 2) & TYPE_MASK) == type) {
                byte[] value = new byte[length - 4];
                buffer.getBytes(offset + 4, value);
                return Optional.of(value);
            }
            offset += align(length);
        }
        return Optional.empty();
    }

    /** A number attribute, or {@code otherwise}. */
    int numberAttribute(int fixedLength, int type, int otherwise) {
        return octetsAttribute(fixedLength, type)
                .filter(value -> value.length == Integer.BYTES)
                .map(value -> new UnsafeBuffer(value).getInt(0))
                .orElse(otherwise);
    }

    Optional<InetAddress> addressAttribute(int fixedLength, int type) {
        return octetsAttribute(fixedLength, type)
                .filter(value -> value.length == 4 || value.length == 16)
                .map(AddressBits::toAddress);
    }

    Optional<String> textAttribute(int fixedLength, int type) {
        return octetsAttribute(fixedLength, type).map(value -> {
            String text = new String(value, StandardCharsets.UTF_8);
            int zero = text.indexOf('\0');
            return zero < 0 ? text : text.substring(0, zero);
        });
    }

    static int family(InetAddress address) {
        return AddressBits.isIpv6(address) ? Flags.AF_INET6 : Flags.AF_INET;
    }

    private static int align(int length) {
        return (length + 3) & -4;
    }
}
