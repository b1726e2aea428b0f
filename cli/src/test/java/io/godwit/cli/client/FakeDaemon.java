package io.godwit.cli.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A daemon's management socket with answers that a test sets: {@code "GET /v1/status"} to JSON. */
public final class FakeDaemon implements AutoCloseable {
    /** Makes it never answer. */
    public static final String SILENCE = "";

    private record Reply(int status, String body) {}

    private final Path socket;
    private final ServerSocketChannel server;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    public FakeDaemon(Path folder, String name) throws IOException {
        socket = folder.resolve(name + ".sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, name);
        thread.setDaemon(true);
        thread.start();
    }

    public FakeDaemon answer(String request, String body) {
        return answer(request, 200, body);
    }

    public FakeDaemon answer(String request, int status, String body) {
        replies.put(request, new Reply(status, body));
        return this;
    }

    public Path socket() {
        return socket;
    }

    /** {@code POST /v1/moves {...}} and the like, without GETs. */
    public List<String> posts() {
        return requests.stream().filter(request -> request.startsWith("POST")).toList();
    }

    private void serve() {
        while (true) {
            try (SocketChannel connection = server.accept()) {
                serve(connection);
            } catch (IOException e) {
                if (!server.isOpen()) {
                    return;
                }
            }
        }
    }

    private void serve(SocketChannel connection) throws IOException {
        EmbeddedChannel codec = new EmbeddedChannel(new HttpServerCodec(), new HttpObjectAggregator(1 << 20));
        ByteBuffer octets = ByteBuffer.allocate(64 * 1024);
        while (connection.read(octets.clear()) >= 0) {
            codec.writeInbound(Unpooled.copiedBuffer(octets.flip()));
            FullHttpRequest request = codec.readInbound();
            if (request == null) {
                continue;
            }
            Reply reply = reply(request);
            if (!reply.body.equals(SILENCE)) {
                write(connection, codec, reply);
            }
        }
    }

    private Reply reply(FullHttpRequest request) {
        String line = request.method() + " " + request.uri();
        requests.add(line + " " + request.content().toString(StandardCharsets.UTF_8));
        return replies.getOrDefault(line, new Reply(404, "{\"error\":\"there is no " + request.uri() + "\"}"));
    }

    private static void write(SocketChannel connection, EmbeddedChannel codec, Reply reply) throws IOException {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(reply.status),
                Unpooled.copiedBuffer(reply.body, StandardCharsets.UTF_8));
        response.headers()
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        codec.writeOutbound(response);
        for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
            connection.write(part.nioBuffer());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
