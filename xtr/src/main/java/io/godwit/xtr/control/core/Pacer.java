package io.godwit.xtr.control.core;

import io.godwit.daemon.net.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Does something for a key at once, and again at most once an interval: what is asked for in between is done, once, when the interval is
 * over. Holds a bounded number of keys.
 */
public final class Pacer<K> {
    private final Timers timers;
    private final Duration interval;
    private final int maxKeys;
    private final Consumer<K> action;
    /** Keys whose interval is running, and whether they were asked for again meanwhile. */
    private final Map<K, Boolean> running = new HashMap<>();

    public Pacer(Timers timers, Duration interval, int maxKeys, Consumer<K> action) {
        this.timers = timers;
        this.interval = interval;
        this.maxKeys = maxKeys;
        this.action = action;
    }

    /** @return whether it was done now; otherwise it will be, or there was no room to remember it */
    public boolean request(K key) {
        if (running.replace(key, true) != null || running.size() >= maxKeys) {
            return false;
        }
        run(key);
        return true;
    }

    private void run(K key) {
        running.put(key, false);
        timers.after(interval, () -> onIntervalOver(key));
        action.accept(key);
    }

    private void onIntervalOver(K key) {
        if (Boolean.TRUE.equals(running.remove(key))) {
            run(key);
        }
    }
}
