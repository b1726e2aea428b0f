package io.godwit.daemon.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads a YAML file into a record (Jackson), against a JSON schema on the class path. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * Unknown keys, duplicate keys, wrong types and broken rules ({@link Checked}, for every record found) are all reported at once.
     *
     * <p>Keys in kebab-case are the camel-case components of the record. The schema's {@code default}s fill in what is absent; an absent list
     * or map is empty. {@link Path} (relative to the file), {@link java.time.Duration} ({@code 10s}, {@code 500ms}), enums in kebab-case and
     * every type with a public static method {@code parse(String)} are read from text. A schema may refer to {@code common.json#/$defs/...}.
     *
     * @param schema class-path resource, e.g. {@code /schema/xtr.json}
     */
    public static <C> ConfigResult<C> load(Path file, String schema, Class<C> type) {
        return load(file, schema, type, false);
    }

    /**
     * As {@link #load}, and sooner: a file that was found valid by the same schema before is not validated by it again. For a start, which
     * others wait for. What is known of the file stands in the {@code state-directory} that it names.
     */
    public static <C> ConfigResult<C> loadAgain(Path file, String schema, Class<C> type) {
        ConfigResult<C> result = load(file, schema, type, true);
        return result instanceof ConfigResult.Valid<C> ? result : load(file, schema, type, false);
    }

    private static <C> ConfigResult<C> load(Path file, String schema, Class<C> type, boolean again) {
        ErrorList errors = new ErrorList(file);
        Optional<String> text = read(file, errors);
        Optional<YamlDocument> document = text.flatMap(yaml -> YamlDocument.parse(yaml, errors));
        if (document.isEmpty()) {
            return new ConfigResult.Invalid<>(errors.sorted());
        }
        errors.locateWith(document.get());
        JsonNode root = document.get().root();
        Optional<ValidatedBefore> before =
                again ? ValidatedBefore.of(file, text.orElseThrow(), root, schema) : Optional.empty();
        Optional<JsonNode> known = before.flatMap(ValidatedBefore::complete);
        if (known.isEmpty()) {
            ConfigSchema.load(schema).validate(root, errors);
        }
        Optional<C> config = new Binder(file, errors).bind(known.orElse(root), type);
        if (errors.isEmpty() && config.isPresent()) {
            errors.check(config.get());
        }
        if (!errors.isEmpty() || config.isEmpty()) {
            return new ConfigResult.Invalid<>(errors.sorted());
        }
        if (known.isEmpty()) {
            before.ifPresent(outcome -> outcome.remember(root));
        }
        return new ConfigResult.Valid<>(config.get());
    }

    private static Optional<String> read(Path file, ErrorList errors) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            errors.add(1, 1, "", "there is no such file");
        } catch (MalformedInputException e) {
            errors.add(1, 1, "", "is not text in UTF-8");
        } catch (IOException e) {
            errors.add(1, 1, "", "cannot be read: " + FileSentences.reason(e));
        }
        return Optional.empty();
    }
}
