package io.godwit.mapserver.intake;

import io.godwit.mapping.RateTable;
import io.godwit.mapserver.config.RateLimits;
import io.godwit.packet.address.IpAddress;

/** How much of each kind one address may send in a second; as much again at once. Takes the same memory however many addresses there are. */
public final class SourceLimits {
    private static final int PLACES = 1 << 14;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final RateTable requests;
    private final RateTable registers;

    public SourceLimits(RateLimits limits) {
        requests = table(PLACES, limits.requestsPerSource());
        registers = table(PLACES, limits.registersPerSource());
    }

    /** @param places a power of two */
    public static RateTable table(int places, int perSecond) {
        return new RateTable(places, Math.max(1, SECOND_NANOS / perSecond), perSecond);
    }

    public boolean allowsRequest(IpAddress source, long nowNanos) {
        return requests.allow(source.hashCode(), nowNanos);
    }

    public boolean allowsRegister(IpAddress source, long nowNanos) {
        return registers.allow(source.hashCode(), nowNanos);
    }
}
