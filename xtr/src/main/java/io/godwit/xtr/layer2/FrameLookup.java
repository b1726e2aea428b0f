package io.godwit.xtr.layer2;

import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Decision;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;

/** 2: finds the forwarding entry of a frame's destination MAC, and tells the control plane of the source MACs that send here. */
public final class FrameLookup extends Decision {
    /** A MAC that is known to be here is told of this often: so that it is known to be here still. */
    private static final long SEEN_MILLIS = 500;

    private final Layer2 layer2;
    private final Floods floods;
    private final FibReader reader;
    private final Parking parking;
    private final EventRing events;
    private final CounterBlock counters;
    private final CoarseClock clock;
    private final SeenMacs seen = new SeenMacs(SEEN_MILLIS);

    public FrameLookup(
            Layer2 layer2,
            Floods floods,
            FibReader reader,
            Parking parking,
            EventRing events,
            CounterBlock counters,
            CoarseClock clock) {
        super(reader);
        this.layer2 = layer2;
        this.floods = floods;
        this.reader = reader;
        this.parking = parking;
        this.events = events;
        this.counters = counters;
        this.clock = clock;
    }

    @Override
    protected boolean accept(PacketSlot slot) {
        if (!layer2.accept(slot) || !layer2.isFromCard(slot)) {
            slot.drop(counters, DropReason.EGRESS_BAD_FRAME);
            return false;
        }
        slot.flowHash = Frame.flowHash(slot);
        learn(slot.instance, Frame.source(slot));
        return true;
    }

    private void learn(int instance, long mac) {
        boolean isHere = reader.lookup(instance, 0, mac).kind() == ForwardingEntry.LOCAL;
        if (!isHere || seen.isDue(instance, mac, clock.millis())) {
            events.tell(EventRing.SOURCE_MAC, instance, true, 0, mac, false, 0, 0, clock.millis());
        }
    }

    @Override
    protected void decide(PacketSlot slot, long home) {
        if (layer2.isForMany(slot)) {
            flood(slot);
            return;
        }
        ForwardingEntry entry = lookup(slot, home);
        if (entry.parksEgress()) {
            park(slot, entry);
        } else if (parking.holds(slot)) {
            parking.follow(slot);
        } else {
            act(slot, entry);
        }
    }

    private void flood(PacketSlot slot) {
        Flood flood = floods.of(slot.instance);
        if (flood.size() == 0) {
            slot.drop(counters, DropReason.EGRESS_MULTICAST);
        } else {
            flood.prepare(slot);
        }
    }

    private void park(PacketSlot slot, ForwardingEntry entry) {
        boolean arriving = entry.kind() == ForwardingEntry.ARRIVING;
        if (!arriving) {
            events.tell(EventRing.MISS, slot.instance, true, 0, slot.eidLow, false, 0, 0, clock.millis());
        }
        parking.park(slot, arriving);
    }

    @Override
    protected void act(PacketSlot slot, ForwardingEntry entry) {
        switch (entry.kind()) {
            case ForwardingEntry.REMOTE,
                    ForwardingEntry.AWAY,
                    ForwardingEntry.LEAVING,
                    ForwardingEntry.HELD,
                    ForwardingEntry.EXPECTED -> encapsulate(slot, entry);
            case ForwardingEntry.LOCAL -> deliver(slot);
            default -> slot.drop(counters, entry.negativeReason());
        }
    }

    private void encapsulate(PacketSlot slot, ForwardingEntry entry) {
        if (!slot.sendTo(entry, clock.millis())) {
            slot.drop(counters, DropReason.NO_LOCATOR);
        } else if (!slot.released) {
            reader.countPacket();
        }
    }

    /** A bridge hands over a frame for a MAC of its own too, as long as it has not learned where that is. */
    private void deliver(PacketSlot slot) {
        if (slot.released) {
            slot.verdict = PacketSlot.DELIVER;
        } else {
            slot.drop(counters, DropReason.LOCAL_FRAME);
        }
    }
}
