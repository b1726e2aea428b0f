package io.godwit.daemon.net;

import io.godwit.daemon.observe.Counters;
import io.godwit.packet.address.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** The socket of one local address of a {@link NettyControlTransport}, and how what is sent leaves by it: nothing overtakes what went before. */
final class BoundSocket {
    private final IpAddress address;
    private final EpollDatagramChannel channel;
    private final Counters<TransportCounter> counters;
    private final @Nullable FanOut fanOut;

    /** @param sending has the thread for what is sent to very many, where there is one */
    BoundSocket(
            IpAddress address,
            EpollDatagramChannel channel,
            Optional<EventLoop> sending,
            Counters<TransportCounter> counters) {
        this.address = address;
        this.channel = channel;
        this.counters = counters;
        fanOut = sending.map(loop -> new FanOut(loop, channel)).orElse(null);
    }

    IpAddress address() {
        return address;
    }

    boolean isWildcard() {
        return address.toInetAddress().isAnyLocalAddress();
    }

    /**
     * Leaves at the latest with the next {@link #flush}.
     *
     * @param toMany whether it is one of very many that are sent because of one event
     */
    void send(DirectBuffer buffer, int offset, int length, Endpoint remote, boolean toMany) {
        if (address.bits() != remote.address().bits()) {
            counters.increment(TransportCounter.SEND_NO_SOCKET);
        } else if (!channel.isWritable()) {
            counters.increment(TransportCounter.SEND_QUEUE_FULL);
        } else {
            send(datagram(buffer, offset, length, remote), toMany);
        }
    }

    private void send(DatagramPacket packet, boolean toMany) {
        FanOut other = other(toMany);
        if (other == null) {
            channel.write(packet)
                    .addListener((ChannelFuture sent) -> counters.increment(
                            sent.isSuccess() ? TransportCounter.SENT : TransportCounter.SEND_FAILED));
            return;
        }
        channel.flush();
        if (!other.give(packet)) {
            counters.increment(TransportCounter.SEND_QUEUE_FULL);
        }
    }

    /** Who sends in place of this thread, if anybody. */
    private @Nullable FanOut other(boolean toMany) {
        return fanOut != null && (toMany || fanOut.isBusy()) ? fanOut : null;
    }

    private DatagramPacket datagram(DirectBuffer buffer, int offset, int length, Endpoint remote) {
        ByteBuf copy = channel.alloc().directBuffer(length);
        buffer.getBytes(offset, copy.internalNioBuffer(0, length), length);
        copy.writerIndex(length);
        return new DatagramPacket(copy, new InetSocketAddress(remote.address().toInetAddress(), remote.port()));
    }

    void flush() {
        channel.flush();
        if (fanOut != null) {
            fanOut.flush();
        }
    }

    /** Counts what the other thread has sent since the last time. */
    void count() {
        if (fanOut != null) {
            counters.add(TransportCounter.SENT, fanOut.newlySent());
            counters.add(TransportCounter.SEND_FAILED, fanOut.newlyFailed());
        }
    }

    /** Sends what waits, and ends. */
    void close() {
        flush();
        if (fanOut != null) {
            fanOut.close();
            count();
        }
        var _ = channel.close();
    }
}
