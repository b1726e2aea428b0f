package io.godwit.cli.output;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The locators of an EID-prefix, or what a negative entry says to do. */
public final class LocatorTable {
    private LocatorTable() {}

    /** @param entry has {@code locators} and {@code action} */
    public static void render(StringBuilder out, JsonNode entry, Style style) {
        JsonNode locators = entry.path("locators");
        if (locators.isEmpty()) {
            out.append("  Negative cache entry, action: ")
                    .append(entry.path("action").asString("-"))
                    .append('\n');
            return;
        }
        Table table = new Table(List.of("Locator", "State", "Pri/Wgt"));
        for (JsonNode locator : locators) {
            table.add(List.of(
                    locator.path("address").asString(),
                    locator.path("reachable").asBoolean(true) ? "up" : "down",
                    Text.preference(locator)));
        }
        table.render(out, "  ", style);
    }
}
