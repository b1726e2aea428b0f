package io.godwit.daemon.config;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.LispAddress;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * JSON text for durations, paths, enums in kebab-case, and every type of ours with {@code parse(String)}; used for configuration files and
 * the management API alike. Addresses and whatever else has such a method, inherited too, are written as {@code toString()} gives them.
 */
public final class TextTypes extends SimpleModule {
    private static final long serialVersionUID = 1;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    private final transient Path file;

    /** @param file paths are relative to it */
    public TextTypes(Path file) {
        super("text types");
        this.file = file;
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addDeserializers(new Readers());
        context.addSerializers(new Writers());
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a duration such as 10s, 500ms or 1m");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static Object constant(Class<?> type, String text) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            String name = name((Enum<?>) constant);
            if (name.equals(text)) {
                return constant;
            }
            names.add(name);
        }
        throw new IllegalArgumentException(
                "must be one of " + String.join(", ", names) + ", not '" + text + "'" + Suggestion.of(text, names));
    }

    private static String name(Enum<?> constant) {
        return constant.name().replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /** The public static {@code parse(String)} of a type of ours. */
    private static @Nullable Method parseMethod(Class<?> type) {
        if (!type.getName().startsWith("io.godwit.")) {
            return null;
        }
        try {
            Method parse = type.getMethod("parse", String.class);
            boolean usable = Modifier.isStatic(parse.getModifiers()) && type.isAssignableFrom(parse.getReturnType());
            return usable ? parse : null;
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static Object call(Method parse, String text) {
        try {
            return parse.invoke(null, text);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Function<String, Object> parser(Class<?> type) {
        if (type == Duration.class) {
            return TextTypes::duration;
        }
        if (type == Path.class) {
            return file::resolveSibling;
        }
        if (type.isEnum()) {
            return text -> constant(type, text);
        }
        Method parse = parseMethod(type);
        return parse == null ? null : text -> call(parse, text);
    }

    private final class Readers extends Deserializers.Base {
        @Override
        public @Nullable ValueDeserializer<?> findBeanDeserializer(
                JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
            Function<String, Object> parser = parser(type.getRawClass());
            return parser == null ? null : new FromText(type.getRawClass(), parser);
        }

        @Override
        public @Nullable ValueDeserializer<?> findEnumDeserializer(
                JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
            return findBeanDeserializer(type, config, description);
        }

        @Override
        public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
            return parser(type) != null;
        }
    }

    private static final class FromText extends StdDeserializer<Object> {
        private final Function<String, Object> parser;

        FromText(Class<?> type, Function<String, Object> parser) {
            super(type);
            this.parser = parser;
        }

        @Override
        public @Nullable Object deserialize(JsonParser json, DeserializationContext context) {
            if (!json.hasToken(JsonToken.VALUE_STRING)) {
                return context.handleUnexpectedToken(context.constructType(handledType()), json);
            }
            String text = json.getString();
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                return context.handleWeirdStringValue(handledType(), text, "%s", e.getMessage());
            }
        }
    }

    private static final class Writers extends Serializers.Base {
        @Override
        public @Nullable ValueSerializer<?> findSerializer(
                SerializationConfig config,
                JavaType type,
                BeanDescription.Supplier description,
                JsonFormat.@Nullable Value format) {
            Class<?> raw = type.getRawClass();
            boolean text = LispAddress.class.isAssignableFrom(raw) || raw == Endpoint.class || parseMethod(raw) != null;
            return text ? new ToText(raw, Object::toString) : null;
        }

        @Override
        public ValueSerializer<?> findEnumSerializer(
                SerializationConfig config,
                JavaType type,
                BeanDescription.Supplier description,
                JsonFormat.@Nullable Value format) {
            return new ToText(type.getRawClass(), value -> name((Enum<?>) value));
        }
    }

    private static final class ToText extends StdSerializer<Object> {
        private final Function<Object, String> text;

        ToText(Class<?> type, Function<Object, String> text) {
            super(type);
            this.text = text;
        }

        @Override
        public void serialize(Object value, JsonGenerator json, SerializationContext context) {
            json.writeString(text.apply(value));
        }
    }
}
