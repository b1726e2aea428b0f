package io.godwit.daemon.config;

import java.nio.file.Path;

/**
 * @param line 1-based
 * @param column 1-based
 * @param path JSON pointer of the value, e.g. {@code /sites/0/keys/0/file}
 */
public record ConfigError(Path file, int line, int column, String path, String message) {
    /** {@code file:line:column path message}. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + " " + path + " " + message;
    }
}
