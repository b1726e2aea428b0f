package io.godwit.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Counters by group. Those at zero are left out, and counted at the end of their group. */
final class CounterTable {
    private final Style style;
    private final JsonNode earlier;
    private final double seconds;

    /** @param earlier the same counters, {@code seconds} ago; missing when there are none */
    CounterTable(Style style, JsonNode earlier, double seconds) {
        this.style = style;
        this.earlier = earlier;
        this.seconds = seconds;
    }

    void render(StringBuilder out, JsonNode counters) {
        List<Map.Entry<String, JsonNode>> plain = new ArrayList<>();
        List<Map.Entry<String, JsonNode>> groups = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : counters.properties()) {
            (field.getValue().isObject() ? groups : plain).add(field);
        }
        if (!plain.isEmpty()) {
            rows(out, plain, earlier, "");
        }
        for (Map.Entry<String, JsonNode> group : groups) {
            out.append(out.isEmpty() ? "" : "\n")
                    .append(style.bold(Text.label(group.getKey())))
                    .append('\n');
            rows(out, List.copyOf(group.getValue().properties()), earlier.path(group.getKey()), "  ");
        }
    }

    private void rows(StringBuilder out, List<Map.Entry<String, JsonNode>> fields, JsonNode before, String indent) {
        List<Map.Entry<String, JsonNode>> shown = fields.stream()
                .filter(field ->
                        !field.getValue().isNumber() || field.getValue().asDouble() != 0)
                .toList();
        int width = shown.stream().mapToInt(field -> field.getKey().length()).reduce(0, Math::max);
        int digits = shown.stream()
                .mapToInt(field -> field.getValue().asString().length())
                .reduce(0, Math::max);
        for (Map.Entry<String, JsonNode> field : shown) {
            String value = field.getValue().asString();
            out.append(indent)
                    .append(field.getKey())
                    .append(" ".repeat(width - field.getKey().length() + 2 + digits - value.length()))
                    .append(value)
                    .append(rate(field.getValue(), before.path(field.getKey())))
                    .append('\n');
        }
        int zero = fields.size() - shown.size();
        if (zero > 0) {
            out.append(indent).append(style.faint("(" + zero + " at zero)")).append('\n');
        }
    }

    private String rate(JsonNode now, JsonNode before) {
        long grown = before.isNumber() ? now.asLong() - before.asLong() : 0;
        return grown == 0 || seconds <= 0 ? "" : String.format(Locale.ROOT, "  %+.0f/s", grown / seconds);
    }
}
