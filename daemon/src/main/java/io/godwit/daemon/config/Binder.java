package io.godwit.daemon.config;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.json.JsonMapper;

/** Makes records of JSON, and does not stop at the first value that cannot be one. */
final class Binder {
    private final ErrorList errors;
    private final JsonMapper mapper;

    Binder(Path file, ErrorList errors) {
        this.errors = errors;
        JsonMapper.Builder builder = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .addModule(new TextTypes(file))
                .addHandler(new Problems());
        for (Class<?> container : List.of(List.class, Set.class, Map.class)) {
            builder.withConfigOverride(
                    container, override -> override.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)));
        }
        mapper = builder.build();
    }

    /** Not to be used when there are errors: what could not be read is null in it. */
    <C> Optional<C> bind(JsonNode root, Class<C> type) {
        try {
            return Optional.ofNullable(mapper.treeToValue(root, type));
        } catch (JacksonException e) {
            if (errors.isEmpty()) {
                errors.add("", e.getOriginalMessage());
            }
            return Optional.empty();
        }
    }

    private final class Problems extends DeserializationProblemHandler {
        private @Nullable Object report(DeserializationContext context, String message) {
            String pointer =
                    context.getParser().streamReadContext().pathAsPointer().toString();
            if (!errors.has(pointer)) {
                errors.add(pointer, message);
            }
            return null;
        }

        @Override
        public @Nullable Object handleWeirdStringValue(
                DeserializationContext context, Class<?> target, String value, String message) {
            return report(context, message);
        }

        @Override
        public @Nullable Object handleWeirdNumberValue(
                DeserializationContext context, Class<?> target, Number value, String message) {
            return report(context, message);
        }

        /** The schema has complained about it already, or forgot to. */
        @Override
        public @Nullable Object handleUnexpectedToken(
                DeserializationContext context,
                JavaType target,
                JsonToken token,
                JsonParser parser,
                @Nullable String message) {
            parser.skipChildren();
            return errors.isEmpty() ? report(context, "has the wrong type") : null;
        }

        /** A record's constructor refused: that counts unless it only met what is missing for another reason. */
        @Override
        public @Nullable Object handleInstantiationProblem(
                DeserializationContext context, Class<?> type, @Nullable Object argument, Throwable failure) {
            Throwable cause = failure;
            while (cause.getCause() != null && !(cause instanceof IllegalArgumentException)) {
                cause = cause.getCause();
            }
            if (cause instanceof IllegalArgumentException || errors.isEmpty()) {
                return report(context, String.valueOf(cause.getMessage()));
            }
            return null;
        }
    }
}
