package io.godwit.daemon.net.memory;

import io.godwit.daemon.net.Timers;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that stands still until {@link #advance}; tasks run on the caller's thread, by time and then in the order they were given. */
public final class VirtualTimers implements Timers {
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparingLong((Task task) -> task.due).thenComparingLong(task -> task.order));
    private long now;
    private long stepped;
    private long order;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long epochMillis() {
        return EPOCH_MILLIS + stepped + now / 1_000_000;
    }

    /** Somebody sets the wall clock, forward or, by a negative duration, back; time goes on as before. */
    public void stepWallClock(Duration by) {
        stepped += by.toMillis();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return add(new Task(now + Math.max(0, delay.toNanos()), 0, task));
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        long nanos = period.toNanos();
        if (nanos <= 0) {
            throw new IllegalArgumentException("a period of " + period);
        }
        return add(new Task(now + nanos, nanos, task));
    }

    /** Runs at the next {@link #run} or {@link #advance}. */
    @Override
    public void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    /** Runs what is due now, and what that makes due now. */
    public void run() {
        advance(Duration.ZERO);
    }

    /** Moves the clock on, and runs each task when its time comes. */
    public void advance(Duration duration) {
        long end = now + duration.toNanos();
        for (Task task = tasks.peek(); task != null && task.due <= end; task = tasks.peek()) {
            tasks.remove();
            if (!task.cancelled) {
                now = Math.max(now, task.due);
                task.run();
            }
        }
        now = end;
    }

    /** Tasks that wait, cancelled ones not counted. */
    public int pending() {
        return (int) tasks.stream().filter(task -> !task.cancelled).count();
    }

    private Task add(Task task) {
        task.order = order++;
        tasks.add(task);
        return task;
    }

    private final class Task implements Timer {
        private final long period;
        private final Runnable action;
        private long due;
        private long order;
        private boolean cancelled;

        Task(long due, long period, Runnable action) {
            this.due = due;
            this.period = period;
            this.action = action;
        }

        void run() {
            if (period > 0) {
                due += period;
                add(this);
            }
            action.run();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
