package io.godwit.xtr.egress;

import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Stage;

/** 4: out of the sockets, one flush a batch; or back to the kernel, when a packet's EID turned out to be here. */
public final class Transmit implements Stage {
    private final Transmitter transmitter;
    private final TunWriter tun;

    public Transmit(Transmitter transmitter, TunWriter tun) {
        this.transmitter = transmitter;
        this.tun = tun;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            one(ring.slot(sequence));
        }
        flush();
    }

    void one(PacketSlot slot) {
        if (slot.verdict == PacketSlot.ENCAPSULATE) {
            transmitter.add(slot);
        } else if (slot.verdict == PacketSlot.DELIVER) {
            tun.deliver(slot);
        }
    }

    void flush() {
        transmitter.flush();
        tun.flush();
    }
}
