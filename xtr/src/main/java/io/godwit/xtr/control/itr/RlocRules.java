package io.godwit.xtr.control.itr;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.control.core.OwnLocators;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.net.InetAddress;
import java.util.List;

/** Which locators of a record may be encapsulated to (RFC 9300 section 9, RFC 9301 section 5.4). */
public final class RlocRules {
    private static final int NEVER = 255;
    private static final int MAX_LOCATORS = 32;
    private static final Ipv4Address BROADCAST = new Ipv4Address(-1);

    private RlocRules() {}

    /** What the record wants done. The action counts only when the record itself has no locators. */
    static Forwarding forwarding(EidRecord eidRecord, OwnLocators own) {
        if (eidRecord.locators().isEmpty()) {
            return new Forwarding.Negative(eidRecord.action());
        }
        List<Locator> usable = usable(eidRecord, own);
        return usable.isEmpty() ? new Forwarding.Negative(Action.DROP_NO_REASON) : new Forwarding.Remote(usable);
    }

    /** Those that may be encapsulated to, in the order of the record. */
    public static List<Locator> usable(EidRecord eidRecord, OwnLocators own) {
        return eidRecord.locators().stream()
                .filter(rloc -> isUsable(rloc, own))
                .limit(MAX_LOCATORS)
                .map(rloc -> new Locator((IpAddress) rloc.locator(), rloc.priority(), rloc.weight()))
                .toList();
    }

    private static boolean isUsable(RlocRecord rloc, OwnLocators own) {
        return rloc.reachable()
                && rloc.priority() < NEVER
                && rloc.locator() instanceof IpAddress ip
                && own.hasFamilyOf(ip)
                && !own.owns(ip)
                && isUnicast(ip, own);
    }

    /** Whether packets go the same way by both: who tells it, and whether it was probed, does not matter. */
    public static boolean sameUse(List<RlocRecord> one, List<RlocRecord> other) {
        return one.size() == other.size()
                && one.stream().allMatch(rloc -> other.stream().anyMatch(same -> sameUse(rloc, same)));
    }

    private static boolean sameUse(RlocRecord one, RlocRecord other) {
        return one.locator().equals(other.locator())
                && one.priority() == other.priority()
                && one.weight() == other.weight()
                && one.reachable() == other.reachable();
    }

    private static boolean isUnicast(IpAddress ip, OwnLocators own) {
        InetAddress inet = ip.toInetAddress();
        return !inet.isMulticastAddress()
                && !inet.isAnyLocalAddress()
                && !inet.isLinkLocalAddress()
                && !ip.equals(BROADCAST)
                && (!inet.isLoopbackAddress() || ownIsLoopback(own));
    }

    /** Loopback RLOCs make sense only between xTRs of one host. */
    private static boolean ownIsLoopback(OwnLocators own) {
        return own.addresses().stream().anyMatch(a -> a.toInetAddress().isLoopbackAddress());
    }
}
