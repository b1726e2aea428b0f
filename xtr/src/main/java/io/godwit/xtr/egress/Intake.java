package io.godwit.xtr.egress;

import io.godwit.linux.TunDevice;
import io.godwit.linux.VnetHeader;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.LastSpoken;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.PacketSource;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.RingLayout;
import io.godwit.xtr.ring.TapPoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** 1: one read of a TUN device is one packet in a slot, its vnet header in the headroom. */
public final class Intake extends PacketSource {
    /** Buffers beside the ring's slots. */
    public static final int BUFFERS = RingLayout.BATCH;

    private static final int MAX_READ = VnetHeader.LENGTH + 0xffff;
    /** Read at once, about: what is read is sent before more is read, while it is still in the processor's cache. */
    private static final int MAX_OCTETS = 4 * 0xffff;

    private final PacketRing ring;
    private final long memory;
    private final TunDevice[] devices;
    private final int firstInstance;
    private final @Nullable LastSpoken spoken;
    private final CounterBlock counters;
    private final CoarseClock clock;
    private int turn;
    private long octets;
    /** Whether no slot is in use, so that all buffers are free. */
    private boolean idle;

    /**
     * @param devices one for each instance, by instance index from {@code firstInstance} on
     * @param spoken is told who sends; null where nobody wants to know
     */
    public Intake(
            List<TunDevice> devices,
            int firstInstance,
            PacketRing ring,
            Parking parking,
            @Nullable LastSpoken spoken,
            CounterBlock counters,
            CoarseClock clock,
            TapPoint tapPoint) {
        super(ring, parking, tapPoint);
        this.ring = ring;
        this.memory = ring.address();
        this.devices = devices.toArray(TunDevice[]::new);
        this.firstInstance = firstInstance;
        this.spoken = spoken;
        this.counters = counters;
        this.clock = clock;
    }

    @Override
    public int descriptors() {
        return devices.length;
    }

    @Override
    protected int read(long sequence) {
        int count = 0;
        octets = 0;
        idle = ring.isConsumed(sequence - 1);
        for (int i = 0; i < devices.length; i++) {
            count += read((turn + i) % devices.length, sequence, count);
        }
        turn = (turn + 1) % devices.length;
        counters.add(Counter.TUN_READ_PACKETS, count);
        counters.add(Counter.TUN_READ_OCTETS, octets);
        return count;
    }

    /** From one device, after {@code before} packets of others; returns how many. */
    private int read(int number, long sequence, int before) {
        TunDevice device = devices[number];
        long sum = octets;
        int count = before;
        while (count < RingLayout.BATCH && sum < MAX_OCTETS) {
            PacketSlot slot = slot(sequence + count);
            place(slot, count);
            int length = device.read(slot.address - VnetHeader.LENGTH, MAX_READ);
            if (length < VnetHeader.LENGTH) {
                if (length != 0) {
                    counters.add(Counter.TUN_READ_ERRORS, 1);
                    refused();
                }
                break;
            }
            slot.arrived(length - VnetHeader.LENGTH);
            slot.instance = firstInstance + number;
            if (spoken != null) {
                spoken.spoke(slot.instance, slot.address, clock.millis());
            }
            sum += length - VnetHeader.LENGTH;
            count++;
        }
        octets = sum;
        return count - before;
    }

    /** The same few buffers again and again, which the cache holds, as long as each batch is through before the next comes. */
    private void place(PacketSlot slot, int number) {
        if (idle) {
            slot.place(PacketRing.bufferOffset(number) + RingLayout.HEADROOM, memory);
        } else {
            slot.placeHome();
        }
    }
}
