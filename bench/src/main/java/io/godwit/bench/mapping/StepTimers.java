package io.godwit.bench.mapping;

import io.godwit.daemon.net.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The machine's clock, plus what {@link #skip} adds; tasks wait until the benchmark runs them. */
final class StepTimers implements Timers {
    private static final class Periodic implements Timer {
        private final long periodNanos;
        private final Runnable task;
        private long dueNanos;
        private boolean cancelled;

        Periodic(long periodNanos, Runnable task, long dueNanos) {
            this.periodNanos = periodNanos;
            this.task = task;
            this.dueNanos = dueNanos;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Periodic> periodic = new ArrayList<>();
    private long skipped;

    @Override
    public long nanoTime() {
        return System.nanoTime() + skipped;
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis() + skipped / 1_000_000;
    }

    void skip(Duration duration) {
        skipped += duration.toNanos();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return every(delay, task);
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        Periodic timer = new Periodic(period.toNanos(), task, nanoTime() + period.toNanos());
        periodic.add(timer);
        return timer;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs what waits, and what that leaves to be done. */
    void runWaiting() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Queues the timers that are due; runs one task of those that wait. Returns whether there was one. */
    boolean runOne() {
        long now = nanoTime();
        for (Periodic timer : periodic) {
            if (!timer.cancelled && timer.dueNanos <= now) {
                timer.dueNanos = now + timer.periodNanos;
                tasks.add(timer.task);
            }
        }
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }
}
