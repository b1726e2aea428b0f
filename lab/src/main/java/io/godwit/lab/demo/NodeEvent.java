package io.godwit.lab.demo;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Something that a daemon learned or did.
 *
 * @param epochMillis of the daemon's clock, which is the machine's
 */
public record NodeEvent(Host host, long sequence, long epochMillis, String kind, String what) {

    static NodeEvent of(Host host, JsonNode event) {
        String rest = event.properties().stream()
                .filter(field -> !field.getKey().matches("sequence|epochMillis|kind|instance"))
                .map(field -> name(field.getKey()) + words(field.getValue()))
                .filter(text -> !text.isBlank() && !text.endsWith(" "))
                .collect(Collectors.joining(", "));
        return new NodeEvent(
                host,
                event.path("sequence").asLong(),
                event.path("epochMillis").asLong(),
                event.path("kind").asString(),
                rest);
    }

    /** Some speak for themselves. */
    private static String name(String key) {
        return key.equals("eid") || key.equals("detail") ? "" : key + " ";
    }

    private static String words(JsonNode value) {
        return value.isNull()
                ? ""
                : value.isValueNode() ? value.asString() : value.toString().replaceAll("[\\[\\]{}\"]", "");
    }

    public String text() {
        return host.title() + " " + kind + " " + what;
    }
}
