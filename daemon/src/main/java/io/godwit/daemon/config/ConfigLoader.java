package io.godwit.daemon.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

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
        ErrorList errors = new ErrorList(file);
        Optional<C> config = read(file, errors)
                .flatMap(text -> YamlDocument.parse(text, errors))
                .flatMap(document -> {
                    errors.locateWith(document);
                    ConfigSchema.load(schema).validate(document.root(), errors);
                    return new Binder(file, errors).bind(document.root(), type);
                });
        if (errors.isEmpty() && config.isPresent()) {
            errors.check(config.get());
        }
        return errors.isEmpty() && config.isPresent()
                ? new ConfigResult.Valid<>(config.get())
                : new ConfigResult.Invalid<>(errors.sorted());
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
