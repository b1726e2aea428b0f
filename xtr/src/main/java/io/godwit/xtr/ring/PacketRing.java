package io.godwit.xtr.ring;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.godwit.linux.NativeMemory;
import org.agrona.concurrent.UnsafeBuffer;

/** A single-producer Disruptor ring whose slots are packet buffers in one page-aligned piece of native memory. */
public final class PacketRing implements AutoCloseable {
    private final NativeMemory memory;
    private final RingBuffer<PacketSlot> ring;
    /** The ring's events again: an index away, without the ring's own checks. */
    private final PacketSlot[] slots = new PacketSlot[RingLayout.SLOTS];

    private int made;

    public PacketRing() {
        memory = NativeMemory.allocateHuge(RingLayout.SLOTS * RingLayout.SLOT_BYTES);
        UnsafeBuffer buffer = memory.buffer();
        // Threads wait in their own poller (see DataThread), never in the ring.
        ring = RingBuffer.createSingleProducer(
                () -> new PacketSlot(buffer, RingLayout.packetOffset(made++)),
                RingLayout.SLOTS,
                new BusySpinWaitStrategy());
        for (int i = 0; i < slots.length; i++) {
            slots[i] = ring.get(i);
        }
    }

    /** Whether the producer may fill {@code slots} more. */
    public boolean hasRoom(int slots) {
        return ring.hasAvailableCapacity(slots);
    }

    /** First sequence the producer has not published. It may fill slots from there on, as many as there is room for. */
    public long next() {
        return ring.getCursor() + 1;
    }

    public PacketSlot slot(long sequence) {
        return slots[(int) sequence & (slots.length - 1)];
    }

    /** Producer: hands the next {@code slots} over to stage 2. */
    public void publish(int slots) {
        long last = ring.next(slots);
        ring.publish(last - slots + 1, last);
    }

    /** Of what the producer has published. */
    Sequence published() {
        return new Cursor(ring);
    }

    /** The producer stays behind this one. */
    void gateOn(Sequence last) {
        ring.addGatingSequences(last);
    }

    /** When no thread uses the ring any more. */
    @Override
    public void close() {
        memory.close();
    }

    /** The ring's cursor as a sequence to wait for. */
    private static final class Cursor extends Sequence {
        private final RingBuffer<PacketSlot> ring;

        Cursor(RingBuffer<PacketSlot> ring) {
            this.ring = ring;
        }

        @Override
        public long get() {
            return ring.getCursor();
        }
    }
}
