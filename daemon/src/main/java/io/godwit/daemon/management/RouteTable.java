package io.godwit.daemon.management;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.godwit.daemon.config.TextTypes;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.json.JsonMapper;

/** What is served, by path and method; knows JSON and nothing of HTTP. Filled before it is used. */
public final class RouteTable implements Routes {
    /** An answer: what becomes JSON. */
    record Answer(int status, Object body) {
        static Answer error(int status, String sentence) {
            return new Answer(status, Map.of("error", sentence));
        }
    }

    private record Stream(String mediaType, BiConsumer<Map<String, String>, OctetStream> handler) {}

    private record Post<T>(Class<T> body, Function<T, Object> handler) {}

    private final Map<String, Function<Map<String, String>, Object>> gets = new TreeMap<>();
    private final Map<String, Post<?>> posts = new TreeMap<>();
    private final Map<String, Stream> streams = new TreeMap<>();
    private final JsonMapper json = JsonMapper.builder()
            .addModule(new TextTypes(Path.of("")))
            .addHandler(new PlainSentences())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .build();

    @Override
    public void get(String path, Function<Map<String, String>, Object> handler) {
        gets.put(path, handler);
    }

    @Override
    public void stream(String path, String mediaType, BiConsumer<Map<String, String>, OctetStream> handler) {
        streams.put(path, new Stream(mediaType, handler));
    }

    /** What is served, by method and path: {@code GET /v1/status}. */
    public SortedSet<String> operations() {
        SortedSet<String> operations = new TreeSet<>();
        gets.keySet().forEach(path -> operations.add("GET " + path));
        streams.keySet().forEach(path -> operations.add("GET " + path));
        posts.keySet().forEach(path -> operations.add("POST " + path));
        return operations;
    }

    /** The media type of the stream at {@code path}, if there is one. */
    Optional<String> streamed(String path) {
        return Optional.ofNullable(streams.get(path)).map(Stream::mediaType);
    }

    /** Begins a stream: empty, or why it was refused. On the control thread. */
    Optional<Answer> stream(String path, Map<String, String> parameters, OctetStream target) {
        Stream stream = streams.get(path);
        if (stream == null) {
            return Optional.of(unknown(path, "GET"));
        }
        try {
            stream.handler.accept(parameters, target);
            return Optional.empty();
        } catch (Routes.Refusal e) {
            return Optional.of(Answer.error(e.status(), String.valueOf(e.getMessage())));
        }
    }

    @Override
    public <T> void post(String path, Class<T> body, Function<T, Object> handler) {
        posts.put(path, new Post<>(body, handler));
    }

    /** Runs a handler. On the control thread. */
    Answer get(String path, Map<String, String> parameters) {
        Function<Map<String, String>, Object> handler = gets.get(path);
        return handler == null ? unknown(path, "GET") : run(() -> handler.apply(parameters));
    }

    /** Reads the body and runs a handler. On the control thread. */
    Answer post(String path, byte[] body) {
        Post<?> post = posts.get(path);
        return post == null ? unknown(path, "POST") : run(post, body);
    }

    /** What {@code POST path} answers, as JSON, without HTTP; an error is told by its {@code error} alone. */
    public byte[] call(String path, byte[] body) {
        return write(post(path, body).body());
    }

    private <T> Answer run(Post<T> post, byte[] body) {
        @Nullable T value;
        try {
            value = json.readValue(body, post.body);
        } catch (JacksonException e) {
            return Answer.error(400, "the body is not what is wanted: " + e.getOriginalMessage());
        }
        return value == null ? Answer.error(400, "the body is null") : run(() -> post.handler.apply(value));
    }

    /** Says what is wrong with a value without Jackson's talk of deserializers. */
    private static final class PlainSentences extends DeserializationProblemHandler {
        @Override
        public Object handleWeirdStringValue(
                DeserializationContext context, Class<?> target, String value, String message) {
            String pointer =
                    context.getParser().streamReadContext().pathAsPointer().toString();
            throw DatabindException.from(context, pointer + " " + message);
        }
    }

    private interface Handler {
        Object run();
    }

    private static Answer run(Handler handler) {
        try {
            return new Answer(200, handler.run());
        } catch (Routes.Refusal e) {
            return Answer.error(e.status(), String.valueOf(e.getMessage()));
        }
    }

    private Answer unknown(String path, String method) {
        if (gets.containsKey(path) || posts.containsKey(path) || streams.containsKey(path)) {
            return Answer.error(405, path + " does not take " + method);
        }
        return Answer.error(404, "there is no " + path + "; there are " + String.join(", ", gets.keySet()));
    }

    byte[] write(Object body) {
        LongAnswer answer = new LongAnswer();
        json.writeValue(answer, body);
        return answer.toByteArray();
    }
}
