package io.godwit.daemon.net;

import io.godwit.daemon.StartException;
import io.godwit.packet.address.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.Function;

/** {@link FrameStream}s over TCP: before each message stands its length, two octets, big-endian. */
public final class TcpFrames implements FrameStream.Connector {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int LENGTH_OCTETS = 2;
    private static final int BACKLOG = 128;

    private final EventLoop loop;

    public TcpFrames(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Accepts connections until the result is closed. Throws {@link StartException} with a sentence naming address and port.
     *
     * @param port 0 for a free one
     */
    public Listener listen(IpAddress address, int port, Function<FrameStream, FrameStream.Receiver> opened) {
        EpollServerSocketChannel channel =
                new EpollServerSocketChannel(address.isIpv4() ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
        channel.config().setReuseAddress(true).setBacklog(BACKLOG);
        if (!address.isIpv4()) {
            channel.config().setOption(UdpSocket.IPV6_V6ONLY, 1);
        }
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object accepted) {
                adopt((Channel) accepted, opened);
            }
        });
        loop.register(channel).syncUninterruptibly();
        Throwable failure = channel.bind(new InetSocketAddress(address.toInetAddress(), port))
                .awaitUninterruptibly()
                .cause();
        if (failure != null) {
            channel.unsafe().closeForcibly();
            throw new StartException(
                    "TCP port " + port + " on " + address + " cannot be opened: " + failure.getMessage()
                            + " (ss -tlpn shows who has it)",
                    failure);
        }
        return new Listener(channel);
    }

    /** Accepts connections. */
    public record Listener(Channel channel) implements AutoCloseable {
        public int port() {
            return ((InetSocketAddress) channel.localAddress()).getPort();
        }

        @Override
        public void close() {
            var _ = channel.close();
        }
    }

    private void adopt(Channel channel, Function<FrameStream, FrameStream.Receiver> opened) {
        channel.pipeline().addLast(new Frames(channel, opened));
        loop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                channel.unsafe().closeForcibly();
            }
        });
    }

    @Override
    public void connect(Endpoint remote, Function<FrameStream, FrameStream.Receiver> opened, Runnable failed) {
        EpollSocketChannel channel = new EpollSocketChannel();
        channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
        channel.pipeline().addLast(new Frames(channel, opened));
        loop.register(channel).addListener((ChannelFuture registered) -> {
            var _ = channel.connect(new InetSocketAddress(remote.address().toInetAddress(), remote.port()))
                    .addListener((ChannelFuture connected) -> {
                        if (!connected.isSuccess()) {
                            channel.unsafe().closeForcibly();
                            failed.run();
                        }
                    });
        });
    }

    /** One connection. */
    private static final class Frames extends ChannelInboundHandlerAdapter implements FrameStream {
        private final Channel channel;
        private final Function<FrameStream, Receiver> opened;
        private final byte[] buffer = new byte[LENGTH_OCTETS + MAX_FRAME];
        private int have;
        private boolean closed;
        private Receiver receiver = new Receiver() {
            @Override
            public void onFrame(byte[] frame) {}

            @Override
            public void onClosed() {}
        };

        Frames(Channel channel, Function<FrameStream, Receiver> opened) {
            this.channel = channel;
            this.opened = opened;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            receiver = opened.apply(this);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                while (in.isReadable() && channel.isActive()) {
                    take(in);
                }
            } finally {
                in.release();
            }
        }

        private void take(ByteBuf in) {
            int want = LENGTH_OCTETS + (have < LENGTH_OCTETS ? 0 : length());
            int octets = Math.min(in.readableBytes(), want - have);
            in.readBytes(buffer, have, octets);
            have += octets;
            if (have == LENGTH_OCTETS && (length() == 0 || length() > MAX_FRAME)) {
                var _ = channel.close();
            } else if (have > LENGTH_OCTETS && have == LENGTH_OCTETS + length()) {
                have = 0;
                receiver.onFrame(Arrays.copyOfRange(buffer, LENGTH_OCTETS, LENGTH_OCTETS + length()));
            }
        }

        private int length() {
            return (buffer[0] & 0xff) << 8 | (buffer[1] & 0xff);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!closed) {
                closed = true;
                receiver.onClosed();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }

        @Override
        public IpAddress remote() {
            return IpAddress.of(((InetSocketAddress) channel.remoteAddress()).getAddress());
        }

        @Override
        public void send(byte[] frame) {
            if (!channel.isWritable()) {
                var _ = channel.close(); // it does not read what it is told
                return;
            }
            byte[] length = {(byte) (frame.length >>> 8), (byte) frame.length};
            var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(length, frame));
        }

        @Override
        public void close() {
            closed = true;
            var _ = channel.close();
        }
    }
}
