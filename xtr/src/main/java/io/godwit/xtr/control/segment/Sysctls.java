package io.godwit.xtr.control.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kernel parameters below {@code /proc/sys} of this network namespace. Says what it changed. */
public final class Sysctls {
    private static final Logger LOG = LoggerFactory.getLogger(Sysctls.class);

    private final Path root;

    /** @param root {@code /proc/sys}; another directory in tests */
    public Sysctls(Path root) {
        this.root = root;
    }

    /** Empty when this kernel has no such parameter. */
    public Optional<String> get(String path) {
        try {
            return Optional.of(Files.readString(root.resolve(path)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @return whether the parameter now has the value */
    public boolean set(String path, String value) {
        Optional<String> old = get(path);
        if (old.isEmpty() || old.get().equals(value)) {
            return old.isPresent();
        }
        try {
            Files.writeString(root.resolve(path), value);
            LOG.info("{} set from {} to {}", path, old.get(), value);
            return true;
        } catch (IOException e) {
            LOG.warn("{} is {} and cannot be set to {}: {}", path, old.get(), value, e.getMessage());
            return false;
        }
    }
}
