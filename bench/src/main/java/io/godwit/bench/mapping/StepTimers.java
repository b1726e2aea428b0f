package io.godwit.bench.mapping;

import io.godwit.daemon.net.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The machine's clock, plus what {@link #skip} adds; tasks wait until the benchmark runs them. */
final class StepTimers implements Timers {
    private static final long ONCE = 0;
    private static final int SLOWNESS = 256;

    private static final class Waiting implements Timer {
        private final long periodNanos;
        private final Runnable task;
        private long dueNanos;
        private boolean cancelled;

        Waiting(long periodNanos, Runnable task, long dueNanos) {
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
    private final List<Waiting> waiting = new ArrayList<>();
    private final LongSupplier clock;
    private long skipped;

    StepTimers() {
        this(System::nanoTime);
    }

    /** @param clock nanoseconds; such as those that the thread has had a processor: what others do to the machine is not in these */
    StepTimers(LongSupplier clock) {
        this.clock = clock;
    }

    /** For what nobody acknowledges: on however slow a machine, nothing is sent again while that is not what is measured. */
    static StepTimers slow() {
        long start = System.nanoTime();
        return new StepTimers(() -> start + (System.nanoTime() - start) / SLOWNESS);
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong() + skipped;
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
        return wait(delay, ONCE, task);
    }

    private Timer wait(Duration delay, long periodNanos, Runnable task) {
        Waiting timer = new Waiting(periodNanos, task, nanoTime() + delay.toNanos());
        waiting.add(timer);
        return timer;
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        return wait(period, period.toNanos(), task);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs what waits, and what that leaves to be done. */
    void runWaiting() {
        queueDue();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            queueDue();
        }
    }

    /** Queues the timers that are due; runs one task of those that wait. Returns whether there was one. */
    boolean runOne() {
        queueDue();
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    private void queueDue() {
        long now = nanoTime();
        for (int i = waiting.size() - 1; i >= 0; i--) {
            Waiting timer = waiting.get(i);
            boolean due = timer.dueNanos <= now;
            if (timer.cancelled || (due && timer.periodNanos == ONCE)) {
                waiting.remove(i);
            }
            if (due && !timer.cancelled) {
                timer.dueNanos = now + timer.periodNanos;
                tasks.add(timer.task);
            }
        }
    }
}
