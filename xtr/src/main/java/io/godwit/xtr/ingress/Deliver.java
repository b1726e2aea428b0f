package io.godwit.xtr.ingress;

import io.godwit.linux.TunDevice;
import io.godwit.xtr.egress.Transmitter;
import io.godwit.xtr.egress.TunWriter;
import io.godwit.xtr.layer2.Layer2;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Stage;
import java.util.List;

/** 4: to the kernel, which routes it on to its host; or on to the RLOC where its EID is now. */
public final class Deliver implements Stage, AutoCloseable {
    private final Layer2 layer2;
    private final Coalescer coalescer;
    private final TunWriter tun;
    private final Transmitter transmitter;

    /** @param devices by instance index */
    public Deliver(
            Layer2 layer2, List<TunDevice> devices, TunWriter tun, Transmitter transmitter, CounterBlock counters) {
        this.layer2 = layer2;
        this.coalescer = new Coalescer(devices, tun, counters);
        this.tun = tun;
        this.transmitter = transmitter;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            one(ring.slot(sequence));
        }
        flush();
    }

    void one(PacketSlot slot) {
        if (slot.verdict == PacketSlot.DELIVER && layer2.has(slot.instance)) {
            tun.deliver(slot.instance, slot.address, slot.length);
        } else if (slot.verdict == PacketSlot.DELIVER) {
            coalescer.deliver(slot);
        } else if (slot.verdict == PacketSlot.ENCAPSULATE) {
            transmitter.add(slot);
        }
    }

    /** A sound IPv4 packet whose fields but length and instance are not filled in. */
    void plain(PacketSlot slot, int instance, int length) {
        slot.ipv6 = false;
        if (coalescer.isEmpty() && Segment.isLoner(slot)) {
            tun.deliver(instance, slot.address, length);
        } else {
            slot.instance = instance;
            slot.length = length;
            coalescer.deliver(slot);
        }
    }

    void flush() {
        coalescer.flush();
        tun.flush();
        transmitter.flush();
    }

    /** Whether UDP datagrams are written as super-packets. From any thread. */
    public boolean coalescesUdp() {
        return coalescer.coalescesUdp();
    }

    /** When its thread has ended. */
    @Override
    public void close() {
        coalescer.close();
    }
}
