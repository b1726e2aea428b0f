package io.godwit.mapserver;

import io.godwit.daemon.StartException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every change of the mapping database, one JSON object a line, appended to a file that is never shortened or read here: rotate it by
 * moving it away and restarting. When it cannot be written any more the map-server says so and goes on without it.
 */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int HEX_DIGITS = 4;

    private final Path path;
    private final Writer file;
    private final StringBuilder line = new StringBuilder(256);
    private boolean failed;

    AuditLog(Path path) {
        this.path = path;
        try {
            file = Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new StartException("audit log " + path + " cannot be written: " + e.getMessage(), e);
        }
    }

    void add(EventLog.Event event) {
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
        line.append("}\n");
        attempt(() -> file.append(line));
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

    /** Makes what was added visible in the file. */
    void flush() {
        attempt(file::flush);
    }

    void close() {
        attempt(file::close);
    }

    private interface Action {
        void run() throws IOException;
    }

    private void attempt(Action action) {
        if (failed) {
            return;
        }
        try {
            action.run();
        } catch (IOException e) {
            failed = true;
            LOG.error(
                    "audit log {} cannot be written: {}; changes are not recorded until a restart", path, e.toString());
        }
    }
}
