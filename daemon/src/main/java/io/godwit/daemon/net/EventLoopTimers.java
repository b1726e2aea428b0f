package io.godwit.daemon.net;

import io.godwit.daemon.observe.FailureLog;
import io.godwit.linux.Urgency;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** {@link Timers} of an event loop. A task that throws is logged and does not end its series. */
public final class EventLoopTimers implements Timers {
    private final EventLoop loop;
    private final FailureLog failures = new FailureLog(LoggerFactory.getLogger(EventLoopTimers.class));

    public EventLoopTimers(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return timer(loop.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        long nanos = period.toNanos();
        return timer(loop.scheduleAtFixedRate(guarded(task), nanos, nanos, TimeUnit.NANOSECONDS));
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(guarded(task));
    }

    private static Timer timer(Future<?> future) {
        return () -> future.cancel(false);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                Urgency.check();
                task.run();
            } catch (RuntimeException e) {
                failures.failed("a task of the control thread", e);
            }
        };
    }
}
