package io.godwit.mapserver.config;

/**
 * Bounds of everything the network can fill.
 *
 * @param mappings EID-prefixes registered at once
 * @param pendingNotifies Map-Notifies that wait for their acknowledgement
 * @param repliesPerSecond to one RLOC, for different EIDs; the same EID is answered five times at once and then every three seconds
 * @param events changes kept for the management API
 * @param subscriptions xTRs and EID-prefixes subscribed to (RFC 9437); an xTR has an eighth of them at most
 * @param askers ITRs and answers remembered for Solicit-Map-Requests
 * @param waitingRequests Map-Requests that wait until registrations and what is answered at once have had their turn
 */
public record LimitsConfig(
        int mappings,
        int pendingNotifies,
        int repliesPerSecond,
        int events,
        int subscriptions,
        int askers,
        int waitingRequests,
        RateLimits rates) {
    public static final LimitsConfig DEFAULT = new LimitsConfig(2_000_000, 65_536, 1_000, 4_096);

    public LimitsConfig(int mappings, int pendingNotifies, int repliesPerSecond, int events) {
        this(mappings, pendingNotifies, repliesPerSecond, events, 200_000, 65_536);
    }

    public LimitsConfig(
            int mappings, int pendingNotifies, int repliesPerSecond, int events, int subscriptions, int askers) {
        this(mappings, pendingNotifies, repliesPerSecond, events, subscriptions, askers, 8_192, RateLimits.DEFAULT);
    }
}
