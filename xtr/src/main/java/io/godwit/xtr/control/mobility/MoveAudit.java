package io.godwit.xtr.control.mobility;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each decision about who may come, one JSON object a line, appended. The file is never shortened here; when it cannot be written, that is
 * said once, and moves go on.
 */
public final class MoveAudit {
    private static final Logger LOG = LoggerFactory.getLogger(MoveAudit.class);

    private static final long OPEN_NANOS = 1_000_000_000L;

    private final Path file;
    private final Timers timers;
    private final JsonMapper json = JsonMapper.shared();
    private boolean failed;
    private @Nullable Writer writer;
    private long openedNanos;

    public MoveAudit(Path file, Timers timers) {
        this.file = file;
        this.timers = timers;
    }

    /** @param reason empty when it was allowed */
    void decided(EidPrefix eid, String what, String reason) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", Instant.ofEpochMilli(timers.epochMillis()).toString());
        line.put("eid", eid.toString());
        line.put("what", what);
        line.put("decision", reason.isEmpty() ? "allowed" : "refused");
        line.put("reason", reason);
        try {
            Writer to = open();
            to.append(json.writeValueAsString(line)).append('\n');
            to.flush();
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                LOG.warn("decisions about moves cannot be written to {}: {}", file, e.getMessage());
            }
        }
    }

    /** Many decisions that come together open it once; whoever moves the file away finds nothing new in it after a second. */
    private Writer open() throws IOException {
        if (writer == null || timers.nanoTime() - openedNanos >= OPEN_NANOS) {
            close();
            writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            openedNanos = timers.nanoTime();
        }
        return writer;
    }

    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            LOG.debug("{} was not closed", file, e);
        }
    }
}
