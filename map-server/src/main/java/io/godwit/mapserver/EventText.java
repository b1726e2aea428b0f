package io.godwit.mapserver;

import java.time.Instant;
import java.util.List;

/** Events as JSON, one object a line: what the audit log and the event stream say, in the same words. */
public final class EventText {
    private static final int HEX_DIGITS = 4;

    private final StringBuilder line = new StringBuilder(256);

    /** Without a line's end; valid until the next call. */
    public CharSequence of(EventLog.Event event) {
        line.setLength(0);
        line.append("{\"time\":\"").append(Instant.ofEpochMilli(event.epochMillis()));
        line.append("\",\"kind\":\"").append(event.kind());
        line.append("\",\"eid\":\"").append(event.eid());
        line.append("\",\"epoch\":").append(event.epoch()).append(",\"old\":");
        list(event.old());
        line.append(",\"new\":");
        list(event.now());
        line.append(",\"by\":\"").append(event.by()).append("\",\"site\":");
        quoted(event.site());
        if (!event.reason().isEmpty()) {
            line.append(",\"reason\":");
            quoted(event.reason());
        }
        return line.append('}');
    }

    private void list(List<String> values) {
        char before = '[';
        for (String value : values) {
            line.append(before);
            quoted(value);
            before = ',';
        }
        line.append(values.isEmpty() ? "[]" : "]");
    }

    private void quoted(String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                String hex = Integer.toHexString(c);
                line.append("\\u").append("0".repeat(HEX_DIGITS - hex.length())).append(hex);
            } else {
                line.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        line.append('"');
    }
}
