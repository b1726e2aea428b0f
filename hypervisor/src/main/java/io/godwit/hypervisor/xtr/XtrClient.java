package io.godwit.hypervisor.xtr;

import io.godwit.daemon.net.Timers;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The management API over one connection that stays open: a signal of a move must not wait for a connection to be made. Requests are
 * answered in their order. Everything happens on the event loop given. A restarted xTR is found again within a
 * tenth of a second.
 */
public final class XtrClient implements Xtr, AutoCloseable {
    private static final int MAX_ANSWER = 16 << 20;
    private static final int MAX_WAITING = 4_096;
    /** A restarted xTR is to know soon what happened meanwhile. */
    private static final Duration RECONNECT = Duration.ofMillis(100);
    /** One that answers nothing for so long is gone, though its end of the connection may be open. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Timers timers;
    private final Path socket;
    private final JsonMapper json = JsonMapper.shared();
    private final ArrayDeque<Question> waiting = new ArrayDeque<>();
    private @Nullable Channel channel;
    private Runnable onConnected = () -> {};
    private boolean closed;

    private record Question(CompletableFuture<JsonNode> answer, long sinceNanos) {}

    public XtrClient(EventLoop loop, Timers timers, Path socket) {
        this.loop = loop;
        this.timers = timers;
        this.socket = socket;
    }

    /**
     * Connects, and makes the xTR warm to requests.
     *
     * @param connected is told each time that the xTR is there, or there again
     */
    public void start(Runnable connected) {
        onConnected = connected;
        connect();
        timers.every(LOOK, this::look);
    }

    private void look() {
        Question oldest = waiting.peekFirst();
        if (channel != null && oldest != null && timers.nanoTime() - oldest.sinceNanos > PATIENCE_NANOS) {
            var _ = channel.close();
        }
    }

    private void connect() {
        if (closed || (channel != null && channel.isOpen())) {
            return;
        }
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline()
                                .addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_ANSWER), new Reader());
                    }
                })
                .connect(new DomainSocketAddress(socket.toFile()));
        Channel fresh = connecting.channel();
        channel = fresh;
        fresh.closeFuture().addListener(done -> onClosed(fresh));
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                var _ = get("/v1/health").thenRun(onConnected);
            }
        });
    }

    private void onClosed(Channel which) {
        if (which.equals(channel)) {
            while (!waiting.isEmpty()) {
                waiting.removeFirst()
                        .answer
                        .completeExceptionally(XtrException.gone("the xTR at " + socket + " is gone"));
            }
            timers.after(RECONNECT, this::connect);
        }
    }

    @Override
    public CompletableFuture<JsonNode> get(String target) {
        return ask(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target));
    }

    @Override
    public CompletableFuture<JsonNode> post(String target, Object body) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, target, Unpooled.wrappedBuffer(json.writeValueAsBytes(body)));
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        return ask(request);
    }

    private CompletableFuture<JsonNode> ask(FullHttpRequest request) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        Channel to = channel;
        if (to == null || !to.isActive() || waiting.size() >= MAX_WAITING) {
            request.release();
            answer.completeExceptionally(XtrException.gone("the xTR at " + socket + " does not answer"));
            return answer;
        }
        request.headers()
                .set(HttpHeaderNames.HOST, "localhost")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
        waiting.addLast(new Question(answer, timers.nanoTime()));
        to.writeAndFlush(request).addListener(sent -> {
            if (!sent.isSuccess()) {
                var _ = to.close();
            }
        });
        return answer;
    }

    private void onResponse(FullHttpResponse response) {
        Question question = waiting.pollFirst();
        if (question == null) {
            return;
        }
        CompletableFuture<JsonNode> answer = question.answer;
        String body = response.content().toString(StandardCharsets.UTF_8);
        try {
            JsonNode node = json.readTree(body);
            if (response.status().code() >= 400) {
                answer.completeExceptionally(
                        XtrException.refused(node.path("error").asString(body)));
            } else {
                answer.complete(node);
            }
        } catch (JacksonException e) {
            answer.completeExceptionally(XtrException.refused("the xTR at " + socket + " answered: " + body));
        }
    }

    @Override
    public void close() {
        closed = true;
        if (channel != null) {
            var _ = channel.close();
        }
    }

    private final class Reader extends SimpleChannelInboundHandler<FullHttpResponse> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            onResponse(response);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
