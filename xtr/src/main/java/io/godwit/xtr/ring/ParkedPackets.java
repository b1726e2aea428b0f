package io.godwit.xtr.ring;

import io.godwit.linux.NativeMemory;
import org.agrona.UnsafeApi;

/**
 * Copies of parked packets, in blocks of native memory with a free list; a long packet takes a chain of blocks. Memory that was never used
 * is never touched. One thread.
 *
 * <pre>
 * block: | next packet (4) | next block of this packet (4) | length (4) | flow hash (4)
 *        | source high (8) | source low (8) | expires (8) | flags, TTL, traffic class (4)
 *        | segment size (4) | header length (4) | transport offset (4) | tap (8) | data (2048) |
 * </pre>
 */
final class ParkedPackets implements AutoCloseable {
    static final int NONE = -1;

    private static final int HEADER = 64;
    private static final int DATA = 2048;
    /** An odd multiple of 64, see {@link RingLayout}. */
    private static final int BLOCK = HEADER + DATA;

    private static final int MORE = 4;
    private static final int LENGTH = 8;
    private static final int FLOW_HASH = 12;
    private static final int SOURCE_HIGH = 16;
    private static final int SOURCE_LOW = 24;
    private static final int EXPIRES = 32;
    private static final int OUTER = 40;
    private static final int SEGMENT_SIZE = 44;
    private static final int HEADER_LENGTH = 48;
    private static final int TRANSPORT_OFFSET = 52;
    private static final int TAP = 56;
    private static final int OUTER_IPV6 = 0x1_0000;

    private final NativeMemory memory;
    private final long base;
    private final int blocks;
    private int fresh;
    private int free = NONE;
    private int used;

    ParkedPackets(long bytes) {
        blocks = (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / BLOCK));
        memory = NativeMemory.allocate((long) blocks * BLOCK);
        base = memory.address();
    }

    /** Copies the packet in; returns its first block, or {@link #NONE} when there is no room. */
    int add(PacketSlot slot, long expiresMillis) {
        int needed = Math.max(1, (slot.length + DATA - 1) / DATA);
        if (needed > blocks - used) {
            return NONE;
        }
        int first = NONE;
        int last = NONE;
        for (int offset = 0; offset < needed * DATA; offset += DATA) {
            int block = allocate();
            UnsafeApi.putInt(at(block) + MORE, NONE);
            UnsafeApi.copyMemory(slot.address + offset, at(block) + HEADER, Math.clamp(slot.length - offset, 0, DATA));
            if (first == NONE) {
                first = block;
            } else {
                UnsafeApi.putInt(at(last) + MORE, block);
            }
            last = block;
        }
        describe(at(first), slot, expiresMillis);
        return first;
    }

    private static void describe(long block, PacketSlot slot, long expiresMillis) {
        UnsafeApi.putInt(block, NONE);
        UnsafeApi.putInt(block + LENGTH, slot.length);
        UnsafeApi.putInt(block + FLOW_HASH, slot.flowHash);
        UnsafeApi.putLong(block + SOURCE_HIGH, slot.sourceHigh);
        UnsafeApi.putLong(block + SOURCE_LOW, slot.sourceLow);
        UnsafeApi.putLong(block + EXPIRES, expiresMillis);
        int outer = (slot.sourceIpv6 ? OUTER_IPV6 : 0) | slot.receivedTtl << 8 | slot.receivedTrafficClass;
        UnsafeApi.putInt(block + OUTER, outer);
        UnsafeApi.putInt(block + SEGMENT_SIZE, slot.segmentSize);
        UnsafeApi.putInt(block + HEADER_LENGTH, slot.headerLength);
        UnsafeApi.putInt(block + TRANSPORT_OFFSET, slot.transportOffset);
        UnsafeApi.putLong(block + TAP, slot.tap);
    }

    /** Copies the packet back and frees its blocks. */
    void take(int first, PacketSlot slot) {
        copy(first, slot);
        free(first);
    }

    /** Copies the packet back, and keeps it. */
    void copy(int first, PacketSlot slot) {
        long block = at(first);
        slot.placeHome();
        slot.arrived(UnsafeApi.getInt(block + LENGTH));
        slot.segmentSize = UnsafeApi.getInt(block + SEGMENT_SIZE);
        slot.headerLength = UnsafeApi.getInt(block + HEADER_LENGTH);
        slot.transportOffset = UnsafeApi.getInt(block + TRANSPORT_OFFSET);
        slot.tap = UnsafeApi.getLong(block + TAP);
        slot.flowHash = UnsafeApi.getInt(block + FLOW_HASH);
        slot.sourceHigh = UnsafeApi.getLong(block + SOURCE_HIGH);
        slot.sourceLow = UnsafeApi.getLong(block + SOURCE_LOW);
        int outer = UnsafeApi.getInt(block + OUTER);
        slot.sourceIpv6 = (outer & OUTER_IPV6) != 0;
        slot.receivedTtl = outer >>> 8 & 0xff;
        slot.receivedTrafficClass = outer & 0xff;
        int next = first;
        for (int offset = 0; next != NONE; offset += DATA) {
            UnsafeApi.copyMemory(at(next) + HEADER, slot.address + offset, Math.clamp(slot.length - offset, 0, DATA));
            next = UnsafeApi.getInt(at(next) + MORE);
        }
    }

    void free(int first) {
        int block = first;
        while (block != NONE) {
            int more = UnsafeApi.getInt(at(block) + MORE);
            UnsafeApi.putInt(at(block), free);
            free = block;
            used--;
            block = more;
        }
    }

    private int allocate() {
        used++;
        if (free == NONE) {
            return fresh++;
        }
        int block = free;
        free = UnsafeApi.getInt(at(block));
        return block;
    }

    int next(int block) {
        return UnsafeApi.getInt(at(block));
    }

    void link(int block, int next) {
        UnsafeApi.putInt(at(block), next);
    }

    long expires(int block) {
        return UnsafeApi.getLong(at(block) + EXPIRES);
    }

    /** Eight octets of the packet, big-endian. */
    long data(int block, int offset) {
        return UnsafeApi.getLongUnaligned(null, at(block) + HEADER + offset, true);
    }

    long usedBytes() {
        return (long) used * BLOCK;
    }

    private long at(int block) {
        return base + (long) block * BLOCK;
    }

    @Override
    public void close() {
        memory.close();
    }
}
