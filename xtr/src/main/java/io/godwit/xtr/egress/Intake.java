package io.godwit.xtr.egress;

import io.godwit.linux.TunDevice;
import io.godwit.linux.VnetHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.PacketSource;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.RingLayout;
import io.godwit.xtr.ring.TapPoint;
import java.util.List;

/** 1: one read of a TUN device is one packet in a slot, its vnet header in the headroom. */
public final class Intake extends PacketSource {
    private static final int MAX_READ = VnetHeader.LENGTH + 0xffff;

    private final TunDevice[] devices;
    private final CounterBlock counters;
    private int turn;

    /** @param devices one for each instance, by instance index */
    public Intake(List<TunDevice> devices, PacketRing ring, Parking parking, CounterBlock counters, TapPoint tapPoint) {
        super(ring, parking, tapPoint);
        this.devices = devices.toArray(TunDevice[]::new);
        this.counters = counters;
    }

    @Override
    protected int read(long sequence) {
        int count = 0;
        for (int i = 0; i < devices.length; i++) {
            count += read((turn + i) % devices.length, sequence + count, RingLayout.BATCH - count);
        }
        turn = (turn + 1) % devices.length;
        return count;
    }

    private int read(int instance, long sequence, int limit) {
        int count = 0;
        long octets = 0;
        while (count < limit) {
            PacketSlot slot = slot(sequence + count);
            int length = devices[instance].read(slot.address - VnetHeader.LENGTH, MAX_READ);
            if (length == 0) {
                break;
            }
            if (length < VnetHeader.LENGTH) {
                counters.add(Counter.TUN_READ_ERRORS, 1);
                refused();
                break;
            }
            slot.arrived(length - VnetHeader.LENGTH);
            slot.instance = instance;
            octets += slot.length;
            count++;
        }
        counters.add(Counter.TUN_READ_PACKETS, count);
        counters.add(Counter.TUN_READ_OCTETS, octets);
        return count;
    }
}
