package io.godwit.linux;

import java.util.concurrent.TimeUnit;

/**
 * Keeps a thread that wakes up often away from a processor that others want all of, while another one idles. Linux looks for an idle processor for a thread that wakes
 * only as long as those that share a cache have much time left; beyond that a thread stays where it woke last, again and again in front of one that would never
 * pause, and time of other processors is lost to both. So it is bound to one with time to spare, or to the one where it is while that has some, and this is reviewed some
 * times a second. Owned by that thread, which is the one that makes it. Allocates nothing after the start.
 */
public final class Placement implements AutoCloseable {
    /** Between two reviews, at the least. */
    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    /** By chance up to so much more, so that two threads do not flee from each other together, over and over. */
    static final long SPREAD_NANOS = (1 << 27) - 1;
    /** Bound for so long after it ceased to ask. */
    static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Of a review's ticks, one in so many: a processor that idles less is wanted by others. */
    private static final int SCARCE = 20;
    /** Likewise: one that idles more than that has time to spare. */
    private static final int AMPLE = 7;

    private static final int NONE = -1;

    /** Of the thread. */
    interface Processors extends AutoCloseable {
        /** Whether it is known which it may run on. */
        boolean areKnown();

        boolean mayRunOn(int processor);

        /** Where it runs. */
        int current();

        /** Whether it could be. */
        boolean bindTo(int processor);

        /** To all that it may run on. */
        void release();

        @Override
        void close();
    }

    private final IdleTimes idleTimes;
    private final Processors processors;
    private final boolean usable;
    private long[] before = new long[IdleTimes.MOST_PROCESSORS];
    private long[] now = new long[IdleTimes.MOST_PROCESSORS];
    private long since;
    private long period = PERIOD_NANOS;
    private long asked;
    private int bound = NONE;

    public Placement() {
        this(new IdleTimes(IdleTimes.FILE), new ThreadProcessors());
    }

    Placement(IdleTimes idleTimes, Processors processors) {
        this.idleTimes = idleTimes;
        this.processors = processors;
        usable = idleTimes.read(before) > 1 && processors.areKnown();
    }

    /** Whether there is a choice, and it can be told which is better. */
    boolean isUsable() {
        return usable;
    }

    /**
     * Often, while the thread has much to do.
     *
     * @param nanos of a clock
     */
    public void review(long nanos) {
        if (!usable) {
            return;
        }
        boolean paused = nanos - asked > LINGER_NANOS;
        asked = nanos;
        long passed = nanos - since;
        if (paused) {
            idleTimes.read(before);
            begin(nanos);
        } else if (passed >= period) {
            choose(idleTimes.read(now), passed / TICK_NANOS);
            long[] read = now;
            now = before;
            before = read;
            begin(nanos);
        }
    }

    private void begin(long nanos) {
        since = nanos;
        period = PERIOD_NANOS + (nanos & SPREAD_NANOS);
    }

    private void choose(int count, long ticks) {
        int own = processors.current();
        if (own < 0 || own >= count) {
            release();
        } else if (idled(own) * SCARCE > ticks) {
            bind(own);
        } else {
            move(mostIdle(count), ticks);
        }
    }

    private void move(int other, long ticks) {
        if (other != NONE && idled(other) * AMPLE > ticks) {
            bind(other);
        } else {
            release();
        }
    }

    private int mostIdle(int count) {
        int best = NONE;
        for (int i = 0; i < count; i++) {
            if (processors.mayRunOn(i) && (best == NONE || idled(i) > idled(best))) {
                best = i;
            }
        }
        return best;
    }

    private long idled(int processor) {
        return now[processor] - before[processor];
    }

    private void bind(int processor) {
        if (bound != processor) {
            bound = processor;
            if (!processors.bindTo(processor)) {
                release();
            }
        }
    }

    public boolean isBound() {
        return bound != NONE;
    }

    /**
     * Lets the thread run anywhere again when it has not asked for a while.
     *
     * @param nanos of the same clock
     * @return how many milliseconds to wait, at the most, before this is called again; -1 when it need not be
     */
    public int lapse(long nanos) {
        long left = asked + LINGER_NANOS - nanos;
        if (left <= 0) {
            release();
        }
        return isBound() ? (int) TimeUnit.NANOSECONDS.toMillis(left) + 1 : -1;
    }

    private void release() {
        if (isBound()) {
            bound = NONE;
            processors.release();
        }
    }

    @Override
    public void close() {
        release();
        idleTimes.close();
        processors.close();
    }
}
