package io.godwit.bench.forward;

import io.godwit.linux.Netlink;
import io.godwit.linux.Network;
import io.godwit.linux.Pollable;
import io.godwit.linux.Poller;
import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import io.godwit.linux.udp.UdpFactory;
import java.net.InetAddress;
import java.util.List;

/** The kernel's place in the measurement: packets appear in slots as a read or receive leaves them, and what is sent or written is forgotten. */
final class MemoryNetwork implements Network {
    private final Traffic traffic;

    MemoryNetwork(Traffic traffic) {
        this.traffic = traffic;
    }

    @Override
    public List<TunDevice> openTun(String name, int queues, TunOffloads offloads) {
        return List.of(new MemoryTun(traffic));
    }

    @Override
    public UdpBatchSocket openUdp(InetAddress local, int port, UdpOptions options) {
        return new MemoryReceiver(traffic, local);
    }

    /** What is sent is laid out as for the kernel. */
    @Override
    public List<UdpBatchSocket> openSenders(InetAddress local, int count, UdpOptions options) {
        return UdpFactory.discarding(local, count);
    }

    @Override
    public Poller poller(List<? extends Pollable> sources) {
        return new Poller() {
            @Override
            public boolean await(int timeoutMillis) {
                throw new IllegalStateException("there is always a packet");
            }

            @Override
            public int readable() {
                return -1;
            }

            @Override
            public void ignore() {
                // Nobody waits.
            }

            @Override
            public void wakeUp() {
                // Nobody sleeps.
            }

            @Override
            public void close() {
                // Nothing open.
            }
        };
    }

    @Override
    public Netlink netlink() {
        throw new UnsupportedOperationException("the forwarding path asks for no links");
    }
}
