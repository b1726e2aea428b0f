package io.godwit.lab.traffic;

/**
 * When a guest, that nobody can look into, sent its packets, in the client's time. What arrives was sent when we heard of it. But where numbers
 * are missing, what comes after them may have waited on its way, and then they were sent earlier than it seems: there the guest's own clock
 * counts, which each packet tells. It stands still while the guest does, so how far it is behind ours is found anew: as little as of the
 * fastest packet of the next seconds.
 */
final class GuestClock {
    private static final long FOUND_NANOS = 3_000_000_000L;
    private static final int MOST = 1 << 15;

    private final FlowLog sent;
    /** By the guest's clock, from {@link #first} on. */
    private final long[] clocks = new long[MOST];

    private int first;
    /** No earlier than the packet before the first. */
    private long floor;

    private long behind;
    private long foundAt = Long.MIN_VALUE;
    private int heard = -1;
    private long heardClock;

    /** @param sent what the guest sent */
    GuestClock(FlowLog sent) {
        this.sent = sent;
    }

    /** A packet arrived. Those before it that did not were sent between it and the last that did. */
    void heard(int number, long clock, long now) {
        int next = sent.next();
        if (number < next) {
            return;
        }
        if (heard >= 0 && number > next) {
            begin(next, now - clock, now);
        }
        boolean exact = now < foundAt && number - first < MOST;
        for (int n = next; n <= number; n++) {
            if (exact) {
                clocks[n - first] = interpolated(n, number, clock);
            }
            sent.sent(n, exact ? time(n) : latest(n, now));
        }
        if (exact && now - clock < behind) {
            behind = now - clock;
            for (int n = first; n <= number; n++) {
                sent.redate(n, time(n));
            }
        }
        heard = number;
        heardClock = clock;
    }

    private void begin(int next, long sample, long now) {
        if (now >= foundAt) {
            first = next;
            floor = sent.time(next - 1);
            behind = sample;
        }
        foundAt = now + FOUND_NANOS;
    }

    private long interpolated(int n, int number, long clock) {
        return heardClock + (clock - heardClock) * (n - heard) / (number - heard);
    }

    private long time(int n) {
        return Math.max(floor, clocks[n - first] + behind);
    }

    private long latest(int n, long now) {
        return n == 0 ? now : Math.max(sent.time(n - 1), now);
    }
}
