package io.godwit.linux.fake;

import io.godwit.linux.Pollable;
import io.godwit.linux.Poller;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Waits on a monitor. */
final class FakePoller implements Poller {
    private final FakeSource[] sources;
    private boolean woken;
    private int readable = -1;

    FakePoller(List<? extends Pollable> sources) {
        this.sources = sources.stream().map(FakeSource.class::cast).toArray(FakeSource[]::new);
        for (FakeSource source : this.sources) {
            source.attach(this);
        }
    }

    @Override
    public synchronized boolean await(int timeoutMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (!anyReadable() && !woken) {
            long left = timeoutMillis < 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime() + 999_999);
            if (timeoutMillis >= 0 && left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        woken = false;
        return true;
    }

    private boolean anyReadable() {
        readable = -1;
        for (int i = 0; i < sources.length; i++) {
            if (sources[i].readable()) {
                readable = i;
            }
        }
        return readable >= 0;
    }

    @Override
    public void ignore() {
        // Costs nobody anything here.
    }

    @Override
    public synchronized int readable() {
        return readable;
    }

    @Override
    public synchronized void wakeUp() {
        woken = true;
        notifyAll();
    }

    synchronized void signal() {
        notifyAll();
    }

    @Override
    public void close() {
        for (FakeSource source : sources) {
            source.detach(this);
        }
    }
}
