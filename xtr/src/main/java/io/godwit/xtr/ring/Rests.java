package io.godwit.xtr.ring;

import io.godwit.linux.Placement;
import io.godwit.linux.Poller;
import io.godwit.linux.ShortSleep;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * While packets come fast ({@link Moderation}) their thread looks for them by itself, every now and then, where there is time for it ({@link Placement}). Used by that
 * thread alone, which makes it.
 */
final class Rests implements AutoCloseable {
    private final Poller poller;
    private final NanoClock clock;
    private final Moderation moderation;
    private final ShortSleep sleep = new ShortSleep();
    private final @Nullable Placement placement;

    /** @param placed whether the thread may run on any of several processors */
    Rests(Poller poller, NanoClock clock, boolean placed) {
        this.poller = poller;
        this.clock = clock;
        moderation = new Moderation(clock);
        placement = placed ? new Placement() : null;
    }

    /**
     * After each round that had work.
     *
     * @param packets that came in with the round
     * @return whether the thread has rested, and is to look what came meanwhile
     */
    boolean takenAfter(int packets) {
        boolean due = moderation.isRestDue(packets);
        if (moderation.isFast() && placement != null) {
            placement.review(clock.nanoTime());
        }
        if (due) {
            poller.ignore();
            sleep.micros(Moderation.REST_MICROS);
        }
        return due;
    }

    /** Whether packets come so slowly that the poller may tell of the next one. */
    boolean isTrickle() {
        return moderation.isTrickle();
    }

    /** @return how long the thread may sleep that wants to for {@code millis}, where -1 is for ever */
    int limit(int millis) {
        int most = placement != null && placement.isBound() ? placement.lapse(clock.nanoTime()) : -1;
        return most >= 0 && (millis < 0 || most < millis) ? most : millis;
    }

    @Override
    public void close() {
        if (placement != null) {
            placement.close();
        }
        sleep.close();
    }
}
