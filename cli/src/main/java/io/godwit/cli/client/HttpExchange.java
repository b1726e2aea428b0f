package io.godwit.cli.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
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
import org.jspecify.annotations.Nullable;

/** One request and its answer: Netty's HTTP codec over the JDK's Unix sockets. No event loop, no thread: a command starts fast. */
public final class HttpExchange implements AutoCloseable {
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
        ask(request);
        return receive();
    }

    private void ask(FullHttpRequest request) throws IOException {
        codec.writeOutbound(request);
        for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
            write(part.nioBuffer());
            part.release();
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    private FullHttpResponse receive() throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(64 * 1024);
        while (true) {
            FullHttpResponse response = codec.readInbound();
            if (response != null) {
                return response;
            }
            read(octets);
        }
    }

    /** Takes the octets of an answer's body, piece by piece. */
    @FunctionalInterface
    public interface Pieces {
        void accept(byte[] octets) throws IOException;
    }

    /** Hands on the body of a good answer as it comes; another answer is returned whole. */
    @Nullable
    FullHttpResponse stream(FullHttpRequest request, Pieces pieces) throws IOException {
        ask(request);
        codec.pipeline().removeLast();
        ByteBuffer octets = ByteBuffer.allocate(64 * 1024);
        while (true) {
            Object part = codec.readInbound();
            if (part instanceof HttpResponse response && !response.status().equals(HttpResponseStatus.OK)) {
                codec.pipeline().addLast(new HttpObjectAggregator(MAX_ANSWER));
                codec.pipeline().fireChannelRead(response);
                return receive();
            }
            if (part instanceof HttpContent content) {
                byte[] piece = ByteBufUtil.getBytes(content.content());
                content.release();
                if (piece.length > 0) {
                    pieces.accept(piece);
                }
                if (content instanceof LastHttpContent) {
                    return null;
                }
            } else if (part == null) {
                read(octets);
            }
        }
    }

    private void read(ByteBuffer octets) throws IOException {
        await();
        if (channel.read(octets.clear()) < 0) {
            throw new EOFException("it hung up before it had answered");
        }
        codec.writeInbound(Unpooled.copiedBuffer(octets.flip()));
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
