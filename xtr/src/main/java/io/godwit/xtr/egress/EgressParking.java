package io.godwit.xtr.egress;

import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.Parking;

/** Packets from the site wait for a mapping, or for an EID on its way here. */
public final class EgressParking implements Parking.Direction {
    private static final int IPV4_SOURCE = 12;
    private static final int IPV6_SOURCE = 8;

    private final EventRing events;
    private final CoarseClock clock;

    public EgressParking(EventRing events, CoarseClock clock) {
        this.events = events;
        this.clock = clock;
    }

    @Override
    public boolean parks(ForwardingEntry entry) {
        return entry.parksEgress();
    }

    /** The change took the entry away, or gave one that wants a Map-Request: without a new packet nobody else would ask for it. */
    @Override
    public void stillWaiting(
            ForwardingEntry entry, int instance, boolean ipv6, long high, long low, Parking.Parked first) {
        if (entry.kind() == ForwardingEntry.ARRIVING) {
            return;
        }
        long sourceHigh = ipv6 ? first.octets(IPV6_SOURCE) : 0;
        long sourceLow = ipv6 ? first.octets(IPV6_SOURCE + 8) : first.octets(IPV4_SOURCE) >>> 32;
        events.tell(EventRing.MISS, instance, ipv6, high, low, ipv6, sourceHigh, sourceLow, clock.millis());
    }
}
