package io.godwit.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process does. */
public final class Waiting {
    private static final long POLL_NANOS = 20_000_000;

    private Waiting() {}

    /** Returns when the condition holds; when patience ends first, runs {@code otherwise}. */
    public static void until(Duration patience, BooleanSupplier condition, Runnable otherwise) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                otherwise.run();
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    public static void millis(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Another process has made {@code file}, and it has its length: one that is only there cannot be read yet. */
    public static boolean isMade(Path file) {
        try {
            return Files.size(file) > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
