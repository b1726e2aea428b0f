package io.godwit.xtr.layer2;

import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Stage;

/** 3: the LISP header in front of the frame. */
public final class FrameEncap implements Stage {
    /** Frames have no TTL to copy: what Linux gives its packets. */
    private static final int TTL = 64;

    private final FrameEncapsulator encapsulator;
    private final CounterBlock counters;

    /** @param mtu L: the largest packet this router may send, in octets */
    public FrameEncap(Layer2 layer2, int mtu, CounterBlock counters) {
        this.encapsulator = new FrameEncapsulator(layer2, mtu, counters);
        this.counters = counters;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        int count = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (slot.verdict == PacketSlot.ENCAPSULATE && encapsulator.encapsulate(slot, TTL)) {
                count++;
            }
        }
        counters.add(Counter.ENCAPSULATED_PACKETS, count);
    }
}
