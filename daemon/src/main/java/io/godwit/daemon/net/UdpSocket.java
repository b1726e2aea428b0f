package io.godwit.daemon.net;

import io.godwit.daemon.StartException;
import io.godwit.packet.address.IpAddress;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDatagramChannelConfig;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.InetSocketAddress;

/** Opens one UDP socket on an event loop, on whose thread it must be called. */
final class UdpSocket {
    /** The longest datagram there is, rounded up. */
    private static final int MAX_DATAGRAM = 64 * 1024;

    /** Datagrams a recvmmsg call may bring. */
    private static final int RECEIVE_BATCH = 8;

    private static final int RECEIVE_BUFFER = 8 * 1024 * 1024;
    private static final int SEND_QUEUE_BYTES = 4 * 1024 * 1024;
    static final IntegerUnixChannelOption IPV6_V6ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);
    private static final IntegerUnixChannelOption SO_RCVBUFFORCE =
            new IntegerUnixChannelOption("SO_RCVBUFFORCE", 1, 33);

    private UdpSocket() {}

    static EpollDatagramChannel open(EventLoop loop, IpAddress address, int port, ChannelInboundHandler handler) {
        EpollDatagramChannel channel =
                new EpollDatagramChannel(address.isIpv4() ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
        try {
            configure(channel.config(), address);
            channel.pipeline().addLast(handler);
            loop.register(channel).syncUninterruptibly();
            ChannelFuture bound = channel.bind(new InetSocketAddress(address.toInetAddress(), port));
            Throwable failure = bound.awaitUninterruptibly().cause();
            if (failure != null) {
                throw new StartException(sentence(failure, new Endpoint(address, port)), failure);
            }
            return channel;
        } catch (RuntimeException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    private static void configure(EpollDatagramChannelConfig config, IpAddress address) {
        config.setMaxDatagramPayloadSize(MAX_DATAGRAM);
        config.setRecvByteBufAllocator(new FixedRecvByteBufAllocator(RECEIVE_BATCH * MAX_DATAGRAM));
        config.setAllocator(PooledByteBufAllocator.DEFAULT);
        config.setWriteBufferWaterMark(new WriteBufferWaterMark(SEND_QUEUE_BYTES / 2, SEND_QUEUE_BYTES));
        receiveBuffer(config);
        if (!address.isIpv4()) {
            config.setOption(IPV6_V6ONLY, 1);
        } else if (address.toInetAddress().isAnyLocalAddress()) {
            config.setOption(EpollChannelOption.IP_RECVORIGDSTADDR, true);
        }
    }

    /** Bursts (a site that re-registers) should wait in the kernel; beyond net.core.rmem_max that is root's privilege. */
    private static void receiveBuffer(EpollDatagramChannelConfig config) {
        try {
            config.setOption(SO_RCVBUFFORCE, RECEIVE_BUFFER);
        } catch (ChannelException e) {
            config.setOption(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER);
        }
    }

    private static String sentence(Throwable failure, Endpoint endpoint) {
        String text = String.valueOf(failure.getMessage());
        if (text.contains("Address already in use")) {
            return "UDP port " + endpoint.port() + " on " + endpoint.address()
                    + " is taken by another process: stop it (ss -ulpn shows it) or listen on another address";
        }
        if (text.contains("Cannot assign requested address")) {
            return endpoint.address() + " is not an address of this machine: add it to an interface (ip address shows"
                    + " what there is) or listen on another address";
        }
        if (text.contains("Permission denied")) {
            return "UDP port " + endpoint.port() + " on " + endpoint.address()
                    + " may not be opened by this user: start as root or use a port above 1023";
        }
        return "UDP port " + endpoint.port() + " on " + endpoint.address() + " cannot be opened: " + text;
    }
}
