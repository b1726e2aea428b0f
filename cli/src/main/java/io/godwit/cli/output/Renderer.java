package io.godwit.cli.output;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Makes text for people of any answer of the management API. */
public final class Renderer {
    /** Columns of what would be too wide with all of them; the rest is in {@code -o json}. */
    private static final Map<String, List<String>> COLUMNS = Map.of(
            "registrations/registrations",
            List.of("site", "eid", "locators", "source", "registeredSince", "lastRefresh", "expiresInSeconds"));

    private final Style style;
    private final Text text;
    private JsonNode earlierCounters = MissingNode.getInstance();
    private double seconds;

    public Renderer(Style style, long nowMillis) {
        this.style = style;
        text = new Text(nowMillis);
    }

    /** Lets counters show their rates since then. */
    public Renderer since(JsonNode earlier, double secondsAgo) {
        earlierCounters = earlier;
        seconds = secondsAgo;
        return this;
    }

    /** @param object what was asked for: {@code map-cache} */
    public String render(String object, JsonNode answer) {
        StringBuilder out = new StringBuilder();
        if (object.equals("map-cache") && answer.isArray()) {
            new MapCache(style, text).render(out, answer);
        } else if (object.equals("counters")) {
            new CounterTable(style, earlierCounters, seconds).render(out, answer);
        } else {
            block(out, object, answer, "");
        }
        return out.toString();
    }

    private void block(StringBuilder out, String place, JsonNode node, String indent) {
        if (node.isObject()) {
            fields(out, place, node, indent);
        } else if (isTable(node)) {
            table(out, place, node, indent);
        } else if (node.isArray() && node.isEmpty()) {
            out.append(indent).append(style.faint("none")).append('\n');
        } else {
            out.append(indent).append(text.value("", node)).append('\n');
        }
    }

    private static boolean isTable(JsonNode node) {
        return node.isArray() && !node.isEmpty() && node.get(0).isObject();
    }

    private static boolean isBlock(JsonNode node) {
        return isTable(node) || (node.isObject() && !Text.isLocator(node));
    }

    private void fields(StringBuilder out, String place, JsonNode object, String indent) {
        int width = object.properties().stream()
                .filter(field -> !isBlock(field.getValue()))
                .mapToInt(field -> Text.label(field.getKey()).length())
                .reduce(0, Math::max);
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!isBlock(field.getValue())) {
                String label = Text.label(field.getKey());
                out.append(indent)
                        .append(style.bold(label))
                        .append(" ".repeat(width - label.length() + 2))
                        .append(style.state(text.value(field.getKey(), field.getValue())))
                        .append('\n');
            }
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (isBlock(field.getValue())) {
                out.append(out.isEmpty() ? "" : "\n")
                        .append(indent)
                        .append(style.bold(Text.label(field.getKey())))
                        .append('\n');
                block(out, place + "/" + field.getKey(), field.getValue(), indent + "  ");
            }
        }
    }

    private void table(StringBuilder out, String place, JsonNode rows, String indent) {
        Set<String> present = new LinkedHashSet<>();
        rows.forEach(row -> present.addAll(row.propertyNames()));
        List<String> columns = new ArrayList<>(COLUMNS.getOrDefault(place, List.copyOf(present)));
        columns.retainAll(present);
        columns.removeIf(column -> isEmptyEverywhere(rows, column));
        Table table = new Table(columns.stream().map(Text::label).toList());
        rows.forEach(row -> table.add(columns.stream()
                .map(column -> text.value(column, row.path(column)))
                .toList()));
        table.render(out, indent, style);
    }

    private static boolean isEmptyEverywhere(JsonNode rows, String column) {
        for (JsonNode row : rows) {
            if (!isEmpty(row.path(column))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isString() && value.asString().isEmpty())
                || (value.isContainer() && value.isEmpty());
    }
}
