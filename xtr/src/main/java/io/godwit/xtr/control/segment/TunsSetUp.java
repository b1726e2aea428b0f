package io.godwit.xtr.control.segment;

import io.godwit.linux.IcmpErrors;
import io.godwit.linux.Netlink;
import io.godwit.linux.Network;
import io.godwit.linux.Pollable;
import io.godwit.linux.Poller;
import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/** Another network, whose TUN devices of one queue are set up when they have been opened. */
final class TunsSetUp implements Network {
    private final Network network;
    private final Consumer<String> setUp;

    /** @param setUp gets the name of a device that exists; may throw what an operator can read */
    TunsSetUp(Network network, Consumer<String> setUp) {
        this.network = network;
        this.setUp = setUp;
    }

    /** Of several queues one is not read, and gets packets until whoever opens them has told the kernel. */
    @Override
    public List<TunDevice> openTun(String name, int queues, TunOffloads offloads) {
        List<TunDevice> opened = network.openTun(name, queues, offloads);
        if (queues == 1) {
            try {
                setUp.accept(name);
            } catch (RuntimeException e) {
                opened.forEach(TunDevice::close);
                throw e;
            }
        }
        return opened;
    }

    @Override
    public TunDevice openTap(String name) {
        return network.openTap(name);
    }

    @Override
    public UdpBatchSocket openUdp(InetAddress local, int port, UdpOptions options) {
        return network.openUdp(local, port, options);
    }

    @Override
    public List<UdpBatchSocket> openSenders(InetAddress local, int count, UdpOptions options) {
        return network.openSenders(local, count, options);
    }

    @Override
    public IcmpErrors openIcmpErrors(InetAddress local) {
        return network.openIcmpErrors(local);
    }

    @Override
    public Poller poller(List<? extends Pollable> sources) {
        return network.poller(sources);
    }

    @Override
    public Netlink netlink() {
        return network.netlink();
    }
}
