package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;

/**
 * A locator with its properties (RFC 9301 section 5.4).
 *
 * <pre>
 * |    Priority   |    Weight     |  M Priority   |   M Weight    |
 * |        Unused Flags     |L|p|R|           Loc-AFI             |
 * |                            Locator ...                        |
 * </pre>
 *
 * @param priority lower is better, 255 is never used for unicast
 * @param weight share among locators of equal priority
 * @param local L: local to the replying ETR
 * @param probed p: this locator was probed
 * @param reachable R: the sender has a route to it
 */
public record RlocRecord(
        int priority,
        int weight,
        int multicastPriority,
        int multicastWeight,
        boolean local,
        boolean probed,
        boolean reachable,
        LispAddress locator) {

    /** A reachable unicast locator with M Priority 255, M Weight 0. */
    public static RlocRecord unicast(LispAddress locator, int priority, int weight, boolean local) {
        return new RlocRecord(priority, weight, 255, 0, local, false, true, locator);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RlocRecord record
                && record.priority == priority
                && record.weight == weight
                && record.multicastPriority == multicastPriority
                && record.multicastWeight == multicastWeight
                && record.local == local
                && record.probed == probed
                && record.reachable == reachable
                && record.locator.equals(locator);
    }

    @Override
    public int hashCode() {
        return (locator.hashCode() * 31 + priority) * 31 + weight;
    }
}
