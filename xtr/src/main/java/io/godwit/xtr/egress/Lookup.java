package io.godwit.xtr.egress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Decision;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;

/** 2: checks the inner header, finds the forwarding entry, and chooses the locator. */
public final class Lookup extends Decision {
    /**
     * A packet to a local EID goes back to the kernel for this long after the EID became local: the kernel may have routed it here just before
     * it had the host route. Later it is a routing loop.
     */
    private static final long LOCAL_GRACE_MILLIS = 1_000;

    private final InnerHeader inner;
    private final FibReader reader;
    private final Parking parking;
    private final EventRing events;
    private final SourceErrors errors;
    private final CounterBlock counters;
    private final CoarseClock clock;

    public Lookup(
            FibReader reader,
            Parking parking,
            EventRing events,
            SourceErrors errors,
            CounterBlock counters,
            CoarseClock clock) {
        super(reader);
        this.inner = new InnerHeader(counters);
        this.reader = reader;
        this.parking = parking;
        this.events = events;
        this.errors = errors;
        this.counters = counters;
        this.clock = clock;
    }

    @Override
    protected boolean accept(PacketSlot slot) {
        return inner.accept(slot);
    }

    @Override
    protected void decide(PacketSlot slot, long home) {
        ForwardingEntry entry = lookup(slot, home);
        if (entry.isRemote() && !parking.holds(slot)) {
            encapsulate(slot, entry);
        } else if (entry.parksEgress()) {
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

    @Override
    protected void act(PacketSlot slot, ForwardingEntry entry) {
        switch (entry.kind()) {
            case ForwardingEntry.REMOTE,
                    ForwardingEntry.AWAY,
                    ForwardingEntry.LEAVING,
                    ForwardingEntry.HELD,
                    ForwardingEntry.EXPECTED -> encapsulate(slot, entry);
            case ForwardingEntry.LOCAL -> deliver(slot);
            default -> refuse(slot, entry);
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
        if ((slot.lispHeader & SourceVersion.WANTED) != 0) {
            slot.lispHeader |= SourceVersion.of(slot, reader);
        }
    }

    /** What waited for the answer goes back to the kernel, which has been given a way past the tunnel by now, or has none. */
    private void refuse(PacketSlot slot, ForwardingEntry entry) {
        if (slot.released && entry.negativeReason() == DropReason.NEGATIVE_NATIVELY_FORWARD) {
            slot.verdict = PacketSlot.DELIVER;
            return;
        }
        slot.drop(counters, entry.negativeReason());
        if (entry.tellsSource()) {
            errors.prohibited(slot);
        }
    }

    private void deliver(PacketSlot slot) {
        if (slot.released || clock.millis() - reader.localSince() <= LOCAL_GRACE_MILLIS) {
            slot.verdict = PacketSlot.DELIVER;
        } else {
            slot.drop(counters, DropReason.LOCAL_LOOP);
        }
    }
}
