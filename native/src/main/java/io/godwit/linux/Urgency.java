package io.godwit.linux;

import java.lang.management.ManagementFactory;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Keeps a thread {@linkplain ThreadPriority#urgent() urgent} while it has little to do and merely {@linkplain ThreadPriority#prefer()
 * preferred} while it has much, so that a flood of what it answers takes no processor from those that forward. Owned by that thread, which
 * asks for a {@linkplain #review() review} again and again.
 */
public final class Urgency {
    /** Between two reviews that count, in milliseconds. */
    public static final int PERIOD_MILLIS = 100;

    private static final long PERIOD_NANOS = PERIOD_MILLIS * 1_000_000L;

    private final LongSupplier clock;
    private final LongSupplier processorTime;
    private final BooleanSupplier urgent;
    private final BooleanSupplier preferred;
    private boolean begun;
    private boolean isUrgent;
    private long since;
    private long usedBefore;

    /** @param clock in nanoseconds */
    public Urgency(LongSupplier clock) {
        this(
                clock,
                ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime,
                ThreadPriority::urgent,
                ThreadPriority::prefer);
    }

    /**
     * @param processorTime that the calling thread has used, in nanoseconds
     * @param urgent makes the calling thread so, if it may
     * @param preferred likewise
     */
    Urgency(LongSupplier clock, LongSupplier processorTime, BooleanSupplier urgent, BooleanSupplier preferred) {
        this.clock = clock;
        this.processorTime = processorTime;
        this.urgent = urgent;
        this.preferred = preferred;
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
        return isUrgent || preferred.getAsBoolean();
    }

    /** Does nothing before {@link #PERIOD_MILLIS} have passed, nor for a thread that could not be made urgent. */
    public void review() {
        long now = clock.getAsLong();
        long passed = now - since;
        if (!begun || passed < PERIOD_NANOS) {
            return;
        }
        long used = processorTime.getAsLong();
        change(used - usedBefore, passed);
        since = now;
        usedBefore = used;
    }

    /** Between a quarter and a half it stays what it is. */
    private void change(long used, long passed) {
        if (isUrgent && used > passed / 2) {
            isUrgent = !preferred.getAsBoolean();
        } else if (!isUrgent && used < passed / 4) {
            isUrgent = urgent.getAsBoolean();
        }
    }
}
