package io.godwit.xtr.ring;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A bounded ring that data threads note chosen packets in, stage by stage, and another thread reads. It never holds a data thread up: what
 * finds no room is counted. All its memory is allocated when it is made.
 */
public final class Tap {
    /** Low bits of {@link PacketSlot#tap}: one for each tap at work. */
    static final int MASK_BITS = 2;

    /** What a tap notes of each packet. */
    public record Extent(int packets, int copied, boolean everyStage) {}

    private static final int NO_INDEX = 0;

    private final ManyToOneRingBuffer ring;
    private final long address;
    private final PacketFilter filter;
    private final Extent extent;
    private final AtomicInteger left;
    private final AtomicLong lost = new AtomicLong();
    private long bit;

    /**
     * @param filter for inner packets
     * @param capacity octets of the ring, a power of two
     */
    public Tap(PacketFilter filter, Extent extent, int capacity) {
        this.filter = filter;
        this.extent = extent;
        left = new AtomicInteger(extent.packets());
        UnsafeBuffer buffer =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(capacity + RingBufferDescriptor.TRAILER_LENGTH, 128));
        address = buffer.addressOffset();
        ring = new ManyToOneRingBuffer(buffer);
    }

    /** Before data threads see it. */
    void number(int index) {
        bit = 1L << index;
    }

    long bit() {
        return bit;
    }

    /** Whether this packet, just arrived, is to be followed. */
    boolean wants(PacketSlot slot, int[] scratch) {
        return left.get() > 0 && filter.matches(slot.address, slot.length, scratch) && left.getAndDecrement() > 0;
    }

    /** @param milestone the packet arrived here, or goes no further */
    void note(int type, PacketSlot slot, long nanos, boolean milestone) {
        if (!milestone && !extent.everyStage()) {
            return;
        }
        int copied = Math.clamp(octets(type, slot), 0, extent.copied());
        int index = ring.tryClaim(type, TapRecord.OCTETS + TapRecord.BEFORE + copied);
        if (index <= NO_INDEX) {
            lost.getAndIncrement();
            return;
        }
        TapRecord.write(address + index, slot, nanos, copied);
        ring.commit(index);
    }

    /** A packet that was fragmented takes more room than it had: there are headers between its fragments. */
    private static int octets(int type, PacketSlot slot) {
        boolean fragmented = type % TapRecord.STAGES == 0
                && slot.verdict == PacketSlot.ENCAPSULATE
                && slot.segmentSize == 0
                && slot.datagrams > 1;
        return fragmented
                ? (slot.datagrams - 1) * slot.datagramSpacing + slot.lastDatagramLength - TapRecord.BEFORE
                : slot.length;
    }

    /** Records that found no room. */
    public long lost() {
        return lost.get();
    }

    /** Packets that may still be chosen. */
    public int left() {
        return Math.max(0, left.get());
    }

    /** From one thread; returns how many records there were. */
    public int read(MessageHandler handler, int limit) {
        return ring.read(handler, limit);
    }
}
