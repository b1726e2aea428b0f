package io.godwit.hypervisor.qmp;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A connection to the monitor of one guest: commands out, answers and events in. Everything happens on the event loop given.
 *
 * <p>QEMU sends {@code MIGRATION} events only after the migration capability {@code events} was set, on both sides; this sets it.
 */
public final class QmpMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QmpMonitor.class);
    /** QEMU's longest answers are lists of objects' properties; none that is asked for here comes near. */
    private static final int MAX_LINE = 1 << 20;

    private static final int MAX_OPEN_COMMANDS = 64;

    /** Who wants to know. Called on the event loop. */
    public interface Listener {
        /** Commands may be given, and events arrive, from now on. */
        void onReady(QmpMonitor monitor);

        void onEvent(QmpMonitor monitor, QmpEvent event);

        /** It ended, or could not be opened: called once, the last call. */
        void onClosed(QmpMonitor monitor);
    }

    private final Path socket;
    private final Listener listener;
    private final JsonMapper json = JsonMapper.shared();
    private final Map<Long, CompletableFuture<JsonNode>> open = new HashMap<>();
    private final Channel channel;
    private long commands;

    private QmpMonitor(EventLoop loop, Path socket, Listener listener) {
        this.socket = socket;
        this.listener = listener;
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        fresh.pipeline().addLast(new LineBasedFrameDecoder(MAX_LINE), new Reader());
                    }
                })
                .connect(new DomainSocketAddress(socket.toFile()));
        channel = connecting.channel();
        channel.closeFuture().addListener(closed -> end());
    }

    /** Begins to connect; the listener hears how it went. */
    public static QmpMonitor connect(EventLoop loop, Path socket, Listener listener) {
        return new QmpMonitor(loop, socket, listener);
    }

    public Path socket() {
        return socket;
    }

    /** The process that serves the socket, or 0 when the kernel does not tell. */
    public int pid() {
        try {
            return channel instanceof EpollDomainSocketChannel peer
                    ? peer.peerCredentials().pid()
                    : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * @return what QEMU answers; fails with a {@link QmpException}
     */
    public CompletableFuture<JsonNode> execute(String command, Map<String, ?> arguments) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        if (channel.eventLoop().inEventLoop()) {
            send(command, arguments, answer);
        } else {
            channel.eventLoop().execute(() -> send(command, arguments, answer));
        }
        return answer;
    }

    private void send(String command, Map<String, ?> arguments, CompletableFuture<JsonNode> answer) {
        if (!channel.isActive() || open.size() >= MAX_OPEN_COMMANDS) {
            answer.completeExceptionally(new QmpException(command + ": the monitor " + socket + " is not there"));
            return;
        }
        long id = ++commands;
        open.put(id, answer);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("execute", command);
        if (!arguments.isEmpty()) {
            message.put("arguments", arguments);
        }
        message.put("id", id);
        var _ = channel.writeAndFlush(
                Unpooled.copiedBuffer(json.writeValueAsString(message) + "\r\n", StandardCharsets.UTF_8),
                channel.voidPromise());
    }

    private void onMessage(JsonNode message, long receivedNanos) {
        if (message.has("QMP")) {
            greet();
        } else if (message.has("event")) {
            listener.onEvent(this, QmpEvent.of(message, receivedNanos));
        } else {
            CompletableFuture<JsonNode> answer = open.remove(message.path("id").asLong(-1));
            if (answer != null && message.has("error")) {
                answer.completeExceptionally(
                        new QmpException(message.path("error").path("desc").asString("refused")));
            } else if (answer != null) {
                answer.complete(message.path("return"));
            }
        }
    }

    private void greet() {
        List<Map<String, Object>> capabilities = List.of(Map.of("capability", "events", "state", true));
        var _ = execute("qmp_capabilities", Map.of())
                .thenCompose(ok -> execute("migrate-set-capabilities", Map.of("capabilities", capabilities)))
                .whenComplete((ok, failure) -> {
                    if (failure != null) {
                        LOG.warn("{}: no MIGRATION events from this guest: {}", socket, failure.getMessage());
                    }
                    if (channel.isActive()) {
                        listener.onReady(this);
                    }
                });
    }

    private void end() {
        List<CompletableFuture<JsonNode>> unanswered = new ArrayList<>(open.values());
        open.clear();
        unanswered.forEach(
                answer -> answer.completeExceptionally(new QmpException("the monitor " + socket + " is gone")));
        listener.onClosed(this);
    }

    @Override
    public void close() {
        var _ = channel.close();
    }

    private final class Reader extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
            long now = System.nanoTime();
            try {
                onMessage(json.readTree(line.toString(StandardCharsets.UTF_8)), now);
            } catch (JacksonException e) {
                LOG.warn("{}: not JSON, closing: {}", socket, e.getMessage());
                var _ = context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("{}: {}", socket, cause.toString());
            var _ = context.close();
        }
    }
}
