package io.godwit.xtr.ingress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.MapVersion;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.PacketSlot;

/** The map-versions of a packet from a trusted peer against those known here (RFC 9302 section 7). */
public final class MapVersionCheck {
    private final FibReader reader;
    private final EventRing events;
    private final StaleItrs stale;
    private final CounterBlock counters;
    private final CoarseClock clock;

    /** @param stale ITRs that did not learn the mapping however often they were told of it */
    public MapVersionCheck(
            FibReader reader, EventRing events, StaleItrs stale, CounterBlock counters, CoarseClock clock) {
        this.reader = reader;
        this.events = events;
        this.stale = stale;
        this.counters = counters;
        this.clock = clock;
    }

    /** False when the packet was dropped. */
    boolean admits(PacketSlot slot, int word0) {
        ForwardingEntry here = reader.lookup(slot.instance, slot.ipv6, slot.eidHigh, slot.eidLow);
        if (here.kind() != ForwardingEntry.LOCAL) {
            return true;
        }
        int sent = LispHeader.destinationMapVersion(word0);
        if (here.mapVersion() == MapVersion.NULL || sent == MapVersion.NULL) {
            return refuse(slot);
        }
        int order = MapVersion.compare(sent, here.mapVersion());
        if (order != 0) {
            tell(EventRing.DESTINATION_VERSION, slot, slot.eidHigh, slot.eidLow, word0);
        }
        if (order > 0 || (order < 0 && stale.contains(slot.sourceHigh, slot.sourceLow))) {
            return refuse(slot);
        }
        return admitsSource(slot, word0);
    }

    private boolean admitsSource(PacketSlot slot, int word0) {
        int sent = LispHeader.sourceMapVersion(word0);
        if (sent == MapVersion.NULL) {
            return true;
        }
        long high = slot.ipv6 ? Ipv6Header.sourceHigh(slot.buffer, slot.packet) : 0;
        long low = slot.ipv6
                ? Ipv6Header.sourceLow(slot.buffer, slot.packet)
                : Ipv4Header.source(slot.buffer, slot.packet) & 0xffff_ffffL;
        ForwardingEntry there = reader.lookup(slot.instance, slot.ipv6, high, low);
        if (there.kind() != ForwardingEntry.REMOTE || there.mapVersion() == MapVersion.NULL) {
            return true;
        }
        int order = MapVersion.compare(sent, there.mapVersion());
        if (order > 0) {
            tell(EventRing.SOURCE_VERSION, slot, high, low, word0);
        }
        return order >= 0 || refuse(slot);
    }

    private boolean refuse(PacketSlot slot) {
        slot.drop(counters, DropReason.INGRESS_MAP_VERSION);
        return false;
    }

    private void tell(int type, PacketSlot slot, long high, long low, int word0) {
        events.tell(
                type,
                slot.instance,
                slot.ipv6,
                high,
                low,
                slot.sourceIpv6,
                slot.sourceHigh,
                slot.sourceLow,
                (long) word0 << 32,
                clock.millis());
    }
}
