package io.godwit.mapping;

import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.Lcaf;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order of locators in a record: every IPv4 before every IPv6, each ascending (RFC 9301 section 5.5), then the rest by AFI (RFC 8060
 * section 3). Locator-Status-Bits count in this order.
 */
public final class LocatorOrder {
    public static final Comparator<LispAddress> BY_ADDRESS = LocatorOrder::compare;
    private static final Comparator<RlocRecord> BY_LOCATOR = Comparator.comparing(RlocRecord::locator, BY_ADDRESS);

    private LocatorOrder() {}

    /** The same locators in order. Does not copy what is in order already. */
    public static List<RlocRecord> sorted(List<RlocRecord> locators) {
        for (int i = 1; i < locators.size(); i++) {
            if (BY_LOCATOR.compare(locators.get(i - 1), locators.get(i)) > 0) {
                List<RlocRecord> copy = new ArrayList<>(locators);
                copy.sort(BY_LOCATOR);
                return List.copyOf(copy);
            }
        }
        return locators;
    }

    private static int compare(LispAddress one, LispAddress other) {
        int byFamily = Integer.compare(family(one), family(other));
        if (byFamily != 0) {
            return byFamily;
        }
        if (one instanceof IpAddress || one instanceof MacAddress) {
            int byHigh = Long.compareUnsigned(KeyBits.high(one), KeyBits.high(other));
            return byHigh != 0 ? byHigh : Long.compareUnsigned(KeyBits.low(one), KeyBits.low(other));
        }
        return one.toString().compareTo(other.toString());
    }

    /** The address family number, which puts an LCAF (16387) last. */
    private static int family(LispAddress address) {
        return switch (address) {
            case NoAddress none -> 0;
            case Ipv4Address v4 -> 1;
            case Ipv6Address v6 -> 2;
            case MacAddress mac -> 6;
            case DistinguishedName name -> 17;
            case Lcaf lcaf -> 16387;
        };
    }
}
