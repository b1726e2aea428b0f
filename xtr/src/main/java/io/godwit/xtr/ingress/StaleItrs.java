package io.godwit.xtr.ingress;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import java.util.Collection;

/** RLOCs whose packets with an old Destination Map-Version are dropped (RFC 9302 section 7.1). The control thread writes, data threads read. */
public final class StaleItrs {
    private volatile long[] pairs = {};

    /** Control thread: these from now on. */
    public void set(Collection<IpAddress> rlocs) {
        long[] fresh = new long[2 * rlocs.size()];
        int i = 0;
        for (IpAddress rloc : rlocs) {
            fresh[i++] = rloc instanceof Ipv6Address v6 ? v6.high() : 0;
            fresh[i++] = switch (rloc) {
                case Ipv6Address v6 -> v6.low();
                case Ipv4Address(int value) -> value & 0xffff_ffffL;
            };
        }
        pairs = fresh;
    }

    boolean contains(long high, long low) {
        long[] all = pairs;
        for (int i = 0; i < all.length; i += 2) {
            if (all[i + 1] == low && all[i] == high) {
                return true;
            }
        }
        return false;
    }
}
