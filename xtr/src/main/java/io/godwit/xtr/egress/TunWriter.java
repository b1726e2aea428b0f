package io.godwit.xtr.egress;

import io.godwit.linux.TunDevice;
import io.godwit.linux.VnetHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketSlot;
import java.util.List;

/** Hands a packet to the kernel through the TUN device of its instance; the kernel routes it on and decrements its TTL. */
public final class TunWriter {
    private final TunDevice[] devices;
    private final CounterBlock counters;

    /** @param devices by instance index */
    public TunWriter(List<TunDevice> devices, CounterBlock counters) {
        this.devices = devices.toArray(TunDevice[]::new);
        this.counters = counters;
    }

    public void deliver(PacketSlot slot) {
        VnetHeader.clear(slot.buffer, slot.packet - VnetHeader.LENGTH);
        int written = devices[slot.instance].write(slot.address - VnetHeader.LENGTH, VnetHeader.LENGTH + slot.length);
        if (written > 0) {
            counters.add(Counter.DELIVERED_PACKETS, 1);
            counters.add(Counter.DELIVERED_OCTETS, slot.length);
        } else {
            slot.drop(counters, written == 0 ? DropReason.DELIVER_QUEUE_FULL : DropReason.DELIVER_REFUSED);
        }
    }
}
