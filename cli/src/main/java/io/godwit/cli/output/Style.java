package io.godwit.cli.output;

import java.util.Map;

/** Colours, when the output is a terminal whose user has not declined them (no-color.org). */
public enum Style {
    PLAIN,
    COLOUR;

    public static Style of(Map<String, String> environment, boolean terminal) {
        String declined = environment.getOrDefault("NO_COLOR", "");
        boolean dumb = "dumb".equals(environment.get("TERM"));
        return terminal && declined.isEmpty() && !dumb ? COLOUR : PLAIN;
    }

    public String bold(String text) {
        return wrap("1", text);
    }

    public String faint(String text) {
        return wrap("2", text);
    }

    /** Green for what works, red for what does not, nothing for the rest. */
    public String state(String text) {
        return switch (text.strip()) {
            case "up", "yes", "local", "registered", "confirmed" -> wrap("32", text);
            case "down", "no", "refused", "failed", "unanswered" -> wrap("31", text);
            case "away", "expected", "arriving", "pending" -> wrap("33", text);
            default -> text;
        };
    }

    /** What went wrong. */
    public String bad(String text) {
        return wrap("31", text);
    }

    private String wrap(String code, String text) {
        return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
