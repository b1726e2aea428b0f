package io.godwit.xtr.layer2;

import io.godwit.xtr.egress.Transmitter;
import io.godwit.xtr.egress.TunWriter;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Stage;

/** 4: out of the sockets, what is for many once for each of the other xTRs; or back to the site, when a frame's EID turned out to be here. */
public final class FrameTransmit implements Stage {
    private final Layer2 layer2;
    private final Floods floods;
    private final Transmitter transmitter;
    private final TunWriter tap;
    private final CounterBlock counters;

    public FrameTransmit(Layer2 layer2, Floods floods, Transmitter transmitter, TunWriter tap, CounterBlock counters) {
        this.layer2 = layer2;
        this.floods = floods;
        this.transmitter = transmitter;
        this.tap = tap;
        this.counters = counters;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            one(ring.slot(sequence));
        }
        transmitter.flush();
        tap.flush();
    }

    private void one(PacketSlot slot) {
        if (slot.verdict == PacketSlot.DELIVER) {
            tap.deliver(slot.instance, slot.address, slot.length);
        } else if (slot.verdict == PacketSlot.ENCAPSULATE && layer2.isForMany(slot)) {
            flood(slot, floods.of(slot.instance));
        } else if (slot.verdict == PacketSlot.ENCAPSULATE) {
            transmitter.add(slot);
        }
    }

    private void flood(PacketSlot slot, Flood flood) {
        for (int i = 0; i < flood.size(); i++) {
            flood.address(slot, i);
            transmitter.add(slot);
        }
        counters.add(Counter.FLOODED_FRAMES, 1);
    }
}
