package io.godwit.xtr.fib;

import io.godwit.packet.address.IpAddress;

/** When an RLOC was last encapsulated to; shared by all entries that name it. Data threads write, the control thread reads. */
final class LocatorUse {
    private static final long NEVER = Long.MIN_VALUE / 2;

    static final LocatorUse NOBODY = new LocatorUse(IpAddress.parse("0.0.0.0"));

    private final IpAddress address;
    /** Plain: a fence for each packet would cost more than all else here, and the control thread may see it a little late. */
    private long lastMillis = NEVER;

    LocatorUse(IpAddress address) {
        this.address = address;
    }

    IpAddress address() {
        return address;
    }

    /** Costs a store at most once a millisecond. */
    void touch(long nowMillis) {
        if (lastMillis != nowMillis) {
            lastMillis = nowMillis;
        }
    }

    boolean usedSince(long millis) {
        return lastMillis >= millis;
    }
}
