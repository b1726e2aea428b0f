package io.godwit.xtr.observe;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/** Milliseconds that a data thread reads once a loop; on its own thread a read is a field. */
public final class CoarseClock {
    private final NanoClock clock;
    private long millis;

    public CoarseClock(NanoClock clock) {
        this.clock = clock;
        update();
    }

    public long update() {
        millis = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
        return millis;
    }

    /** As of the last {@link #update}; from an arbitrary origin that all clocks of a process share. */
    public long millis() {
        return millis;
    }
}
