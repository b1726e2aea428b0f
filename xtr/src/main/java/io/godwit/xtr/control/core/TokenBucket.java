package io.godwit.xtr.control.core;

import io.godwit.daemon.net.Timers;

/** So many at once, and so many a second in the long run. */
public final class TokenBucket {
    private static final double NANOS_A_SECOND = 1e9;

    private final Timers timers;
    private final int perSecond;
    private double tokens;
    private long lastNanos;

    /** @param perSecond also the burst */
    public TokenBucket(Timers timers, int perSecond) {
        this.timers = timers;
        this.perSecond = perSecond;
        tokens = perSecond;
        lastNanos = timers.nanoTime();
    }

    public boolean take() {
        long now = timers.nanoTime();
        tokens = Math.min(perSecond, tokens + (now - lastNanos) / NANOS_A_SECOND * perSecond);
        lastNanos = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
