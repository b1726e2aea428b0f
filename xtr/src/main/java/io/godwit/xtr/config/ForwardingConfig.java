package io.godwit.xtr.config;

import io.godwit.mapping.EidPrefix;
import java.time.Duration;
import java.util.List;

/**
 * How the forwarding path runs.
 *
 * @param threadPlan {@code single}, {@code inline}, {@code paired}, {@code dedicated}, or {@code auto}, which chooses by the processors there are
 * @param cpus processors that the data threads are bound to, in turn; none: the scheduler decides
 * @param tunQueues queues of each TUN device, each with egress threads of its own; 0 chooses by the processors there are
 * @param mtu octets that the network between RLOCs carries in one packet (L of RFC 9300 section 7.1)
 * @param udpChecksum of the outer header: {@code auto}, {@code zero} or {@code full}
 * @param acceptGpe whether received headers may announce a next protocol (RFC 9305)
 * @param sourceCheck {@code off}, {@code loose} or {@code strict}
 * @param sources prefixes that inner sources of received packets may be from, all when empty
 * @param dscp {@code uniform} or {@code pipe}
 * @param gpePeers RLOCs that understand LISP-GPE
 * @param pathMtu {@code learned} from ICMP errors, or {@code fixed}
 * @param pathMtuLifetime how long what was learned holds
 * @param sourcePorts UDP source ports of each family, of which a flow keeps to one; rounded down to a power of two
 * @param clampMss whether the segment size that TCP connections announce is lowered to what the tunnel carries
 */
public record ForwardingConfig(
        String threadPlan,
        List<Integer> cpus,
        int tunQueues,
        int mtu,
        String udpChecksum,
        boolean acceptGpe,
        String sourceCheck,
        List<EidPrefix> sources,
        String dscp,
        boolean clampMss,
        String pathMtu,
        Duration pathMtuLifetime,
        TrustedConfig trusted,
        List<EidPrefix> gpePeers,
        int sourcePorts,
        ParkingConfig parking) {
    public ForwardingConfig {
        cpus = List.copyOf(cpus);
        sources = List.copyOf(sources);
        gpePeers = List.copyOf(gpePeers);
    }

    public boolean learnsPathMtu() {
        return pathMtu.equals("learned");
    }

    /**
     * What is used in networks whose routers trust one another, and never on the public Internet (RFC 9300 section 4.1).
     *
     * @param rlocs prefixes of the RLOCs trusted; none: nothing of this is used
     */
    public record TrustedConfig(
            List<EidPrefix> rlocs,
            boolean echoNonce,
            boolean locatorStatusBits,
            boolean mapVersions,
            boolean gleaning) {
        public TrustedConfig {
            rlocs = List.copyOf(rlocs);
        }
    }

    /**
     * How much may wait, for both directions together.
     *
     * @param bytes of packet memory
     * @param eids that may have packets waiting at a time
     * @param packetsPerMiss for one EID that is being asked for
     * @param packetsPerArriving for one EID on its way here
     * @param resendWindow how long at the most what was delivered to a host is sent to where the host proves to be, unannounced; 0 for nothing
     */
    public record ParkingConfig(
            long bytes,
            int eids,
            int packetsPerMiss,
            int packetsPerArriving,
            Duration missLifetime,
            Duration arrivingLifetime,
            Duration resendWindow) {}
}
