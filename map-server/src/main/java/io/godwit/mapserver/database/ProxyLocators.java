package io.godwit.mapserver.database;

import io.godwit.mapping.LocatorOrder;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Locators as proxy replies have them. */
final class ProxyLocators {
    private ProxyLocators() {}

    /** The locators of all registrations, each address once, in order, none of them local or probed. */
    static List<RlocRecord> of(List<List<RlocRecord>> registered) {
        List<RlocRecord> locators = new ArrayList<>();
        Set<LispAddress> seen = new HashSet<>();
        for (List<RlocRecord> some : registered) {
            for (RlocRecord locator : some) {
                if (seen.add(locator.locator())) {
                    locators.add(notLocal(locator));
                }
            }
        }
        return List.copyOf(LocatorOrder.sorted(locators));
    }

    private static RlocRecord notLocal(RlocRecord locator) {
        return new RlocRecord(
                locator.priority(),
                locator.weight(),
                locator.multicastPriority(),
                locator.multicastWeight(),
                false,
                false,
                locator.reachable(),
                locator.locator());
    }
}
