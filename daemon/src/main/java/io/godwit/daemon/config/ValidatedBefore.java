package io.godwit.daemon.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the schema made of a configuration, kept in the state directory that it names: to validate it is most of what a start does before its
 * first socket, and of a file that has not changed the outcome is known. It counts only for exactly this text and this schema; what the
 * schema cannot say is checked again each time.
 */
final class ValidatedBefore {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatedBefore.class);
    private static final String STATE_DIRECTORY = "state-directory";
    private static final String NAME = "configuration-validated";
    private static final String TEXT = "text";
    private static final String SCHEMA = "schema";
    private static final String COMPLETE = "complete";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path directory;
    private final Path file;
    private final String text;
    private final String schemas;

    private ValidatedBefore(Path directory, String text, String schemas) {
        this.directory = directory;
        this.file = directory.resolve(NAME);
        this.text = text;
        this.schemas = schemas;
    }

    /**
     * Empty for a configuration without a state directory.
     *
     * @param config the file with {@code text}, which is {@code root}
     * @param schema class-path resource
     */
    static Optional<ValidatedBefore> of(Path config, String text, JsonNode root, String schema) {
        String named = root.path(STATE_DIRECTORY).asString("");
        if (named.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path directory = config.toAbsolutePath().resolveSibling(named);
            String schemas = resource(schema) + resource("/schema/common.json");
            return Optional.of(new ValidatedBefore(directory, text, schemas));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ValidatedBefore.class.getResourceAsStream(name)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The configuration with the schema's defaults. */
    Optional<JsonNode> complete() {
        try {
            JsonNode kept = JSON.readTree(Files.readString(file));
            boolean same = kept.path(TEXT).asString("").equals(text)
                    && kept.path(SCHEMA).asString("").equals(schemas);
            return same ? kept.optional(COMPLETE).filter(JsonNode::isObject) : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** For the next start, which does without it when it cannot be written. */
    void remember(JsonNode complete) {
        ObjectNode kept = JSON.createObjectNode();
        kept.put(TEXT, text).put(SCHEMA, schemas).set(COMPLETE, complete);
        Path fresh = directory.resolve(NAME + ".new");
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(fresh, List.of(JSON.writeValueAsString(kept)));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | JacksonException e) {
            LOG.debug("{} was not written", file, e);
        }
    }
}
