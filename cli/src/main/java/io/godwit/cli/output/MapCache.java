package io.godwit.cli.output;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code show ip lisp map-cache}, as Cisco and lispers.net print it. */
final class MapCache {
    private final Style style;
    private final Text text;

    MapCache(Style style, Text text) {
        this.style = style;
        this.text = text;
    }

    void render(StringBuilder out, JsonNode entries) {
        out.append("LISP map-cache, ")
                .append(count(entries.size(), "entry", "entries"))
                .append('\n');
        for (JsonNode entry : entries) {
            out.append('\n')
                    .append(style.bold(entry.path("eid").asString()))
                    .append(head(entry))
                    .append('\n');
            LocatorTable.render(out, entry, style);
        }
    }

    private String head(JsonNode entry) {
        List<String> parts = new ArrayList<>();
        add(parts, "uptime: ", "sinceMillis", entry);
        add(parts, "expires: ", "expiresInSeconds", entry);
        parts.add("via map-reply");
        if (entry.path("authoritative").asBoolean()) {
            parts.add("auth");
        }
        if (entry.path("packets").asLong() > 0) {
            parts.add(count(entry.path("packets").asLong(), "packet", "packets"));
        }
        if (!entry.path("locators").isEmpty() && !entry.path("usable").asBoolean(true)) {
            parts.add("unusable");
        }
        return ", " + String.join(", ", parts);
    }

    private void add(List<String> parts, String label, String field, JsonNode entry) {
        if (entry.has(field)) {
            parts.add(label + text.value(field, entry.get(field)));
        }
    }

    private static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
