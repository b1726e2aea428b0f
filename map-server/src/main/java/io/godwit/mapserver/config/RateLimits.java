package io.godwit.mapserver.config;

/**
 * What a second may bring; what is more is dropped and counted. Sources are told apart by address, of which a bounded number is remembered.
 *
 * @param requestsPerSource Map-Requests of one address: a map-resolver's are those of all its ITRs
 * @param registersPerSource Map-Registers of one address
 * @param negativeReplies in all: what a flood of made-up EIDs can cause
 * @param subscriptions new or renewed, in all; those beyond get a Map-Reply
 * @param notifies Map-Notifies to subscribers, in all; those beyond go out later
 */
public record RateLimits(
        int requestsPerSource, int registersPerSource, int negativeReplies, int subscriptions, int notifies) {
    public static final RateLimits DEFAULT = new RateLimits(100_000, 20_000, 50_000, 20_000, 200_000);
}
