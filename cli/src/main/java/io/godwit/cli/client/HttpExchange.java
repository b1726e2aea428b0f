package io.godwit.cli.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** One request and its answer: Netty's HTTP codec over the JDK's Unix sockets. No event loop, no thread: a command starts fast. */
final class HttpExchange implements AutoCloseable {
    private static final int MAX_ANSWER = 256 * 1024 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final long deadline;
    private final EmbeddedChannel codec =
            new EmbeddedChannel(new HttpClientCodec(), new HttpObjectAggregator(MAX_ANSWER));

    private HttpExchange(SocketChannel channel, Selector selector, Duration timeout) throws IOException {
        this.channel = channel;
        this.selector = selector;
        deadline = System.nanoTime() + timeout.toNanos();
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_WRITE);
    }

    static HttpExchange open(Path socket, Duration timeout) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new HttpExchange(channel, Selector.open(), timeout);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The caller releases the answer. */
    FullHttpResponse send(FullHttpRequest request) throws IOException {
        codec.writeOutbound(request);
        for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
            write(part.nioBuffer());
            part.release();
        }
        key.interestOps(SelectionKey.OP_READ);
        ByteBuffer octets = ByteBuffer.allocate(64 * 1024);
        while (true) {
            FullHttpResponse response = codec.readInbound();
            if (response != null) {
                return response;
            }
            await();
            if (channel.read(octets.clear()) < 0) {
                throw new EOFException("it hung up before it had answered");
            }
            codec.writeInbound(Unpooled.copiedBuffer(octets.flip()));
        }
    }

    private void write(ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            if (channel.write(octets) == 0) {
                await();
            }
        }
    }

    private void await() throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new DeadlineException();
        }
        selector.select(millis);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        codec.finishAndReleaseAll();
        selector.close();
        channel.close();
    }
}
