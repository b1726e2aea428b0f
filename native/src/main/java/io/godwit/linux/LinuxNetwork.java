package io.godwit.linux;

import io.godwit.linux.netlink.LinuxNetlink;
import io.godwit.linux.poll.EpollPoller;
import io.godwit.linux.tun.TunFactory;
import io.godwit.linux.udp.RawIcmpErrors;
import io.godwit.linux.udp.UdpFactory;
import java.net.InetAddress;
import java.util.List;

/** The kernel, in the network namespace of the calling thread. */
public final class LinuxNetwork implements Network {
    @Override
    public List<TunDevice> openTun(String name, int queues, TunOffloads offloads) {
        return TunFactory.open(name, queues, offloads);
    }

    @Override
    public TunDevice openTap(String name) {
        return TunFactory.openTap(name);
    }

    @Override
    public List<UdpBatchSocket> openSenders(InetAddress local, int count, UdpOptions options) {
        return UdpFactory.openSenders(local, count, options);
    }

    @Override
    public UdpBatchSocket openUdp(InetAddress local, int port, UdpOptions options) {
        return UdpFactory.open(local, port, options);
    }

    @Override
    public IcmpErrors openIcmpErrors(InetAddress local) {
        return new RawIcmpErrors(local);
    }

    @Override
    public Poller poller(List<? extends Pollable> sources) {
        return new EpollPoller(sources);
    }

    @Override
    public Netlink netlink() {
        return new LinuxNetlink();
    }
}
