package io.godwit.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with a file, and finds the line and column of each JSON pointer. */
final class ErrorList {
    private final Path file;
    private final Set<ConfigError> errors = new LinkedHashSet<>();
    private final Set<String> paths = new LinkedHashSet<>();
    private @Nullable YamlDocument document;

    ErrorList(Path file) {
        this.file = file;
    }

    void locateWith(YamlDocument document) {
        this.document = document;
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    /** Whether something was already said about this very value. */
    boolean has(String pointer) {
        return paths.contains(pointer);
    }

    void add(int line, int column, String pointer, String message) {
        errors.add(new ConfigError(file, line, column, pointer.isEmpty() ? "/" : pointer, message));
        paths.add(pointer);
    }

    /** At the value, or where it would have to be. */
    void add(String pointer, String message) {
        YamlDocument.Place place = document == null ? YamlDocument.Place.START : document.value(pointer);
        add(place.line(), place.column(), pointer, message);
    }

    /** At the key of the value. */
    void addAtKey(String pointer, String message) {
        YamlDocument.Place place = document == null ? YamlDocument.Place.START : document.key(pointer);
        add(place.line(), place.column(), pointer, message);
    }

    List<ConfigError> sorted() {
        List<ConfigError> sorted = new ArrayList<>(errors);
        sorted.sort(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column));
        return sorted;
    }

    /** Runs the rules of {@code config} and of every {@link Checked} record in it. */
    void check(Object config) {
        check(config, "");
    }

    private void check(Object value, String pointer) {
        switch (value) {
            case Optional<?> optional -> optional.ifPresent(inner -> check(inner, pointer));
            case Collection<?> collection -> {
                int index = 0;
                for (Object item : collection) {
                    check(item, pointer + "/" + index++);
                }
            }
            case Map<?, ?> map ->
                map.forEach((key, item) -> check(item, pointer + "/" + YamlDocument.escape(String.valueOf(key))));
            case Record config -> {
                RecordValues.of(config).forEach((key, item) -> check(item, pointer + "/" + key));
                if (config instanceof Checked rules) {
                    rules.check(new At(pointer));
                }
            }
            default -> {}
        }
    }

    private final class At implements Checked.Problems {
        private final String pointer;

        At(String pointer) {
            this.pointer = pointer;
        }

        @Override
        public void add(String path, String message) {
            ErrorList.this.add(pointer + path, message);
        }

        @Override
        public Checked.Problems at(String path) {
            return new At(pointer + path);
        }
    }
}
