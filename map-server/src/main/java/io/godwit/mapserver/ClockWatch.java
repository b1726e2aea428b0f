package io.godwit.mapserver;

import io.godwit.daemon.net.Timers;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that the wall clock was set. Registrations, subscriptions and timers go by another clock; the ends of move tickets and the hours of
 * rules go by the wall clock, and whoever set it may not have thought of them.
 */
final class ClockWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);
    /** Less is what NTP does. */
    private static final long STEP_MILLIS = 10_000;

    private final Timers timers;
    private long difference;

    ClockWatch(Timers timers) {
        this.timers = timers;
        difference = now();
    }

    private long now() {
        return timers.epochMillis() - timers.nanoTime() / 1_000_000;
    }

    /** Returns whether it was set since the last time. */
    boolean wasSet() {
        long step = now() - difference;
        if (Math.abs(step) < STEP_MILLIS) {
            return false;
        }
        difference = now();
        LOG.warn(
                "the wall clock was set {} by {}: ends of move tickets and hours of rules go by it",
                step > 0 ? "forward" : "back",
                Duration.ofMillis(Math.abs(step)));
        return true;
    }
}
