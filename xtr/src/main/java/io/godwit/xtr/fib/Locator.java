package io.godwit.xtr.fib;

import io.godwit.packet.address.IpAddress;

/** An RLOC that may be encapsulated to: reachable, of a family this xTR has, priority below 255. */
public record Locator(IpAddress address, int port, int priority, int weight) {
    public static final int DATA_PORT = 4341;

    public Locator(IpAddress address, int priority, int weight) {
        this(address, DATA_PORT, priority, weight);
    }
}
