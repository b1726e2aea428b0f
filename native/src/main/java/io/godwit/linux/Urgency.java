package io.godwit.linux;

import java.lang.management.ManagementFactory;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a thread {@linkplain ThreadPriority#urgent() urgent} while it has little to do. It may be so for a few milliseconds at a stretch, and
 * for a quarter of the time in the long run; beyond that it is merely {@linkplain ThreadPriority#prefer() preferred}, so that neither a flood
 * of what it answers nor a thousand moves at once take the processors from those that forward. Owned by that thread, which asks for a
 * {@link #review()}, or a {@link #check()}, in the midst of its work, often.
 */
public final class Urgency {
    /** One part in so many of the time is spent being urgent, in the long run. */
    static final int SHARE = 4;

    /** Between two looks at the processor time, which costs a system call. */
    static final long STEP_NANOS = 500_000;

    private static final ThreadLocal<@Nullable Urgency> OF_THREAD = new ThreadLocal<>();

    /** Whoever reviews when the thread may be urgent again. */
    @FunctionalInterface
    public interface Later {
        void after(long nanos, Runnable review);
    }

    private final LongSupplier clock;
    private final LongSupplier processorTime;
    private final BooleanSupplier urgent;
    private final BooleanSupplier preferred;
    private final Later later;
    private final Allowance allowance;
    private boolean begun;
    private boolean isUrgent;
    private long since;
    private long usedBefore;

    /**
     * @param clock in nanoseconds
     * @param mostNanos of processor time at a stretch
     */
    public Urgency(LongSupplier clock, long mostNanos, Later later) {
        this(
                clock,
                ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime,
                ThreadPriority::urgent,
                ThreadPriority::prefer,
                mostNanos,
                later);
    }

    /**
     * @param processorTime that the calling thread has used, in nanoseconds
     * @param urgent makes the calling thread so, if it may
     * @param preferred likewise
     */
    Urgency(
            LongSupplier clock,
            LongSupplier processorTime,
            BooleanSupplier urgent,
            BooleanSupplier preferred,
            long mostNanos,
            Later later) {
        this.clock = clock;
        this.processorTime = processorTime;
        this.urgent = urgent;
        this.preferred = preferred;
        this.later = later;
        allowance = new Allowance(mostNanos, SHARE);
    }

    /** As {@link #review} of the calling thread, if it has begun to be urgent. */
    public static void check() {
        Urgency own = OF_THREAD.get();
        if (own != null) {
            own.review();
        }
    }

    /**
     * The calling thread comes before others from now on.
     *
     * @return whether it does
     */
    public boolean begin() {
        isUrgent = urgent.getAsBoolean();
        begun = isUrgent;
        since = clock.getAsLong();
        usedBefore = processorTime.getAsLong();
        if (begun) {
            OF_THREAD.set(this);
        }
        return isUrgent || preferred.getAsBoolean();
    }

    /** Does nothing for a thread that could not be made urgent. */
    public void review() {
        long now = clock.getAsLong();
        long passed = now - since;
        if (!begun || passed < STEP_NANOS) {
            return;
        }
        long used = processorTime.getAsLong();
        allowance.pass(passed, isUrgent ? used - usedBefore : 0);
        since = now;
        usedBefore = used;
        if (isUrgent && allowance.isSpent()) {
            isUrgent = !preferred.getAsBoolean();
            later.after(allowance.nanosUntilWhole() + STEP_NANOS, this::review);
        } else if (!isUrgent && allowance.isWhole()) {
            isUrgent = urgent.getAsBoolean();
        }
    }
}
