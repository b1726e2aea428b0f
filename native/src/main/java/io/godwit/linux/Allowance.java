package io.godwit.linux;

/** Processor time that a thread may spend: so much at a stretch, and a share of the time in the long run. In nanoseconds; one thread's. */
final class Allowance {
    private final long most;
    private final int share;
    /** Less than nothing when what was spent was counted late. */
    private long left;

    /** @param share one part in so many of the time */
    Allowance(long most, int share) {
        this.most = most;
        this.share = share;
        left = most;
    }

    /** So much time has passed, and so much was spent of it. */
    void pass(long nanos, long spent) {
        left = Math.min(most, left + nanos / share - spent);
    }

    boolean isSpent() {
        return left <= 0;
    }

    boolean isWhole() {
        return left == most;
    }

    /** Until it is whole again, if nothing is spent. */
    long nanosUntilWhole() {
        return (most - left) * share;
    }
}
