package io.godwit.xtr.egress;

import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Stage;

/** 3: the LISP header in front of the packet. */
public final class Encap implements Stage {
    private final Encapsulator encapsulator;
    private final CounterBlock counters;

    public Encap(Encapsulator encapsulator, CounterBlock counters) {
        this.encapsulator = encapsulator;
        this.counters = counters;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        int count = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            count += one(ring.slot(sequence));
        }
        count(count);
    }

    /** Returns 1 when the packet was encapsulated, which is left to {@link #count}. */
    int one(PacketSlot slot) {
        return slot.verdict == PacketSlot.ENCAPSULATE && encapsulator.encapsulate(slot) ? 1 : 0;
    }

    void count(int packets) {
        counters.add(Counter.ENCAPSULATED_PACKETS, packets);
    }
}
