package io.godwit.daemon.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * @param socket path of the Unix socket of the management API
 * @param tcp the same over TCP with mutual TLS
 */
public record ManagementConfig(Path socket, Optional<TlsConfig> tcp) {
    /** On the Unix socket alone. */
    public ManagementConfig(Path socket) {
        this(socket, Optional.empty());
    }
}
