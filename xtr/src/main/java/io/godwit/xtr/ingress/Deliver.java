package io.godwit.xtr.ingress;

import io.godwit.xtr.egress.Transmitter;
import io.godwit.xtr.egress.TunWriter;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Stage;

/** 4: to the kernel, which routes it on to its host; or on to the RLOC where its EID is now. */
public final class Deliver implements Stage {
    private final TunWriter tun;
    private final Transmitter transmitter;

    public Deliver(TunWriter tun, Transmitter transmitter) {
        this.tun = tun;
        this.transmitter = transmitter;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (slot.verdict == PacketSlot.DELIVER) {
                tun.deliver(slot);
            } else if (slot.verdict == PacketSlot.ENCAPSULATE) {
                transmitter.send(slot);
            }
        }
        transmitter.flush();
    }
}
