package io.godwit.xtr.ingress;

import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.ring.DeliveredLately;
import io.godwit.xtr.ring.Parking;
import org.jspecify.annotations.Nullable;

/** Packets from outside wait for an EID on its way here, and for nothing else. */
public final class IngressParking implements Parking.Direction {
    private final @Nullable DeliveredLately lately;

    /** @param lately what went to hosts that may be gone; null where none move */
    public IngressParking(@Nullable DeliveredLately lately) {
        this.lately = lately;
    }

    @Override
    public void changed(int instance, boolean ipv6, long high, long low) {
        if (lately != null) {
            lately.changed(instance, ipv6, high, low);
        }
    }

    @Override
    public void anythingChanged() {
        if (lately != null) {
            lately.look();
        }
    }

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
