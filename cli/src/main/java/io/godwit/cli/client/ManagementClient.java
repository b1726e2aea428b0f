package io.godwit.cli.client;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a daemon over its Unix socket, and waits for the answer. Every request has a connection of its own, so there is nothing to close
 * and a daemon may restart in between. Thread-safe.
 */
public final class ManagementClient {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Path socket;
    private final JsonMapper json = JsonMapper.shared();

    public ManagementClient(Path socket) {
        this.socket = socket;
    }

    public Path socket() {
        return socket;
    }

    /** The daemon's name, as its socket has it: {@code xtr-a} of {@code /run/godwit/xtr-a.sock}. */
    public String name() {
        return Sockets.name(socket);
    }

    /** @param target path and query: {@code /v1/events?since=7}. Throws {@link ManagementException}. */
    public JsonNode get(String target) {
        return get(target, DEADLINE);
    }

    public JsonNode get(String target, Duration deadline) {
        return ask(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target), deadline);
    }

    /** @param body becomes JSON. Throws {@link ManagementException}. */
    public JsonNode post(String target, Object body) {
        return post(target, body, DEADLINE);
    }

    public JsonNode post(String target, Object body, Duration deadline) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, target, Unpooled.wrappedBuffer(json.writeValueAsBytes(body)));
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        return ask(request, deadline);
    }

    private JsonNode ask(FullHttpRequest request, Duration deadline) {
        request.headers()
                .set(HttpHeaderNames.HOST, "localhost")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
        try (HttpExchange exchange = HttpExchange.open(socket, deadline)) {
            return answer(exchange.send(request));
        } catch (DeadlineException e) {
            throw new ManagementException(
                    name() + " did not answer within " + deadline.toMillis() + " ms: see what it logs", e);
        } catch (IOException e) {
            throw new ManagementException(sentence(e), e);
        }
    }

    /** Gets what arrives in pieces, handing each on, until the daemon ends it. Throws {@link ManagementException}. */
    public void stream(String target, HttpExchange.Pieces pieces) throws IOException {
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        request.headers().set(HttpHeaderNames.HOST, "localhost");
        try (HttpExchange exchange = HttpExchange.open(socket, FOR_EVER)) {
            FullHttpResponse refusal = exchange.stream(request, pieces);
            if (refusal != null) {
                answer(refusal);
            }
        } catch (SocketException | EOFException e) {
            throw new ManagementException(sentence(e), e);
        }
    }

    private JsonNode answer(FullHttpResponse response) {
        try {
            String body = response.content().toString(StandardCharsets.UTF_8);
            int status = response.status().code();
            JsonNode answer = json.readTree(body);
            if (status >= 400) {
                throw new ManagementException(
                        status, name() + ": " + answer.path("error").asString(body));
            }
            return answer;
        } catch (JacksonException e) {
            throw new ManagementException(name() + " answered with something that is not JSON", e);
        } finally {
            response.release();
        }
    }

    private String sentence(IOException e) {
        if (!Files.exists(socket)) {
            return "there is no socket " + socket + ": " + Sockets.choices(socket);
        }
        String reason = String.valueOf(e.getMessage());
        if (reason.contains("Permission denied")) {
            return "this user may not open " + socket + ": use sudo";
        }
        if (e instanceof SocketException && reason.contains("refused")) {
            return name() + " does not run: nobody serves " + socket;
        }
        return name() + " cannot be asked over " + socket + ": " + reason;
    }
}
