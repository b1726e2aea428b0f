package io.godwit.linux.fake;

import io.godwit.linux.AddressBits;
import io.godwit.linux.Errno;
import io.godwit.linux.ffi.NativeBuffer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The network between {@link FakeNetwork}s: delivers a datagram at once to the socket that is bound to its destination. */
public final class FakeUnderlay {
    private final List<FakeUdpSocket> sockets = new CopyOnWriteArrayList<>();
    private final List<Predicate<FakeDatagram>> losses = new CopyOnWriteArrayList<>();
    private final List<Consumer<FakeDatagram>> taps = new CopyOnWriteArrayList<>();
    private final List<InetAddress> blackHoles = new ArrayList<>();
    private final FakeDatagram datagram = new FakeDatagram();
    private int mtu = 65535;
    private long delivered;
    private long lost;

    // --- rules

    /** Octets of the largest IP packet: what is larger comes back to a sender with DF as EMSGSIZE. */
    public synchronized void mtu(int octets) {
        mtu = octets;
    }

    /** Everything to {@code destination} vanishes. */
    public synchronized void blackHole(InetAddress destination) {
        blackHoles.add(destination);
    }

    public synchronized void healBlackHole(InetAddress destination) {
        blackHoles.remove(destination);
    }

    /** Loses each datagram that {@code rule} picks. */
    public void loseIf(Predicate<FakeDatagram> rule) {
        losses.add(rule);
    }

    /** Shows every datagram sent, lost ones too. */
    public void tap(Consumer<FakeDatagram> tap) {
        taps.add(tap);
    }

    public synchronized long delivered() {
        return delivered;
    }

    /** Datagrams that a rule lost, that nobody was bound for, or that found a full queue. */
    public synchronized long lost() {
        return lost;
    }

    /** A datagram from a host without a {@link FakeNetwork}; returns whether somebody got it. */
    public synchronized boolean inject(
            InetAddress source,
            int sourcePort,
            InetAddress destination,
            int destinationPort,
            int hopLimit,
            int trafficClass,
            byte[] payload) {
        long before = delivered;
        try (NativeBuffer memory = NativeBuffer.allocate(Math.max(1, payload.length))) {
            memory.putBytes(0, payload);
            datagram.from(AddressBits.isIpv6(source), AddressBits.high(source), AddressBits.low(source), sourcePort);
            datagram.to(AddressBits.high(destination), AddressBits.low(destination), destinationPort);
            datagram.carry(memory.address(), payload.length, hopLimit, trafficClass);
            pass();
        }
        return delivered > before;
    }

    // --- sockets

    void attach(FakeUdpSocket socket) {
        sockets.add(socket);
    }

    void detach(FakeUdpSocket socket) {
        sockets.remove(socket);
    }

    boolean isBound(InetAddress address, int port) {
        return sockets.stream()
                .anyMatch(socket ->
                        socket.localPort() == port && socket.localAddress().equals(address));
    }

    /** Sends from {@code sender}; returns 0 or an errno. */
    synchronized int send(
            FakeUdpSocket sender,
            long payload,
            int length,
            long destinationHigh,
            long destinationLow,
            int port,
            int hopLimit,
            int trafficClass) {
        datagram.from(sender.ipv6(), sender.sourceHigh(), sender.sourceLow(), sender.localPort());
        datagram.to(destinationHigh, destinationLow, port);
        datagram.carry(payload, length, hopLimit, trafficClass);
        if (datagram.packetLength() > mtu && sender.dontFragment()) {
            return Errno.EMSGSIZE;
        }
        pass();
        return 0;
    }

    private void pass() {
        for (int i = 0; i < taps.size(); i++) {
            taps.get(i).accept(datagram);
        }
        if (!isLost() && deliver()) {
            delivered++;
        } else {
            lost++;
        }
    }

    private boolean isLost() {
        if (!blackHoles.isEmpty() && blackHoles.contains(datagram.destination())) {
            return true;
        }
        for (int i = 0; i < losses.size(); i++) {
            if (losses.get(i).test(datagram)) {
                return true;
            }
        }
        return false;
    }

    private boolean deliver() {
        for (int i = 0; i < sockets.size(); i++) {
            FakeUdpSocket socket = sockets.get(i);
            if (socket.takes(datagram)) {
                return socket.deliver(datagram);
            }
        }
        return false;
    }
}
