package io.godwit.daemon.net;

import io.godwit.daemon.StartException;
import io.godwit.daemon.observe.Counters;
import io.godwit.daemon.observe.FailureLog;
import io.godwit.linux.Urgency;
import io.godwit.packet.address.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.LoggerFactory;

/**
 * Control datagrams over Netty epoll sockets, one for each address. Receives with recvmmsg; what is sent within one turn of the event
 * loop leaves with one sendmmsg, or with several: the first of a thousand do not wait until the last is signed.
 *
 * <p>Bind to specific addresses where it matters: a socket bound to {@code 0.0.0.0} learns the local address of each datagram from the
 * kernel, one bound to {@code ::} reports {@code ::}, and both send from the address the kernel chooses.
 */
public final class NettyControlTransport implements ControlTransport {
    private static final int MAX_UNFLUSHED = 32;
    /** Who sends more than these because of one event leaves the rest to another thread. */
    private static final int FEW = 32;

    private final EventLoop loop;
    private final Optional<EventLoop> sending;
    private final List<BoundSocket> sockets = new ArrayList<>();
    /** Asked for whatever is sent. */
    private List<IpAddress> localAddresses = List.of();

    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private final FailureLog failures = new FailureLog(LoggerFactory.getLogger(NettyControlTransport.class));
    private final Runnable endOfTurn = this::onEndOfTurn;
    private int port;
    private boolean flushQueued;
    private int unflushed;
    /** Since the last event: a datagram that came, a timer. */
    private int sentOfEvent;

    private Handler handler = (buffer, offset, length, local, remote) -> {};

    private NettyControlTransport(EventLoop loop, Optional<EventLoop> sending) {
        this.loop = loop;
        this.sending = sending;
    }

    /** As the other, where nothing is sent to very many. */
    public static NettyControlTransport open(EventLoop loop, List<IpAddress> addresses, int port) {
        return open(loop, Optional.empty(), addresses, port);
    }

    /**
     * May be called from any thread. Throws {@link StartException} with a sentence naming address and port when one cannot be bound.
     *
     * @param sending has a thread that sends what one event makes this one say to very many
     * @param port 0 for a free one, the same for all addresses
     */
    public static NettyControlTransport open(
            EventLoop loop, Optional<EventLoop> sending, List<IpAddress> addresses, int port) {
        NettyControlTransport transport = new NettyControlTransport(loop, sending);
        transport.onLoop(() -> transport.bind(addresses, port));
        return transport;
    }

    private void bind(List<IpAddress> addresses, int wanted) {
        port = wanted;
        try {
            addresses.stream()
                    .sorted(Comparator.comparingInt(IpAddress::bits))
                    .distinct()
                    .forEach(this::bind);
        } catch (RuntimeException e) {
            closeSockets();
            throw e;
        }
    }

    private void bind(IpAddress address) {
        EpollDatagramChannel channel = UdpSocket.open(loop, address, port, new Receiver(address));
        port = channel.localAddress().getPort();
        sockets.add(new BoundSocket(address, channel, sending, counters));
        localAddresses = sockets.stream().map(BoundSocket::address).toList();
    }

    @Override
    public List<IpAddress> localAddresses() {
        return localAddresses;
    }

    @Override
    public int localPort() {
        return port;
    }

    @Override
    public void handler(Handler handler) {
        this.handler = handler;
    }

    @Override
    public Map<String, Long> counters() {
        sockets.forEach(BoundSocket::count);
        return counters.snapshot();
    }

    @Override
    public void send(DirectBuffer buffer, int offset, int length, Endpoint remote) {
        for (BoundSocket socket : sockets) {
            if (socket.address().bits() == remote.address().bits()) {
                send(buffer, offset, length, socket, remote);
                return;
            }
        }
        counters.increment(TransportCounter.SEND_NO_SOCKET);
    }

    @Override
    public void send(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        for (BoundSocket socket : sockets) {
            if (socket.address().equals(local)) {
                send(buffer, offset, length, socket, remote);
                return;
            }
        }
        for (BoundSocket socket : sockets) {
            // What came in on a wildcard socket with its own local address is answered through that socket.
            if (socket.address().bits() == local.bits() && socket.isWildcard()) {
                send(buffer, offset, length, socket, remote);
                return;
            }
        }
        counters.increment(TransportCounter.SEND_NO_SOCKET);
    }

    private void send(DirectBuffer buffer, int offset, int length, BoundSocket socket, Endpoint remote) {
        Urgency.check();
        socket.send(buffer, offset, length, remote, ++sentOfEvent > FEW);
        if (++unflushed == MAX_UNFLUSHED) {
            flush();
        } else if (!flushQueued) {
            flushQueued = true;
            loop.execute(endOfTurn);
        }
    }

    private void onEndOfTurn() {
        flushQueued = false;
        sentOfEvent = 0;
        flush();
    }

    @Override
    public void flush() {
        unflushed = 0;
        sockets.forEach(BoundSocket::flush);
    }

    @Override
    public void close() {
        if (!loop.isShuttingDown()) {
            onLoop(this::closeSockets);
        }
    }

    private void closeSockets() {
        sockets.forEach(BoundSocket::close);
        sockets.clear();
        localAddresses = List.of();
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            loop.submit(task).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Sharable
    private final class Receiver extends ChannelInboundHandlerAdapter {
        private final IpAddress bound;
        private final boolean wildcard;
        private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
        private boolean bursting;

        Receiver(IpAddress bound) {
            this.bound = bound;
            this.wildcard = bound.toInetAddress().isAnyLocalAddress();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                receive((DatagramPacket) message);
            } catch (RuntimeException e) {
                counters.increment(TransportCounter.HANDLER_FAILED);
                failures.failed("handling a control datagram", e);
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.fireChannelReadComplete();
            if (!bursting) {
                return;
            }
            bursting = false;
            try {
                handler.onBurstEnd();
            } catch (RuntimeException e) {
                counters.increment(TransportCounter.HANDLER_FAILED);
                failures.failed("handling control datagrams", e);
            }
        }

        private void receive(DatagramPacket packet) {
            counters.increment(TransportCounter.RECEIVED);
            Urgency.check();
            sentOfEvent = 0;
            if (!bursting) {
                bursting = true;
                handler.onBurst();
            }
            ByteBuf content = packet.content();
            int length = content.readableBytes();
            ByteBuffer memory = content.internalNioBuffer(content.readerIndex(), length);
            buffer.wrap(memory, memory.position(), length);
            InetSocketAddress sender = packet.sender();
            Endpoint remote = new Endpoint(IpAddress.of(sender.getAddress()), sender.getPort());
            handler.onDatagram(buffer, 0, length, local(packet), remote);
        }

        private IpAddress local(DatagramPacket packet) {
            InetAddress recipient = packet.recipient().getAddress();
            return wildcard && recipient != null ? IpAddress.of(recipient) : bound;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            counters.increment(TransportCounter.RECEIVE_FAILED);
        }
    }
}
