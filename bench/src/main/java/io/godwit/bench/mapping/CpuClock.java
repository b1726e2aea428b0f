package io.godwit.bench.mapping;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** CPU time and wall time of one thread since a moment. */
final class CpuClock {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long thread;
    private final long cpuNanos;
    private final long wallNanos;

    private CpuClock(long thread) {
        this.thread = thread;
        cpuNanos = THREADS.getThreadCpuTime(thread);
        wallNanos = System.nanoTime();
    }

    /** Of the calling thread. */
    static CpuClock start() {
        return start(Thread.currentThread().threadId());
    }

    static CpuClock start(long thread) {
        return new CpuClock(thread);
    }

    /** Of {@code operations} since the start. */
    double perCpuSecond(long operations) {
        return operations * 1e9 / (THREADS.getThreadCpuTime(thread) - cpuNanos);
    }

    /** Of {@code operations} since the start. */
    double perSecond(long operations) {
        return operations * 1e9 / (System.nanoTime() - wallNanos);
    }
}
