package io.godwit.linux;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * Lets a thread be {@linkplain ThreadPriority#urgent() urgent} for a moment, at the word of another: when that comes it may be waiting for a
 * processor, and could not ask for itself. It may be so for some milliseconds of processor time at a stretch, and for a sixteenth of the time
 * in the long run; beyond that, and when the moment is over, it is {@linkplain ThreadPriority#prefer() preferred} as before. Allocates nothing
 * after the start.
 */
public final class Hurry {
    /** One part in so many of the time is spent in a hurry, in the long run. More, and a thousand hosts that move at once keep others waiting too long. */
    static final int SHARE = 16;

    private static final int CALM = 0;
    /** Whoever asked is about to make the thread urgent; until that is done the thread must not undo it. */
    private static final int BEGINNING = 1;

    private static final int HURRIED = 2;
    private static final int NOBODY = 0;

    private final LongSupplier clock;
    private final LongSupplier processorTime;
    private final IntPredicate urgent;
    private final Runnable preferred;
    private final long lasts;
    /** Of the thread itself, like those below. */
    private final Allowance allowance;

    private final AtomicInteger state = new AtomicInteger(CALM);
    private volatile int thread = NOBODY;
    private volatile long until;
    /** It has spent what it may, and has it again then. */
    private volatile long restsUntil;

    private boolean counting;
    private long since;
    private long usedBefore;

    /**
     * @param clock in nanoseconds
     * @param lastsNanos how long a moment is
     * @param mostNanos of processor time at a stretch
     */
    public Hurry(LongSupplier clock, long lastsNanos, long mostNanos) {
        this(
                clock,
                ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime,
                ThreadPriority::urgent,
                ThreadPriority::prefer,
                lastsNanos,
                mostNanos);
    }

    /**
     * @param processorTime that the calling thread has used, in nanoseconds
     * @param urgent makes a thread so, if it may
     * @param preferred makes the calling thread so
     */
    Hurry(
            LongSupplier clock,
            LongSupplier processorTime,
            IntPredicate urgent,
            Runnable preferred,
            long lastsNanos,
            long mostNanos) {
        this.clock = clock;
        this.processorTime = processorTime;
        this.urgent = urgent;
        this.preferred = preferred;
        lasts = lastsNanos;
        allowance = new Allowance(mostNanos, SHARE);
    }

    /** The calling thread is the one that is made urgent; it is preferred from now on. */
    public void begin() {
        preferred.run();
        since = clock.getAsLong();
        restsUntil = since;
        thread = ThreadPriority.callingThread();
    }

    /** From any thread: what {@link #begin} was called by does not wait, for a moment. Does nothing where it may not be made urgent. */
    public void ask() {
        long now = clock.getAsLong();
        until = now + lasts;
        if (thread != NOBODY && now - restsUntil >= 0) {
            raise();
        }
    }

    private void raise() {
        if (state.compareAndSet(CALM, BEGINNING)) {
            boolean isUrgent = urgent.test(thread);
            thread = isUrgent ? thread : NOBODY;
            state.set(isUrgent ? HURRIED : CALM);
        }
    }

    /** Whether {@link #review} has anything to do. */
    public boolean isOn() {
        return state.get() == HURRIED;
    }

    /** The thread itself, often while {@link #isOn}. */
    public void review() {
        long now = clock.getAsLong();
        boolean over = now - until >= 0;
        if (!counting) {
            counting = true;
            count(now, 0);
            usedBefore = processorTime.getAsLong();
        } else if (over || now - since >= Urgency.STEP_NANOS) {
            long used = processorTime.getAsLong();
            count(now, used - usedBefore);
            usedBefore = used;
        }
        if (over || allowance.isSpent()) {
            calm(now);
        }
    }

    private void count(long now, long spent) {
        allowance.pass(now - since, spent);
        since = now;
    }

    private void calm(long now) {
        counting = false;
        restsUntil = allowance.isSpent() ? now + allowance.nanosUntilWhole() : now;
        preferred.run();
        state.set(CALM);
        // Whoever asked in between saw it hurried, and left it at that.
        if (!allowance.isSpent() && now - until < 0) {
            raise();
        }
    }
}
