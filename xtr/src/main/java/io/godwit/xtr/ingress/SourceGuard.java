package io.godwit.xtr.ingress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.layer2.Layer2;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.PacketSlot;
import java.util.List;

/** Whether a packet from outside may come from where it says it comes from (RFC 9300 section 16, RFC 6832 section 6.1). */
public final class SourceGuard {
    /** Packets that an EID sent from its old site may arrive here for this long after the EID itself did. */
    private static final long MOVED_MILLIS = 10_000;

    private final boolean off;
    private final Layer2 layer2;
    private final SourceCheck check;
    private final SourcePrefixes[] allowed;
    private final FibReader reader;
    private final EventRing events;
    private final CounterBlock counters;
    private final CoarseClock clock;

    /** @param allowed by instance index */
    public SourceGuard(
            Layer2 layer2,
            SourceCheck check,
            List<SourcePrefixes> allowed,
            FibReader reader,
            EventRing events,
            CounterBlock counters,
            CoarseClock clock) {
        this.layer2 = layer2;
        this.check = check;
        this.allowed = allowed.toArray(SourcePrefixes[]::new);
        boolean all = true;
        for (SourcePrefixes prefixes : allowed) {
            all &= prefixes.isAll();
        }
        this.off = all && check == SourceCheck.OFF;
        this.reader = reader;
        this.events = events;
        this.counters = counters;
        this.clock = clock;
    }

    boolean isOff() {
        return off;
    }

    /** False when the packet was dropped. */
    boolean admits(PacketSlot slot) {
        return off || examine(slot);
    }

    private boolean examine(PacketSlot slot) {
        if (layer2.has(slot.instance)) {
            return check == SourceCheck.OFF || isMapped(slot, 0, layer2.source(slot));
        }
        long high = slot.ipv6 ? Ipv6Header.sourceHigh(slot.buffer, slot.packet) : 0;
        long low = slot.ipv6
                ? Ipv6Header.sourceLow(slot.buffer, slot.packet)
                : Ipv4Header.source(slot.buffer, slot.packet) & 0xffff_ffffL;
        SourcePrefixes prefixes = allowed[slot.instance];
        if (!(slot.ipv6 ? prefixes.contains(high, low) : prefixes.contains((int) low))) {
            slot.drop(counters, DropReason.INGRESS_SOURCE_NOT_ALLOWED);
            return false;
        }
        return check == SourceCheck.OFF || isMapped(slot, high, low);
    }

    /** Whether the source EID is mapped to where the packet came from. */
    private boolean isMapped(PacketSlot slot, long high, long low) {
        ForwardingEntry entry = reader.lookup(slot.instance, slot.ipv6, high, low);
        return switch (entry.kind()) {
            case ForwardingEntry.REMOTE,
                    ForwardingEntry.AWAY,
                    ForwardingEntry.LEAVING,
                    ForwardingEntry.HELD,
                    ForwardingEntry.EXPECTED ->
                entry.lists(slot.sourceHigh, slot.sourceLow) || refuse(slot, DropReason.INGRESS_SOURCE_MISMATCH);
            case ForwardingEntry.ARRIVING -> true;
            case ForwardingEntry.LOCAL ->
                check == SourceCheck.LOOSE
                        || clock.millis() - reader.localSince() <= MOVED_MILLIS
                        || refuse(slot, DropReason.INGRESS_SOURCE_MISMATCH);
            default -> check == SourceCheck.LOOSE || ask(slot, high, low);
        };
    }

    private boolean refuse(PacketSlot slot, DropReason reason) {
        slot.drop(counters, reason);
        return false;
    }

    private boolean ask(PacketSlot slot, long high, long low) {
        events.tell(
                EventRing.MISS,
                slot.instance,
                slot.ipv6,
                high,
                low,
                slot.ipv6,
                slot.eidHigh,
                slot.eidLow,
                clock.millis());
        return refuse(slot, DropReason.INGRESS_SOURCE_UNKNOWN);
    }
}
