package io.godwit.xtr.rehearsal;

import io.godwit.daemon.net.Timers;
import io.godwit.daemon.net.memory.VirtualTimers;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The clock of a rehearsal, which stands still, and its control thread: tasks from data threads wait until it looks. */
final class RehearsalTimers implements Timers {
    private final VirtualTimers virtual;
    private final Thread owner = Thread.currentThread();
    private final Queue<Runnable> fromOthers = new ConcurrentLinkedQueue<>();

    RehearsalTimers(VirtualTimers virtual) {
        this.virtual = virtual;
    }

    /** Everything that is due. */
    void run() {
        for (Runnable task = fromOthers.poll(); task != null; task = fromOthers.poll()) {
            task.run();
        }
        virtual.run();
    }

    @Override
    public long nanoTime() {
        return virtual.nanoTime();
    }

    @Override
    public long epochMillis() {
        return virtual.epochMillis();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return virtual.after(delay, task);
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        return virtual.every(period, task);
    }

    @Override
    public void execute(Runnable task) {
        if (Thread.currentThread().equals(owner)) {
            virtual.execute(task);
        } else {
            fromOthers.add(task);
        }
    }
}
