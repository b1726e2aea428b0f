package io.godwit.xtr.fib;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which locators may be used, and when each was. For the control thread. */
final class LocatorBook {
    /** RLOCs remembered at the most; beyond it those not used for long go first. */
    private static final int MAX_REMEMBERED = 65_536;

    private static final long FORGET_MILLIS = 3_600_000;
    private static final int UNUSABLE_PRIORITY = 255;

    private final boolean ipv4;
    private final boolean ipv6;
    private final Map<IpAddress, LocatorUse> uses = new HashMap<>();

    /** @param ipv4 whether this router has an IPv4 RLOC, and so for {@code ipv6} */
    LocatorBook(boolean ipv4, boolean ipv6) {
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    /**
     * The usable locators of the best priority (RFC 9300 section 9), silent ones only where all are; weight 0 beside others gets no
     * traffic.
     */
    Locators best(List<Locator> locators) {
        List<Locator> heard = new ArrayList<>();
        boolean usable = false;
        for (Locator locator : locators) {
            if (!use(locator.address()).isSilent()) {
                heard.add(locator);
                usable |= usable(locator);
            }
        }
        return bestOf(usable ? heard : locators);
    }

    private Locators bestOf(List<Locator> locators) {
        int best = UNUSABLE_PRIORITY;
        for (Locator locator : locators) {
            best = usable(locator) ? Math.min(best, locator.priority()) : best;
        }
        List<Locator> chosen = new ArrayList<>();
        for (Locator locator : locators) {
            if (usable(locator) && locator.priority() == best) {
                chosen.add(locator);
            }
        }
        if (Locators.weighted(chosen)) {
            chosen.removeIf(locator -> locator.weight() == 0);
        }
        return laidOut(chosen);
    }

    Locators all(List<Locator> locators) {
        return laidOut(locators);
    }

    private Locators laidOut(List<Locator> locators) {
        if (locators.isEmpty()) {
            return Locators.NONE;
        }
        List<LocatorUse> used = new ArrayList<>(locators.size());
        for (Locator locator : locators) {
            used.add(use(locator.address()));
        }
        return new Locators(locators, used);
    }

    LocatorUse use(IpAddress address) {
        return uses.computeIfAbsent(address, LocatorUse::new);
    }

    private boolean usable(Locator locator) {
        return locator.priority() < UNUSABLE_PRIORITY
                && !use(locator.address()).isDown()
                && switch (locator.address()) {
                    case Ipv4Address(int value) -> ipv4 && isUnicast(value);
                    case Ipv6Address(long high, long low) -> ipv6 && isUnicast(high, low);
                };
    }

    /** Not broadcast, multicast, unspecified or reserved (RFC 9301 section 5.4). */
    private static boolean isUnicast(int address) {
        return address >>> 24 != 0 && address >>> 28 < 0xe;
    }

    private static boolean isUnicast(long high, long low) {
        return high >>> 56 != 0xff && high >>> 54 != 0xfe80 >>> 6 && (high | low) != 0;
    }

    List<IpAddress> recent(long nowMillis, long withinMillis) {
        List<IpAddress> recent = new ArrayList<>();
        for (LocatorUse use : uses.values()) {
            if (use.usedSince(nowMillis - withinMillis)) {
                recent.add(use.address());
            }
        }
        return recent;
    }

    /** Where something is remembered of {@code address}, if it is in any entry. */
    @Nullable
    LocatorUse known(IpAddress address) {
        return uses.get(address);
    }

    /** Keeps the memory bounded: an RLOC forgotten here and still in an entry only loses its time of use. */
    void trim(long nowMillis) {
        if (uses.size() > MAX_REMEMBERED) {
            uses.values()
                    .removeIf(use -> !use.isDown() && !use.isSilent() && !use.usedSince(nowMillis - FORGET_MILLIS));
        }
    }
}
