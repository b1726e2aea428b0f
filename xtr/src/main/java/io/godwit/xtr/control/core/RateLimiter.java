package io.godwit.xtr.control.core;

import io.godwit.daemon.net.Timers;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** At most one event an interval for each key. Remembers a bounded number of keys; when that is used up, new keys are refused. */
public final class RateLimiter<K> {
    private final Timers timers;
    private final long intervalNanos;
    private final int maxKeys;
    /** Key to the time of the last event allowed, oldest first. */
    private final Map<K, Long> last = new LinkedHashMap<>();

    public RateLimiter(Timers timers, Duration interval, int maxKeys) {
        this.timers = timers;
        this.intervalNanos = interval.toNanos();
        this.maxKeys = maxKeys;
    }

    public boolean allow(K key) {
        long now = timers.nanoTime();
        forgetOld(now);
        if (last.containsKey(key) || last.size() >= maxKeys) {
            return false;
        }
        last.put(key, now);
        return true;
    }

    /** The next event of {@code key} is allowed at once. */
    public void forget(K key) {
        last.remove(key);
    }

    private void forgetOld(long now) {
        for (Iterator<Long> times = last.values().iterator(); times.hasNext(); ) {
            if (now - times.next() < intervalNanos) {
                return;
            }
            times.remove();
        }
    }
}
