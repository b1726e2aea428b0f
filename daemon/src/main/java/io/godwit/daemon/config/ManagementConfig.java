package io.godwit.daemon.config;

import java.nio.file.Path;

/** @param socket path of the Unix socket of the management API */
public record ManagementConfig(Path socket) {}
