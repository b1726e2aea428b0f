package io.godwit.xtr.ring;

import org.agrona.concurrent.NanoClock;

/**
 * When a thread that works packets off as they come does better to let some gather. At 200,000 packets a second it finds five whenever it looks: then it
 * spends more on system calls, on wake-ups and on the way of small batches through the next router than on packets. A rest that is short beside what any
 * path takes makes batches of them, as the interrupt moderation of network cards does. A trickle is never kept waiting: a rest takes a rate, and packets
 * enough to know it.
 */
final class Moderation {
    /** How long a rest lasts. */
    static final int REST_MICROS = 100;

    /** Faster than one packet in this many nanoseconds: 80,000 a second. */
    private static final long NANOS_EACH = 12_500;
    /** Slower than one packet in this many: 2,000 a second, each of which is worked off long before the next one comes. */
    private static final long TRICKLE_NANOS_EACH = 500_000;
    /** Packets that it takes to know a rate, and once it was known. */
    private static final int FIRST = 16;

    private static final int AGAIN = 8;
    /** A batch as large as this needs no rest to grow. */
    private static final int LARGE = RingLayout.BATCH / 2;

    private final NanoClock clock;
    private long since;
    private int arrived;
    private boolean resting;
    private boolean trickle = true;

    Moderation(NanoClock clock) {
        this.clock = clock;
        since = clock.nanoTime();
    }

    /**
     * After each round that had work.
     *
     * @param packets that came in with the round
     * @return whether to rest before the next one
     */
    boolean isRestDue(int packets) {
        arrived += packets;
        if (arrived < (resting ? AGAIN : FIRST)) {
            return false;
        }
        long now = clock.nanoTime();
        resting = now - since < arrived * NANOS_EACH;
        trickle = now - since > arrived * TRICKLE_NANOS_EACH;
        since = now;
        arrived = 0;
        return resting && packets < LARGE;
    }

    /** Whether so few came lately that another one hardly waits. */
    boolean isTrickle() {
        return trickle;
    }

    /** Whether packets were found to come fast just now. */
    boolean isFast() {
        return resting && arrived == 0;
    }
}
