package io.godwit.cli.output;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** How single values of the management API look: times as durations, camelCase as words. */
final class Text {
    /** 2001: what is later is a time of day, and what is earlier a duration. */
    private static final long EPOCH_MILLIS_FROM = 1_000_000_000_000L;

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final long nowMillis;

    Text(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** {@code mapServer} is {@code Map server}, {@code uptimeSeconds} is {@code Uptime}. */
    static String label(String field) {
        String words = field.replaceAll("(?<=[a-z0-9])(Millis|Seconds)$", "")
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
        if (words.equals("since")) {
            return "Uptime";
        }
        if (words.equals("epoch")) {
            return "Time";
        }
        words = words.replaceAll("\\b(eid|rloc|mac|xtr|id|tun|mtu|dns|ttl)(s?)\\b", "<$1>$2");
        StringBuilder label = new StringBuilder();
        for (String part : words.split("(?=<)|(?<=>)")) {
            label.append(
                    part.startsWith("<") ? part.substring(1, part.length() - 1).toUpperCase(Locale.ROOT) : part);
        }
        label.setCharAt(0, Character.toUpperCase(label.charAt(0)));
        return label.toString().replace("XTR", "xTR").replace("XTr", "xTR");
    }

    String value(String field, JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> "-";
            case BOOLEAN -> value.asBoolean() ? "yes" : "no";
            case NUMBER -> number(field, value);
            case STRING -> string(value.asString());
            case ARRAY -> array(value);
            case OBJECT -> object(value);
            case BINARY, POJO -> value.toString();
        };
    }

    private String number(String field, JsonNode value) {
        if (!value.isIntegralNumber()) {
            return value.toString();
        }
        long number = value.asLong();
        if (field.endsWith("Seconds")) {
            return duration(number);
        }
        if (field.equals("epochMillis")) {
            return CLOCK.format(Instant.ofEpochMilli(number));
        }
        if (field.endsWith("Millis")) {
            return number == 0
                    ? "-"
                    : number < EPOCH_MILLIS_FROM ? number + " ms" : duration((nowMillis - number) / 1000);
        }
        return value.toString();
    }

    private String string(String text) {
        if (text.matches("\\d{4}-\\d\\d-\\d\\dT.*Z")) {
            try {
                return duration((nowMillis - Instant.parse(text).toEpochMilli()) / 1000);
            } catch (DateTimeParseException e) {
                return text;
            }
        }
        return text.isEmpty() ? "-" : text;
    }

    private String array(JsonNode array) {
        if (array.isEmpty()) {
            return "-";
        }
        List<String> items = new ArrayList<>();
        array.forEach(item -> items.add(value("", item)));
        return String.join(array.get(0).isObject() ? "\n" : ", ", items);
    }

    /** A locator as {@code 192.0.2.1 1/100}, anything else as {@code key value} pairs. */
    private String object(JsonNode object) {
        if (isLocator(object)) {
            return object.get("address").asString() + " " + preference(object)
                    + (object.path("reachable").asBoolean(true) ? "" : " down");
        }
        List<String> pairs = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            pairs.add(field.getKey() + " " + value(field.getKey(), field.getValue()));
        }
        return String.join(", ", pairs);
    }

    static boolean isLocator(JsonNode object) {
        return object.has("address") && object.has("priority") && object.has("weight");
    }

    /** Priority and weight, as every LISP implementation shows them. */
    static String preference(JsonNode locator) {
        return locator.path("priority").asInt() + "/" + locator.path("weight").asInt();
    }

    /** {@code 00:01:20}, {@code 3d02:10:00}; never negative. */
    static String duration(long seconds) {
        long rest = Math.max(0, seconds);
        long days = rest / 86_400;
        String time = String.format(Locale.ROOT, "%02d:%02d:%02d", rest / 3600 % 24, rest / 60 % 60, rest % 60);
        return days == 0 ? time : days + "d" + time;
    }
}
