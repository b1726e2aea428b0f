package io.godwit.daemon.config;

import io.godwit.packet.auth.AuthenticationKey;
import java.nio.file.Path;

/**
 * A pre-shared key, whose secret stands alone in a file (a trailing newline is dropped).
 *
 * @param id key-id, 0..255
 * @param algorithm {@code hmac-sha-256-128} (default) or {@code hmac-sha-1-96}
 * @param file relative to the configuration file
 */
public record KeyConfig(int id, String algorithm, Path file) {
    /** Reads the secret. Throws {@link IllegalArgumentException} with a sentence naming the file. */
    public AuthenticationKey read() {
        throw new IllegalStateException("being built");
    }
}
