package io.godwit.linux.fake;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A bounded queue of packets, each with three longs of description, in one ring of memory: it allocates nothing after construction, so
 * that the fakes do not blur what a test measures. The caller holds the lock of this object.
 */
final class PacketQueue {
    private static final int PACKETS = 1024;
    private static final int OCTETS = 2 << 20;
    private static final int NOTES = 3;

    private final UnsafeBuffer ring = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer outside = new UnsafeBuffer(0, 0);
    private final int[] starts = new int[PACKETS];
    private final int[] lengths = new int[PACKETS];
    private final long[] notes = new long[PACKETS * NOTES];
    private int head;
    private int count;
    private int end;

    /** @param inUse whether packets are expected: otherwise the memory is made with the first one */
    PacketQueue(boolean inUse) {
        if (inUse) {
            ring.wrap(new byte[OCTETS]);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Copies in; false when full. */
    boolean add(long address, int length, long note0, long note1, long note2) {
        int start = room(length);
        if (start < 0) {
            return false;
        }
        outside.wrap(address, length);
        ring.putBytes(start, outside, 0, length);
        append(start, length, note0, note1, note2);
        return true;
    }

    boolean add(byte[] packet) {
        int start = room(packet.length);
        if (start < 0) {
            return false;
        }
        ring.putBytes(start, packet);
        append(start, packet.length, 0, 0, 0);
        return true;
    }

    private void append(int start, int length, long note0, long note1, long note2) {
        int index = (head + count) % PACKETS;
        starts[index] = start;
        lengths[index] = length;
        notes[index * NOTES] = note0;
        notes[index * NOTES + 1] = note1;
        notes[index * NOTES + 2] = note2;
        end = start + Math.max(1, length);
        count++;
    }

    /** Where {@code octets} in a row are free, or -1. An empty packet takes one, so that a queue that holds it is not taken for a full one. */
    private int room(int octets) {
        int length = Math.max(1, octets);
        if (count == 0) {
            if (ring.capacity() == 0) {
                ring.wrap(new byte[OCTETS]);
            }
            return length <= OCTETS ? 0 : -1;
        }
        if (count == PACKETS) {
            return -1;
        }
        int oldest = starts[head];
        if (end <= oldest) {
            return end + length <= oldest ? end : -1;
        }
        if (end + length <= OCTETS) {
            return end;
        }
        return length <= oldest ? 0 : -1;
    }

    /** Length of the oldest packet. */
    int length() {
        return lengths[head];
    }

    /** Description of the oldest packet, 0 to 2. */
    long note(int number) {
        return notes[head * NOTES + number];
    }

    /** Moves the oldest packet out, cut to {@code capacity}; returns octets copied. */
    int remove(long address, int capacity) {
        int copied = Math.min(capacity, lengths[head]);
        outside.wrap(address, copied);
        ring.getBytes(starts[head], outside, 0, copied);
        drop();
        return copied;
    }

    byte[] remove() {
        byte[] packet = new byte[lengths[head]];
        ring.getBytes(starts[head], packet);
        drop();
        return packet;
    }

    private void drop() {
        head = (head + 1) % PACKETS;
        count--;
    }
}
