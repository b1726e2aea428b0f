package io.godwit.xtr.fib;

import io.godwit.packet.address.IpAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** When an RLOC was last encapsulated to; shared by all entries that name it. Data threads write, the control thread reads. */
final class LocatorUse {
    private static final long NEVER = Long.MIN_VALUE / 2;

    private static final VarHandle LAST_MILLIS;

    static {
        try {
            LAST_MILLIS = MethodHandles.lookup().findVarHandle(LocatorUse.class, "lastMillis", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static final LocatorUse NOBODY = new LocatorUse(IpAddress.parse("0.0.0.0"));

    private final IpAddress address;
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
            LAST_MILLIS.setOpaque(this, nowMillis);
        }
    }

    boolean usedSince(long millis) {
        return (long) LAST_MILLIS.getOpaque(this) >= millis;
    }
}
