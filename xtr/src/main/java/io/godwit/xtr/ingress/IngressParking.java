package io.godwit.xtr.ingress;

import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.ring.Parking;

/** Packets from outside wait for an EID on its way here, and for nothing else. */
public final class IngressParking implements Parking.Direction {
    @Override
    public boolean parks(ForwardingEntry entry) {
        return entry.parksIngress();
    }

    @Override
    public int ahead(ForwardingEntry entry) {
        return entry.ahead();
    }

    @Override
    public void stillWaiting(
            ForwardingEntry entry, int instance, boolean ipv6, long high, long low, Parking.Parked first) {
        // It goes on arriving: nobody needs to be asked.
    }
}
