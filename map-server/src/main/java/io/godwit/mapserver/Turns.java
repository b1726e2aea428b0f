package io.godwit.mapserver;

import io.godwit.daemon.net.Timers;
import java.time.Duration;

/** Does what has come due until a short time is up, and goes on when sockets have been read: nobody waits for a million deadlines. */
final class Turns {
    /** What begins no later in a turn. */
    private static final long TURN_NANOS = 50_000;
    /** Pieces in a turn, whatever the clock says. */
    private static final int MOST = 2_000;
    /** Pieces before the clock is looked at. */
    private static final int AT_ONCE = 8;

    private final Timers timers;
    private final Work work;
    /** There is a next turn. */
    private boolean turning;

    /** What there is to do. */
    interface Work {
        /** Does {@code limit} pieces of each kind at most; returns whether none is left. */
        boolean some(int limit);
    }

    Turns(Timers timers, Work work) {
        this.timers = timers;
        this.work = work;
    }

    /** There may be something to do. */
    void begin() {
        if (!turning) {
            turn();
        }
    }

    private void turn() {
        turning = false; // so that a failure ends this turn only
        long began = timers.nanoTime();
        boolean done = false;
        int pieces = 0;
        do {
            done = work.some(AT_ONCE);
            pieces += AT_ONCE;
        } while (!done && pieces < MOST && timers.nanoTime() - began < TURN_NANOS);
        turning = !done;
        if (turning) {
            // Not execute: an event loop reads no socket before all that was handed to it that way is done.
            timers.after(Duration.ZERO, this::turn);
        }
    }
}
