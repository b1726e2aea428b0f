package io.godwit.xtr.ingress;

import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.layer2.Layer2;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Decision;
import io.godwit.xtr.ring.DeliveredLately;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;
import org.jspecify.annotations.Nullable;

/** 2: what is no sound LISP packet for this router is dropped, with its reason; for the rest the forwarding table decides. */
public final class Validate extends Decision {
    private final Layer2 layer2;
    private final LispCheck check;
    private final SourceGuard guard;
    private final TrustedPeers trusted;
    private final FibReader reader;
    private final Parking parking;
    private final @Nullable DeliveredLately lately;
    private final EventRing events;
    private final CounterBlock counters;
    private final CoarseClock clock;

    public Validate(
            Layer2 layer2,
            LispCheck check,
            SourceGuard guard,
            TrustedPeers trusted,
            FibReader reader,
            Parking parking,
            @Nullable DeliveredLately lately,
            EventRing events,
            CounterBlock counters,
            CoarseClock clock) {
        super(reader);
        this.layer2 = layer2;
        this.check = check;
        this.guard = guard;
        this.trusted = trusted;
        this.reader = reader;
        this.parking = parking;
        this.lately = lately;
        this.events = events;
        this.counters = counters;
        this.clock = clock;
    }

    /** Whether nothing but the packet itself and the forwarding table decides. */
    boolean isPlain() {
        return guard.isOff() && trusted.isOff();
    }

    @Override
    protected boolean accept(PacketSlot slot) {
        return check.accept(slot);
    }

    @Override
    protected void decide(PacketSlot slot, long home) {
        boolean frame = layer2.has(slot.instance);
        if (!guard.admits(slot) || (!frame && !trusted.admits(slot))) {
            return;
        }
        if (frame && layer2.isForMany(slot)) {
            slot.verdict = PacketSlot.DELIVER;
            return;
        }
        ForwardingEntry entry = lookup(slot, home);
        if (entry.kind() == ForwardingEntry.LOCAL && !parking.holds(slot)) {
            slot.verdict = PacketSlot.DELIVER;
            if (lately != null && !frame) {
                lately.keep(slot, slot.instance);
            }
            return;
        }
        check.hash(slot);
        if (entry.kind() == ForwardingEntry.EXPECTED && entry.lists(slot.sourceHigh, slot.sourceLow)) {
            switchOver(slot, entry);
        } else if (entry.parksIngress()) {
            parking.parkArriving(slot, entry.ahead());
        } else if (parking.holds(slot)) {
            parking.follow(slot);
        } else {
            act(slot, entry);
        }
    }

    /**
     * The first packet from a holder: the EID is on its way. When the control plane cannot be told, the packet is parked all the same and the
     * next one tries again.
     */
    private void switchOver(PacketSlot slot, ForwardingEntry entry) {
        if (events.tell(EventRing.ARRIVING, slot, clock.millis())) {
            entry.markSwitched();
        }
        parking.park(slot, true);
    }

    @Override
    protected void again(PacketSlot slot) {
        if (!accept(slot)) {
            return;
        }
        check.hash(slot);
        ForwardingEntry entry = reader.lookup(slot.instance, slot.ipv6, slot.eidHigh, slot.eidLow);
        if (entry.parksIngress()) {
            parking.park(slot, true);
        } else {
            act(slot, entry);
        }
    }

    @Override
    protected void act(PacketSlot slot, ForwardingEntry entry) {
        switch (entry.kind()) {
            case ForwardingEntry.LOCAL -> slot.verdict = PacketSlot.DELIVER;
            case ForwardingEntry.AWAY, ForwardingEntry.LEAVING, ForwardingEntry.EXPECTED -> {
                events.tell(EventRing.AWAY_TRAFFIC, slot, clock.millis());
                sendOn(slot, entry);
            }
            case ForwardingEntry.REMOTE -> {
                // It was on its way here when the packet was parked, and went elsewhere.
                if (slot.released) {
                    sendOn(slot, entry);
                } else {
                    slot.drop(counters, DropReason.INGRESS_NOT_LOCAL);
                }
            }
            case ForwardingEntry.ARRIVING -> goAhead(slot, entry);
            case ForwardingEntry.DYNAMIC -> {
                events.tell(EventRing.NOT_LOCAL, slot, clock.millis());
                slot.drop(counters, DropReason.INGRESS_NOT_LOCAL);
            }
            default -> slot.drop(counters, DropReason.INGRESS_NOT_LOCAL);
        }
    }

    private void goAhead(PacketSlot slot, ForwardingEntry entry) {
        if (entry.ahead() > 0) {
            slot.verdict = PacketSlot.DELIVER;
        } else {
            slot.drop(counters, DropReason.INGRESS_NOT_LOCAL);
        }
    }

    private void sendOn(PacketSlot slot, ForwardingEntry entry) {
        if (!mayReturn(slot, entry) && slot.wouldReturn(entry)) {
            slot.drop(counters, DropReason.AWAY_LOOP);
            return;
        }
        if (!slot.sendTo(entry, clock.millis())) {
            slot.drop(counters, DropReason.NO_LOCATOR);
            return;
        }
        // Status bits and nonces are of the inner source's site, which is not this one.
        slot.lispHeader = entry.lispHeader();
        // Of an EID that is expected, the count tells whether hosts of this site send to it.
        if (!slot.released && entry.kind() != ForwardingEntry.EXPECTED) {
            reader.countPacket();
        }
    }

    /**
     * Whether a packet may go back to the RLOC it came from: to one that does not know yet that the EID comes to it, and from here where it
     * waited while the EID went there, or back there. It loses a hop each time.
     */
    private static boolean mayReturn(PacketSlot slot, ForwardingEntry entry) {
        int kind = entry.kind();
        return kind == ForwardingEntry.LEAVING || (slot.released && kind == ForwardingEntry.AWAY);
    }
}
