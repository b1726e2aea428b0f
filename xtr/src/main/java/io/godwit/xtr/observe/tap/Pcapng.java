package io.godwit.xtr.observe.tap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.BitUtil;

/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), big-endian, times in nanoseconds, all interfaces of link type RAW: packets start with their IP
 * header. Grows as needed; {@link #take} empties it.
 */
final class Pcapng {
    static final int INBOUND = 1;
    static final int OUTBOUND = 2;

    private static final int SECTION = 0x0a0d0d0a;
    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final int LINKTYPE_RAW = 101;

    private static final int COMMENT = 1;
    private static final int USER_APPLICATION = 4;
    private static final int IF_NAME = 2;
    private static final int IF_DESCRIPTION = 3;
    private static final int IF_TIME_RESOLUTION = 9;
    private static final int PACKET_FLAGS = 2;
    private static final int STATISTICS_RECEIVED = 4;
    private static final int STATISTICS_DROPPED = 5;
    private static final byte NANOSECONDS = 9;
    /** Length and type of a block, its length again, option headers, padding. */
    private static final int SLACK = 128;

    private ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.BIG_ENDIAN);
    private int start;

    void section(String application) {
        begin(SECTION, application.length());
        out.putInt(BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1);
        option(USER_APPLICATION, application);
        end();
    }

    /** Interfaces are numbered as they come. */
    void networkInterface(String name, String description, int snapLength) {
        begin(INTERFACE, name.length() + 4 * description.length());
        out.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(snapLength);
        option(IF_NAME, name);
        option(IF_DESCRIPTION, description);
        option(IF_TIME_RESOLUTION, new byte[] {NANOSECONDS});
        end();
    }

    /**
     * @param epochNanos when it was seen
     * @param length of the packet, of which {@code octets} may be a part
     * @param direction {@link #INBOUND} or {@link #OUTBOUND}
     * @param comment may be empty
     */
    void packet(int networkInterface, long epochNanos, byte[] octets, int length, int direction, String comment) {
        begin(PACKET, octets.length + comment.length());
        out.putInt(networkInterface);
        out.putInt((int) (epochNanos >>> 32)).putInt((int) epochNanos);
        out.putInt(octets.length).putInt(length);
        padded(octets);
        out.putShort((short) PACKET_FLAGS).putShort((short) 4).putInt(direction);
        if (!comment.isEmpty()) {
            option(COMMENT, comment);
        }
        end();
    }

    /** @param dropped packets that this capture missed */
    void statistics(int networkInterface, long epochNanos, long packets, long dropped) {
        begin(STATISTICS, 0);
        out.putInt(networkInterface);
        out.putInt((int) (epochNanos >>> 32)).putInt((int) epochNanos);
        out.putShort((short) STATISTICS_RECEIVED).putShort((short) 8).putLong(packets);
        out.putShort((short) STATISTICS_DROPPED).putShort((short) 8).putLong(dropped);
        end();
    }

    /** Octets that {@link #take} would give. */
    int size() {
        return out.position();
    }

    byte[] take() {
        byte[] octets = new byte[out.position()];
        out.flip();
        out.get(octets);
        out.clear();
        return octets;
    }

    private void begin(int type, int variable) {
        int needed = out.position() + variable + SLACK;
        if (needed > out.capacity()) {
            ByteBuffer larger = ByteBuffer.allocate(BitUtil.findNextPositivePowerOfTwo(needed));
            out = larger.put(out.flip());
        }
        start = out.position();
        out.putInt(type).putInt(0);
    }

    private void option(int code, String text) {
        option(code, text.getBytes(StandardCharsets.UTF_8));
    }

    private void option(int code, byte[] value) {
        out.putShort((short) code).putShort((short) value.length);
        padded(value);
    }

    private void padded(byte[] octets) {
        out.put(octets);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
    }

    private void end() {
        out.putInt(0); // end of options
        int length = out.position() + 4 - start;
        out.putInt(length);
        out.putInt(start + 4, length);
    }
}
