package io.godwit.bench.report;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Says what a benchmark does now, so that whoever waits knows for what. */
public final class Progress {
    private final long startNanos = System.nanoTime();

    /** Prints it behind the seconds since this was made. */
    public void say(String what) {
        System.out.printf(
                Locale.ROOT, "%4d s  %s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos), what);
    }
}
