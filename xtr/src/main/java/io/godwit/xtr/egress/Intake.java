package io.godwit.xtr.egress;

import io.godwit.linux.TunDevice;
import io.godwit.linux.VnetHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.RingLayout;
import io.godwit.xtr.ring.Source;
import java.util.List;

/** 1: one read of a TUN device is one packet in a slot, its vnet header in the headroom. */
public final class Intake implements Source {
    private static final int MAX_READ = VnetHeader.LENGTH + 0xffff;

    private final TunDevice[] devices;
    private final PacketRing ring;
    private final Parking parking;
    private final CounterBlock counters;
    private int turn;

    /** @param devices one for each instance, by instance index */
    public Intake(List<TunDevice> devices, PacketRing ring, Parking parking, CounterBlock counters) {
        this.devices = devices.toArray(TunDevice[]::new);
        this.ring = ring;
        this.parking = parking;
        this.counters = counters;
    }

    @Override
    public int poll() {
        if (!ring.hasRoom(RingLayout.RELEASE_BATCH + RingLayout.BATCH)) {
            return 0;
        }
        long next = ring.next();
        int count = parking.poll(ring, next, RingLayout.RELEASE_BATCH);
        int limit = count + RingLayout.BATCH;
        for (int i = 0; i < devices.length; i++) {
            count += read((turn + i) % devices.length, next + count, limit - count);
        }
        turn = (turn + 1) % devices.length;
        if (count > 0) {
            ring.publish(count);
        }
        return count;
    }

    private int read(int instance, long sequence, int limit) {
        int count = 0;
        long octets = 0;
        while (count < limit) {
            PacketSlot slot = ring.slot(sequence + count);
            int length = devices[instance].read(slot.address - VnetHeader.LENGTH, MAX_READ);
            if (length < VnetHeader.LENGTH) {
                counters.add(Counter.TUN_READ_ERRORS, length == 0 ? 0 : 1);
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

    @Override
    public boolean hasWork() {
        return parking.hasWork();
    }

    @Override
    public void tick() {
        parking.tick();
    }

    @Override
    public int idleMillis() {
        return parking.idleMillis();
    }
}
