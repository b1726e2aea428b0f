package io.godwit.mapserver;

import io.godwit.daemon.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every change of the mapping database, one JSON object a line, appended to a file that is never shortened or read here: rotate it by
 * moving it away and restarting. When it cannot be written the map-server says so, keeps some lines, and goes on.
 */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    /** Characters that wait before they are written without being asked for. */
    private static final int ENOUGH = 1 << 13;
    /** Characters that wait while nothing can be written; what comes then is left out. */
    private static final int MOST = 1 << 20;

    private final Path path;
    private final FileChannel file;
    private final EventText text = new EventText();
    private final StringBuilder waiting = new StringBuilder(2 * ENOUGH);
    private boolean failed;
    private long missing;

    AuditLog(Path path) {
        this.path = path;
        try {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new StartException("audit log " + path + " cannot be written: " + e.getMessage(), e);
        }
    }

    void add(EventLog.Event event) {
        if (waiting.length() > MOST) {
            missing++;
            return;
        }
        waiting.append(text.of(event)).append('\n');
        if (waiting.length() >= ENOUGH && !failed) {
            flush();
        }
    }

    /** Makes what was added visible in the file. */
    void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            write(StandardCharsets.UTF_8.encode(CharBuffer.wrap(waiting)));
            waiting.setLength(0);
            if (failed) {
                LOG.info("audit log {} is written again; {} changes are missing", path, missing);
            }
            failed = false;
            missing = 0;
        } catch (IOException e) {
            if (!failed) {
                LOG.error(
                        "audit log {} cannot be written ({}): make room; some changes are kept until then, the"
                                + " rest will be missing",
                        path,
                        e.getMessage());
            }
            failed = true;
        }
    }

    /** All or nothing. */
    private void write(ByteBuffer octets) throws IOException {
        long end = file.size();
        try {
            while (octets.hasRemaining()) {
                file.write(octets);
            }
        } catch (IOException e) {
            file.truncate(end);
            throw e;
        }
    }

    void close() {
        flush();
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("the audit log is closed", e);
        }
    }
}
