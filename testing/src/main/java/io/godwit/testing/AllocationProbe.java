package io.godwit.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the heap bytes that the calling thread allocates, from the first call on: nothing needs to be compiled before. */
public final class AllocationProbe {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationProbe() {}

    /**
     * Bytes allocated by this thread while {@code task} runs. Build the task and everything it uses beforehand: a lambda's own object is made
     * by the caller, before the count starts. Classes that the task is the first to load are counted too, so touch them before.
     */
    public static long bytes(Runnable task) {
        THREADS.getCurrentThreadAllocatedBytes();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        task.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
