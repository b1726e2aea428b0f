package io.godwit.xtr.layer2;

import io.godwit.packet.address.IpAddress;
import java.util.List;

/** Where what is for many goes, by instance index. Immutable. */
public final class Floods {
    private final Flood[] all;

    /** @param rlocs of each instance */
    public Floods(List<List<IpAddress>> rlocs) {
        all = new Flood[rlocs.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Flood(rlocs.get(i));
        }
    }

    Flood of(int instance) {
        return all[instance];
    }
}
