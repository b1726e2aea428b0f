package io.godwit.cli.client;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a pcapng stream holds as it goes by. Big-endian, as the daemons write it. The counts may be read by any thread. */
public final class PcapngCounter {
    private static final int HEADER = 8;
    private static final int PACKET = 6;
    private static final int STATISTICS = 5;
    /** Where the count of missed packets is in the statistics that the daemons write. */
    private static final int MISSED = 36;

    private final ByteBuffer start = ByteBuffer.allocate(MISSED + Long.BYTES);
    private long position;
    private long length;
    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

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
            packets.incrementAndGet();
        } else if (type == STATISTICS && length >= MISSED + Long.BYTES) {
            lost.addAndGet(start.getLong(MISSED));
        }
        position = 0;
    }

    public long packets() {
        return packets.get();
    }

    /** Packets that the capture missed. */
    public long lost() {
        return lost.get();
    }
}
