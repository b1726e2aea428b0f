package io.godwit.xtr.config;

import java.time.Duration;
import java.util.List;

/**
 * How the forwarding path runs.
 *
 * @param threadPlan {@code auto} chooses by the cores there are
 * @param cpus to which the threads are bound, in the order of the stages; empty for none
 * @param mtu octets that the network between RLOCs carries in one packet (L of RFC 9300 section 7.1)
 * @param parkedPackets that wait for a Map-Reply or a host on its way here, in all
 * @param parkedPacketsPerEid the same, for one EID
 * @param parkingLifetime how long they wait at most
 */
public record ForwardingConfig(
        String threadPlan,
        List<Integer> cpus,
        int mtu,
        int parkedPackets,
        int parkedPacketsPerEid,
        Duration parkingLifetime) {}
