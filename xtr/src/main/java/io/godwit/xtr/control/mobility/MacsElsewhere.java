package io.godwit.xtr.control.mobility;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.MacAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The MACs of hosts that peers have: a RARP, which names nothing else, is understood at once. Bounded; the host that
 * was told of longest ago is forgotten first.
 */
final class MacsElsewhere {
    private final int most;
    private final Map<EidPrefix, MacAddress> macs = new LinkedHashMap<>();
    private final Map<MacAddress, Set<EidPrefix>> eids = new HashMap<>();

    /** @param most hosts that are remembered */
    MacsElsewhere(int most) {
        this.most = most;
    }

    void learn(EidPrefix eid, MacAddress mac) {
        forget(eid);
        if (macs.size() >= most) {
            forget(macs.keySet().iterator().next());
        }
        macs.put(eid, mac);
        eids.computeIfAbsent(mac, m -> new LinkedHashSet<>()).add(eid);
    }

    private void forget(EidPrefix eid) {
        @Nullable MacAddress mac = macs.remove(eid);
        if (mac != null) {
            eids.computeIfPresent(mac, (m, set) -> {
                set.remove(eid);
                return set.isEmpty() ? null : set;
            });
        }
    }

    /** A copy. */
    Set<EidPrefix> eidsOf(MacAddress mac) {
        return Set.copyOf(eids.getOrDefault(mac, Set.of()));
    }
}
