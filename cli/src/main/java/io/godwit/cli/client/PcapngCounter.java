package io.godwit.cli.client;

import java.nio.ByteBuffer;

/** Counts what a pcapng stream holds as it goes by. Big-endian, as the daemons write it. */
public final class PcapngCounter {
    private static final int HEADER = 8;
    private static final int PACKET = 6;
    private static final int STATISTICS = 5;
    /** Where the count of missed packets is in the statistics that the daemons write. */
    private static final int MISSED = 36;

    private final ByteBuffer start = ByteBuffer.allocate(MISSED + Long.BYTES);
    private long position;
    private long length;
    private volatile long packets;
    private volatile long lost;

    public void accept(byte[] octets) {
        for (byte octet : octets) {
            if (position < start.capacity()) {
                start.put((int) position, octet);
            }
            position++;
            if (position == HEADER) {
                length = Integer.toUnsignedLong(start.getInt(4));
            }
            if (position >= HEADER && position == length) {
                end();
            }
        }
    }

    private void end() {
        int type = start.getInt(0);
        if (type == PACKET) {
            packets = packets + 1;
        } else if (type == STATISTICS && length >= MISSED + Long.BYTES) {
            lost = lost + start.getLong(MISSED);
        }
        position = 0;
    }

    public long packets() {
        return packets;
    }

    /** Packets that the capture missed. */
    public long lost() {
        return lost;
    }
}
