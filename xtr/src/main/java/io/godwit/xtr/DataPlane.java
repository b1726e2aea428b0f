package io.godwit.xtr;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.ring.Taps;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * The forwarding path as the control plane sees it. All methods are for the control thread, except where noted; none blocks on the
 * data threads.
 */
public interface DataPlane extends AutoCloseable {
    /** Starts the threads. {@code wakeUp} is called, by data threads, when there are events to poll. */
    void start(Runnable wakeUp);

    /** Publishes the entry (readers never lock), then lets the data threads release what is parked for it. */
    void put(EidPrefix eid, Forwarding forwarding);

    void remove(EidPrefix eid);

    /** Runs {@code changes}, which put and remove many entries: the data threads are woken for some at a time. */
    default void together(Runnable changes) {
        changes.run();
    }

    /** A host comes or goes: for a moment packets do not wait for processors that others want too. */
    default void hurry() {}

    /** Hands over at most {@code limit} events; returns how many. */
    int poll(DataPlaneEvents events, int limit);

    /** The RLOCs encapsulated to within the time given: to whom an SMR goes (RFC 9301 section 6.1). */
    Collection<IpAddress> recentLocators(Duration within);

    /** Whether packets for {@code eid} go to {@code locator}, some of them lately, and {@code sourcePort} is one they leave from. */
    default boolean sentLately(int sourcePort, int instanceId, IpAddress eid, IpAddress locator) {
        return false;
    }

    /** What the path to {@code locator} carries: octets of the largest IP packet, the outer header included; 0 forgets it. */
    default void pathMtu(IpAddress locator, int mtu) {}

    /** Whether {@code locator} may be used: one that is not gives way to others of the mapping (RFC 9300 section 9). */
    default void reachable(IpAddress locator, boolean up) {}

    /** Whether nothing is heard of {@code locator}: it gives way to others of the mapping, and is used where there are none. */
    default void silent(IpAddress locator, boolean silent) {}

    /** What is added to the LISP header of packets to {@code locator}: its two words, for inner IPv4 and inner IPv6 packets. */
    default void header(IpAddress locator, long ipv4, long ipv6) {}

    /** ITRs whose packets with an old Destination Map-Version are dropped from now on (RFC 9302 section 7.1), in place of those before. */
    default void refuseStale(Collection<IpAddress> itrs) {}

    /** Packets encapsulated to entries of {@code eid} since it was put: whether a map-cache entry is in use. */
    long packets(EidPrefix eid);

    /** Every counter and drop reason with its value, by its stable name, in declaration order. From any thread. */
    Map<String, Long> counters();

    /** Thread plan, offloads granted, fallbacks taken, table size, parked packets: by stable name. From any thread. */
    Map<String, Object> status();

    /** Where packets on their way can be looked at. */
    default Taps taps() {
        return new Taps();
    }

    /**
     * UDP source port of the LISP packets of a flow.
     *
     * @param onward of those that came from the core
     * @param queue that the packet was read from, if it came from the site
     */
    default int sourcePort(boolean onward, boolean ipv6, int queue, int flowHash) {
        return 0;
    }

    @Override
    void close();
}
