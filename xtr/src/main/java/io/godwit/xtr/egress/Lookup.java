package io.godwit.xtr.egress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.Stage;

/**
 * 2: what is to be done with each packet. A batch is walked twice: first every header is checked and the table touched where its EID would
 * be, then the entries are used; so the cache misses of a batch overlap.
 */
public final class Lookup implements Stage {
    /**
     * A packet to a local EID goes back to the kernel for this long after the EID became local: the kernel may have routed it here just before
     * it had the host route. Later it is a routing loop.
     */
    private static final long LOCAL_GRACE_MILLIS = 1_000;

    private final InnerHeader inner;
    private final FibReader reader;
    private final Parking parking;
    private final EventRing events;
    private final CounterBlock counters;
    private final CoarseClock clock;
    private long touched;

    public Lookup(FibReader reader, Parking parking, EventRing events, CounterBlock counters, CoarseClock clock) {
        this.inner = new InnerHeader(counters);
        this.reader = reader;
        this.parking = parking;
        this.events = events;
        this.counters = counters;
        this.clock = clock;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        reader.begin();
        long sum = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (!slot.released && inner.accept(slot)) {
                sum += touch(slot);
            }
        }
        touched = sum;
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (slot.verdict == PacketSlot.NEW) {
                decide(slot);
            }
        }
        reader.end();
    }

    private long touch(PacketSlot slot) {
        return slot.ipv6
                ? reader.touch(slot.instance, slot.eidHigh, slot.eidLow)
                : reader.touch(slot.instance, (int) slot.eidLow);
    }

    private void decide(PacketSlot slot) {
        if (slot.released) {
            act(slot, slot.entry);
            return;
        }
        ForwardingEntry entry = reader.lookup(slot.instance, slot.ipv6, slot.eidHigh, slot.eidLow);
        if (entry.parksEgress()) {
            park(slot, entry);
        } else if (parking.holds(slot)) {
            parking.follow(slot);
        } else {
            act(slot, entry);
        }
    }

    private void park(PacketSlot slot, ForwardingEntry entry) {
        boolean arriving = entry.kind() == ForwardingEntry.ARRIVING;
        if (!arriving) {
            tellMiss(slot);
        }
        parking.park(slot, arriving);
    }

    private void tellMiss(PacketSlot slot) {
        int packet = slot.packet;
        long high = slot.ipv6 ? Ipv6Header.sourceHigh(slot.buffer, packet) : 0;
        long low = slot.ipv6
                ? Ipv6Header.sourceLow(slot.buffer, packet)
                : Ipv4Header.source(slot.buffer, packet) & 0xffff_ffffL;
        events.tell(
                EventRing.MISS,
                slot.instance,
                slot.ipv6,
                slot.eidHigh,
                slot.eidLow,
                slot.ipv6,
                high,
                low,
                clock.millis());
    }

    private void act(PacketSlot slot, ForwardingEntry entry) {
        switch (entry.kind()) {
            case ForwardingEntry.REMOTE, ForwardingEntry.AWAY, ForwardingEntry.LEAVING, ForwardingEntry.EXPECTED ->
                encapsulate(slot, entry);
            case ForwardingEntry.LOCAL -> deliver(slot);
            default -> slot.drop(counters, entry.negativeReason());
        }
    }

    private void encapsulate(PacketSlot slot, ForwardingEntry entry) {
        if (!slot.sendTo(entry, clock.millis())) {
            slot.drop(counters, DropReason.NO_LOCATOR);
            return;
        }
        if (!slot.released) {
            reader.countPacket();
        }
    }

    private void deliver(PacketSlot slot) {
        if (slot.released || clock.millis() - reader.localSince() <= LOCAL_GRACE_MILLIS) {
            slot.verdict = PacketSlot.DELIVER;
        } else {
            slot.drop(counters, DropReason.LOCAL_LOOP);
        }
    }

    /** Keeps the touching reads alive. */
    long touched() {
        return touched;
    }
}
