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
    private final PacketSlot[] slots;

    private final int batch;

    private int made;

    /** For packets from the site: each read fills a slot's memory. */
    public PacketRing() {
        this(RingLayout.SLOTS, RingLayout.BATCH, 0);
    }

    /**
     * @param slotCount a power of two
     * @param batch slots handed over at once at the most
     * @param buffers further buffers of {@link RingLayout#SLOT_BYTES} that the source may receive into and place slots in
     */
    public PacketRing(int slotCount, int batch, int buffers) {
        this.batch = batch;
        // What packets are read into, all the time, stands on huge pages; slots without packets of their own take no
        // memory.
        int hot = buffers > 0 ? buffers : slotCount;
        memory = NativeMemory.allocateHuge(
                (long) (slotCount + buffers) * RingLayout.SLOT_BYTES, (long) hot * RingLayout.SLOT_BYTES);
        UnsafeBuffer buffer = memory.buffer();
        made = buffers;
        // Threads wait in their own poller (see DataThread), never in the ring.
        ring = RingBuffer.createSingleProducer(
                () -> new PacketSlot(buffer, bufferOffset(made++) + RingLayout.HEADROOM),
                slotCount,
                new BusySpinWaitStrategy());
        slots = new PacketSlot[slotCount];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = ring.get(i);
        }
    }

    /** Its packets come from the queue of this number; before the first one. */
    public void receivedOn(int queue) {
        for (PacketSlot slot : slots) {
            slot.receivedOn = queue;
        }
    }

    /** Where buffer {@code index} starts in the ring's memory. */
    public static int bufferOffset(int index) {
        return index * RingLayout.SLOT_BYTES;
    }

    /** Native address of the ring's memory. */
    public long address() {
        return memory.address();
    }

    /** Slots handed over at once at the most. */
    public int batch() {
        return batch;
    }

    /** Whether every stage is done with {@code sequence}. */
    public boolean isConsumed(long sequence) {
        return ring.getMinimumGatingSequence() >= sequence;
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

    /** All slots: the one of a sequence stands at its lowest bits. For a loop over a batch. */
    public PacketSlot[] slots() {
        return slots;
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
