package io.godwit.mapserver;

import io.godwit.daemon.StartException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every change of the mapping database, one JSON object a line, appended to a file that is never shortened or read here: rotate it by
 * moving it away and restarting. When it cannot be written any more the map-server says so and goes on without it.
 */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private final Path path;
    private final Writer file;
    private final EventText text = new EventText();
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
        attempt(() -> file.append(text.of(event)).append('\n'));
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
