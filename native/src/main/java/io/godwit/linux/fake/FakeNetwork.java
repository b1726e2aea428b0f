package io.godwit.linux.fake;

import io.godwit.linux.AddressBits;
import io.godwit.linux.Errno;
import io.godwit.linux.IcmpErrors;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Network;
import io.godwit.linux.Pollable;
import io.godwit.linux.Poller;
import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/** A host in memory: its addresses are on a {@link FakeUnderlay}, its TUN devices and netlink state are for the test to play with. */
public final class FakeNetwork implements Network {
    private static final int FIRST_EPHEMERAL_PORT = 49152;

    private final FakeUnderlay underlay;
    private final List<InetAddress> addresses;
    private final FakeNetlink netlink;
    private final Map<String, List<FakeTun>> tuns = new LinkedHashMap<>();
    private final Map<InetAddress, Queue<byte[]>> icmpErrors = new ConcurrentHashMap<>();
    private volatile boolean refusesSegmentation;
    private TunOffloads grantedOffloads = new TunOffloads(true, true, true);
    private int nextPort = FIRST_EPHEMERAL_PORT;

    /** @param addresses those of this host on {@code underlay}; the first of each family is its default source */
    public FakeNetwork(FakeUnderlay underlay, InetAddress... addresses) {
        this.underlay = underlay;
        this.addresses = new CopyOnWriteArrayList<>(addresses);
        this.netlink = new FakeNetlink(this.addresses);
    }

    // --- the test's side

    public FakeUnderlay underlay() {
        return underlay;
    }

    public void addAddress(InetAddress address) {
        addresses.add(address);
    }

    /** UDP_SEGMENT fails from now on, as on a route that cannot do it. */
    public void refuseSegmentation() {
        refusesSegmentation = true;
    }

    /** What TUN devices opened later get of what is asked. */
    public synchronized void grantOffloads(TunOffloads offloads) {
        grantedOffloads = offloads;
    }

    /** The first queue of a TUN device the router opened. */
    public FakeTun tun(String name) {
        return tun(name, 0);
    }

    public synchronized FakeTun tun(String name, int queue) {
        List<FakeTun> queues = tuns.get(name);
        if (queues == null) {
            throw new IllegalStateException("no TUN device " + name + " was opened, only " + tuns.keySet());
        }
        return queues.get(queue);
    }

    /** An ICMP or ICMPv6 message, from its header on, that comes to {@code local}. */
    public void icmpError(InetAddress local, byte[] message) {
        icmpErrors
                .computeIfAbsent(local, address -> new ConcurrentLinkedQueue<>())
                .add(message.clone());
    }

    // --- the router's side

    @Override
    public synchronized List<TunDevice> openTun(String name, int queues, TunOffloads offloads) {
        List<FakeTun> old = tuns.get(name);
        if (old != null && !old.get(0).closed()) {
            throw new LinuxException("TUN device " + name + " is in use by another process", Errno.EBUSY);
        }
        TunOffloads given = new TunOffloads(
                offloads.checksum() && grantedOffloads.checksum(),
                offloads.tso() && grantedOffloads.tso(),
                offloads.uso() && grantedOffloads.uso());
        int index = netlink.linkForTun(name).index();
        List<FakeTun> devices = new ArrayList<>();
        for (int i = 0; i < queues; i++) {
            devices.add(new FakeTun(name, index, given));
        }
        tuns.put(name, devices);
        return List.copyOf(devices);
    }

    @Override
    public TunDevice openTap(String name) {
        return openTun(name, 1, TunOffloads.NONE).getFirst();
    }

    @Override
    public synchronized UdpBatchSocket openUdp(InetAddress local, int port, UdpOptions options) {
        if (!local.isAnyLocalAddress() && !addresses.contains(local)) {
            throw new LinuxException("Address " + local.getHostAddress() + " is not on this host", Errno.EADDRNOTAVAIL);
        }
        int bound = port == 0 ? nextPort++ : port;
        if (underlay.isBound(local, bound) && !local.isAnyLocalAddress()) {
            throw new LinuxException(
                    "UDP port " + bound + " on " + local.getHostAddress() + " is taken by another process",
                    Errno.EADDRINUSE);
        }
        FakeUdpSocket socket = new FakeUdpSocket(this, underlay, local, bound, port == 0, options);
        underlay.attach(socket);
        return socket;
    }

    @Override
    public IcmpErrors openIcmpErrors(InetAddress local) {
        Queue<byte[]> waiting = icmpErrors.computeIfAbsent(local, address -> new ConcurrentLinkedQueue<>());
        return new IcmpErrors() {
            @Override
            public int receive(UnsafeBuffer into) {
                byte[] message = waiting.poll();
                int octets = message == null ? 0 : Math.min(message.length, into.capacity());
                into.putBytes(0, message == null ? new byte[0] : message, 0, octets);
                return octets;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Poller poller(List<? extends Pollable> sources) {
        return new FakePoller(sources);
    }

    /** The one of this host: what one caller sets, all see. */
    @Override
    public FakeNetlink netlink() {
        return netlink;
    }

    boolean refusesSegmentation() {
        return refusesSegmentation;
    }

    boolean owns(FakeDatagram datagram) {
        return addresses.contains(datagram.destination());
    }

    /** The source address of a socket bound to {@code local}. */
    InetAddress sourceFor(InetAddress local) {
        if (!local.isAnyLocalAddress()) {
            return local;
        }
        boolean ipv6 = AddressBits.isIpv6(local);
        return addresses.stream()
                .filter(address -> AddressBits.isIpv6(address) == ipv6)
                .findFirst()
                .orElse(local);
    }
}
