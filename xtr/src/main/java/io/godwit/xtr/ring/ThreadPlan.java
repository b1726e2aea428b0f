package io.godwit.xtr.ring;

/** Which neighbouring stages of a direction share a thread. */
public enum ThreadPlan {
    /**
     * One thread drives both directions: for two cores, which the kernel and others need, too. What answers a packet may be there before that
     * thread sleeps, so that a request and its reply, or data and their acknowledgments, cost fewer wake-ups.
     */
    SINGLE(4, 0),
    /** One thread for each direction drives all stages: when cores are few, and never a hand-over to wait for. */
    INLINE(4, 0),
    /** Stages 1 to 3, and the last one, which makes the system calls out, on a thread of its own. */
    PAIRED(3, 2_000),
    /** Stages 1 and 2, 3, and 4 each on a thread that never sleeps: takes six whole cores, so only when configured. */
    DEDICATED(2, Integer.MAX_VALUE);

    private static final int INLINE_CPUS = 3;
    private static final int PAIRED_CPUS = 6;
    /** More would wait for the one way from the core. */
    private static final int MAX_QUEUES = 4;

    private final int stagesOnFirst;
    private final int spins;

    ThreadPlan(int stagesOnFirst, int spins) {
        this.stagesOnFirst = stagesOnFirst;
        this.spins = spins;
    }

    /** What suits a machine with {@code cpus} processors for the router. */
    public static ThreadPlan forCpus(int cpus) {
        return cpus < INLINE_CPUS ? SINGLE : cpus < PAIRED_CPUS ? INLINE : PAIRED;
    }

    /** What suits {@code cpus} processors that data threads alone are bound to: two are given to be used, not to be shared with others. */
    public static ThreadPlan forOwnCpus(int cpus) {
        return cpus == 1 ? SINGLE : cpus < PAIRED_CPUS ? INLINE : PAIRED;
    }

    /** Queues of a TUN device that suit {@code cpus} processors: each takes the threads of a direction, the way from the core has one set. */
    public int queues(int cpus) {
        int threads = 1 + 4 - stagesOnFirst;
        return Math.clamp((cpus - threads) / threads, 1, MAX_QUEUES);
    }

    /** @param stage 2, 3 or 4 */
    boolean startsThread(int stage) {
        return stage > stagesOnFirst;
    }

    /** Rounds without work before a thread sleeps. */
    public int spins() {
        return spins;
    }
}
