package io.godwit.daemon.management;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.common.util.DomainSocketAddress;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.godwit.daemon.StartException;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.daemon.config.TlsConfig;
import io.godwit.daemon.management.RouteTable.Answer;
import io.godwit.daemon.observe.FailureLog;
import io.godwit.linux.ThreadPriority;
import io.godwit.linux.Urgency;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** Serves a {@link RouteTable} as JSON over HTTP on a Unix socket, and over TCP with mutual TLS: Armeria with one thread of its own. */
public final class ManagementServer implements AutoCloseable {
    private static final int MAX_BODY = 1 << 20;
    private static final String IDEMPOTENCY_KEY = "idempotency-key";
    private static final int CLOSE_MILLIS = 300;
    /** At a stretch: some tens of requests. */
    private static final long URGENT_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private static final int DEADLINE_SECONDS = 8;

    private final RouteTable routes;
    private final Executor control;
    private final FailureLog failures = new FailureLog(LoggerFactory.getLogger(ManagementServer.class));
    /** Of the control thread. */
    private final Idempotency idempotency = new Idempotency();

    private final SocketFile socket;
    private final EventLoopGroup worker = EventLoopGroups.newEventLoopGroup(1, "management", true);
    private final Server server;

    private ManagementServer(SocketFile socket, Optional<TlsConfig> tcp, RouteTable routes, Executor control) {
        this.socket = socket;
        this.routes = routes;
        this.control = control;
        HttpService service = this::serve;
        ServerBuilder builder = Server.builder()
                .port(DomainSocketAddress.of(socket.bound()), SessionProtocol.HTTP)
                .workerGroup(worker, false)
                .meterRegistry(NoopMeterRegistry.get())
                .maxRequestLength(MAX_BODY)
                .requestTimeoutMillis(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS + 2))
                .gracefulShutdownTimeoutMillis(0, 0)
                .serviceUnder("/", service);
        tcp.ifPresent(config -> MutualTls.open(builder, config));
        server = builder.build();
    }

    /**
     * Replaces the socket of a process that is gone; refuses that of a living one with a {@link StartException}.
     *
     * @param control the control thread, which runs the handlers
     */
    public static ManagementServer start(Path path, RouteTable routes, Executor control) {
        return start(new ManagementConfig(path), routes, control);
    }

    /** The same, and over TCP where that is configured. */
    public static ManagementServer start(ManagementConfig config, RouteTable routes, Executor control) {
        Path path = config.socket();
        ArmeriaFlags.set();
        SocketFile socket = new SocketFile(path);
        socket.prepare();
        ManagementServer management = new ManagementServer(socket, config.tcp(), routes, control);
        management.hurry(config.tcp().isPresent());
        try {
            management.server.start().join();
        } catch (CompletionException e) {
            management.close();
            throw new StartException(
                    "management socket " + path
                            + config.tcp()
                                    .map(tcp -> " or " + tcp.address() + " port " + tcp.port())
                                    .orElse("")
                            + " cannot be opened: "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
        try {
            socket.publish();
        } catch (StartException e) {
            management.close();
            throw e;
        }
        return management;
    }

    /** Orders to move hosts come this way. With TCP anybody may begin handshakes, of which none is checked for what it takes. */
    private void hurry(boolean tcp) {
        if (tcp) {
            worker.execute(ThreadPriority::prefer);
            return;
        }
        Urgency urgency = new Urgency(System::nanoTime, URGENT_NANOS, (nanos, review) -> {
            var _ = worker.schedule(review, nanos, TimeUnit.NANOSECONDS);
        });
        worker.execute(urgency::begin);
    }

    private HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        Urgency.check();
        return HttpResponse.of(
                request.aggregate().thenCompose(whole -> answer(context, whole)).exceptionally(this::failure));
    }

    private CompletableFuture<HttpResponse> answer(ServiceRequestContext context, AggregatedHttpRequest request) {
        String target = request.path();
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        Supplier<Answer> handler;
        if (request.method() == HttpMethod.GET) {
            Map<String, String> parameters = new HashMap<>();
            QueryParams.fromQueryString(query < 0 ? "" : target.substring(query + 1))
                    .forEach(parameters::putIfAbsent);
            Optional<String> mediaType = routes.streamed(path);
            if (mediaType.isPresent()) {
                return stream(context, path, parameters, mediaType.get());
            }
            handler = () -> routes.get(path, parameters);
        } else if (request.method() == HttpMethod.POST) {
            byte[] body = request.content().array();
            Optional<String> key = Optional.ofNullable(request.headers().get(IDEMPOTENCY_KEY));
            handler = () -> key.isEmpty()
                    ? routes.post(path, body)
                    : idempotency.once(key.get(), path, body, () -> routes.post(path, body));
        } else {
            return CompletableFuture.completedFuture(
                    response(Answer.error(405, "only GET and POST are served, not " + request.method())));
        }
        return CompletableFuture.supplyAsync(handler, control)
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .thenApply(this::response);
    }

    private CompletableFuture<HttpResponse> stream(
            ServiceRequestContext context, String path, Map<String, String> parameters, String mediaType) {
        HttpResponseWriter writer = HttpResponse.streaming();
        ArmeriaStream stream = new ArmeriaStream(writer);
        return CompletableFuture.supplyAsync(
                        () -> {
                            stream.start(mediaType);
                            return routes.stream(path, parameters, stream);
                        },
                        control)
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .thenApply(refusal -> {
                    context.clearRequestTimeout();
                    if (refusal.isEmpty()) {
                        return writer;
                    }
                    writer.abort();
                    return response(refusal.get());
                });
    }

    private HttpResponse failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof TimeoutException) {
            return response(Answer.error(503, "the daemon was too busy to answer within " + DEADLINE_SECONDS + " s"));
        }
        synchronized (failures) {
            failures.failed("a request to the management API", cause);
        }
        return response(Answer.error(500, "the daemon failed (a mistake in it, see its log): " + cause));
    }

    private HttpResponse response(Answer answer) {
        return HttpResponse.of(
                HttpStatus.valueOf(answer.status()), MediaType.JSON_UTF_8, HttpData.wrap(routes.write(answer.body())));
    }

    /** Requests that are under way are cut short; at most a third of a second. */
    @Override
    public void close() {
        socket.delete(); // a connection made from here on might be taken by nobody, and stay open
        var _ = server.stop(); // its own threads linger for two seconds; nobody needs to wait for them
        worker.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
