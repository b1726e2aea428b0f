package io.godwit.linux;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Where devices and sockets come from: the kernel ({@link LinuxNetwork}) or memory ({@code fake.FakeNetwork}). */
public interface Network {

    /**
     * Creates (or attaches to) the TUN device {@code name} with vnet_hdr, non-blocking.
     *
     * @param queues 1, or more for IFF_MULTI_QUEUE
     * @return one device a queue
     * @throws LinuxException with a sentence for the operator: no permission, name taken
     */
    List<TunDevice> openTun(String name, int queues, TunOffloads offloads);

    /**
     * Creates (or attaches to) the TAP device {@code name} with vnet_hdr and without offloads, non-blocking: as a TUN device of one queue, but what is
     * read and written behind the header is an Ethernet frame.
     *
     * @throws LinuxException with a sentence for the operator: no permission, name taken
     */
    default TunDevice openTap(String name) {
        throw new LinuxException("TAP device " + name + " cannot be had from this network", Errno.EOPNOTSUPP);
    }

    /**
     * A non-blocking UDP socket bound to {@code local}.
     *
     * @throws LinuxException with a sentence for the operator: address in use, address not on this host
     */
    UdpBatchSocket openUdp(InetAddress local, int port, UdpOptions options);

    /**
     * Sockets as of {@link #openUdp} on free ports, for one sending thread. They may share the memory in which they lay out what they send: each
     * must be flushed before another one is offered anything.
     *
     * @throws LinuxException with a sentence for the operator; then none of them is open
     */
    default List<UdpBatchSocket> openSenders(InetAddress local, int count, UdpOptions options) {
        List<UdpBatchSocket> sockets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sockets.add(openUdp(local, 0, options));
        }
        return sockets;
    }

    /**
     * Listens to what routers say of packets from {@code local}: a destination that is unreachable, a packet too big.
     *
     * @throws LinuxException with a sentence for the operator: no permission
     */
    default IcmpErrors openIcmpErrors(InetAddress local) {
        return IcmpErrors.NONE;
    }

    /** Waits for any of {@code sources} to become readable. Used by one thread; {@link Poller#wakeUp} by any. */
    Poller poller(List<? extends Pollable> sources);

    /** Links, addresses, routes, rules and neighbours of this network namespace. Used by one thread. */
    Netlink netlink();
}
