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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each decision about who may come, one JSON object a line, appended. The file is never shortened here; when it cannot be written, that is
 * said once, and moves go on.
 */
public final class MoveAudit {
    private static final Logger LOG = LoggerFactory.getLogger(MoveAudit.class);

    private final Path file;
    private final Timers timers;
    private final JsonMapper json = JsonMapper.shared();
    private boolean failed;

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
        try (Writer writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writer.append(json.writeValueAsString(line)).append('\n');
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                LOG.warn("decisions about moves cannot be written to {}: {}", file, e.getMessage());
            }
        }
    }
}
