package io.godwit.daemon.net;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The control thread's clock and timers; {@link #execute} brings work from other threads to it. */
public interface Timers extends Executor {
    interface Timer {
        void cancel();
    }

    /** Monotonic, in nanoseconds. */
    long nanoTime();

    /** Wall clock, milliseconds since 1970. */
    long epochMillis();

    Timer after(Duration delay, Runnable task);

    /** First after {@code period}, then every {@code period}. */
    Timer every(Duration period, Runnable task);
}
