package io.godwit.xtr.fib;

import io.godwit.packet.address.IpAddress;
import java.util.List;

/** A locator set laid out for the data threads, with the share of each by weight (RFC 9300 section 9, RFC 9301 section 5.4). */
public final class Locators {
    static final Locators NONE = new Locators(List.of(), List.of());

    private final int count;
    private final long[] high;
    private final long[] low;
    private final int[] port;
    private final boolean[] ipv6;
    /** Upper bound of each locator's share of {@link #total}. */
    private final int[] bound;

    private final int total;
    private final LocatorUse[] use;

    Locators(List<Locator> locators, List<LocatorUse> uses) {
        count = locators.size();
        high = new long[count];
        low = new long[count];
        port = new int[count];
        ipv6 = new boolean[count];
        bound = new int[count];
        use = uses.toArray(LocatorUse[]::new);
        boolean weighted = weighted(locators);
        int sum = 0;
        for (int i = 0; i < count; i++) {
            IpAddress address = locators.get(i).address();
            high[i] = ForwardingEntry.high(address);
            low[i] = ForwardingEntry.low(address);
            port[i] = locators.get(i).port();
            ipv6[i] = !address.isIpv4();
            sum += weighted ? locators.get(i).weight() : 1;
            bound[i] = sum;
        }
        total = sum;
    }

    /** Whether any locator has a weight: then those without one get no traffic (RFC 9301 section 5.4). */
    static boolean weighted(List<Locator> locators) {
        for (Locator locator : locators) {
            if (locator.weight() > 0) {
                return true;
            }
        }
        return false;
    }

    /** The locator of a flow, -1 when there is none. A flow keeps it as long as the set stays (RFC 9300 section 12). */
    public int choose(int flowHash) {
        if (count <= 1) {
            return count - 1;
        }
        int point = (int) (((flowHash >>> 16) * (long) total) >>> 16);
        int i = 0;
        while (point >= bound[i]) {
            i++;
        }
        return i;
    }

    int count() {
        return count;
    }

    /** First eight octets of an IPv6 address, 0 for IPv4. */
    public long high(int i) {
        return high[i];
    }

    /** Last eight octets of an IPv6 address; an IPv4 address in the low 32 bits. */
    public long low(int i) {
        return low[i];
    }

    public int port(int i) {
        return port[i];
    }

    public boolean isIpv6(int i) {
        return ipv6[i];
    }

    public boolean is(int i, long addressHigh, long addressLow) {
        return low[i] == addressLow && high[i] == addressHigh;
    }

    boolean contains(long addressHigh, long addressLow) {
        for (int i = 0; i < count; i++) {
            if (is(i, addressHigh, addressLow)) {
                return true;
            }
        }
        return false;
    }

    LocatorUse use(int i) {
        return use[i];
    }

    /** See {@link ForwardingEntry#singleMaxLength}. */
    public int maxLength(int i) {
        return use[i].maxLength();
    }

    long extra(int i, boolean innerIpv6) {
        return use[i].extra(innerIpv6);
    }

    /** Notes that locator {@code i} was encapsulated to. */
    public void touch(int i, long nowMillis) {
        use[i].touch(nowMillis);
    }
}
