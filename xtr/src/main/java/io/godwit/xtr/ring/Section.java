package io.godwit.xtr.ring;

import io.godwit.xtr.observe.CoarseClock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one thread drives of one direction: its source and some stages, or stages only. */
final class Section {
    private final @Nullable Source source;
    private final Hop[] hops;
    /** Does what all of {@link #hops} do. */
    private final @Nullable Hop atOnce;

    private final CoarseClock clock;
    private int arrivals;

    /** @param atOnce does what all of {@code hops} do, while nobody looks at the packets between them */
    Section(@Nullable Source source, List<Hop> hops, @Nullable Hop atOnce, CoarseClock clock) {
        this.source = source;
        this.hops = hops.toArray(Hop[]::new);
        this.atOnce = atOnce;
        this.clock = clock;
    }

    /** {@code next} drives the stage after our last one. */
    void handOverTo(DataThread next) {
        hops[hops.length - 1].handOverTo(next);
    }

    /** One round: timers, a batch from the source, and the stages until they are dry. Returns the work done, 0 when there was none. */
    int runOnce() {
        clock.update();
        int work = 0;
        if (source != null) {
            source.tick();
            work = source.poll();
            arrivals = work;
        }
        Hop whole = atOnce;
        if (whole == null) {
            return work + inSteps();
        }
        if (whole.isTapped()) {
            work += inSteps();
            whole.skipTo(hops[hops.length - 1].done().get());
            return work;
        }
        int done = untilDry(whole);
        if (done > 0) {
            for (Hop hop : hops) {
                hop.skipTo(whole.done().get());
            }
        }
        return work + done;
    }

    private int inSteps() {
        int work = 0;
        int round;
        do {
            round = 0;
            for (Hop hop : hops) {
                round += hop.run();
            }
            work += round;
        } while (round > 0);
        return work;
    }

    private static int untilDry(Hop hop) {
        int work = 0;
        int round;
        do {
            round = hop.run();
            work += round;
        } while (round > 0);
        return work;
    }

    /** Packets that the source gave in the last round; 0 where another section brings them. */
    int arrivals() {
        return arrivals;
    }

    /** Of the poller's sources, the next that are ours. */
    int descriptors() {
        return source == null ? 0 : source.descriptors();
    }

    boolean isFailing() {
        return source != null && source.isFailing();
    }

    boolean hasWork() {
        for (Hop hop : hops) {
            if (hop.hasWork()) {
                return true;
            }
        }
        return source != null && source.hasWork();
    }

    /** Milliseconds until a timer is due, -1 for never. */
    int idleMillis() {
        return source == null ? -1 : source.idleMillis();
    }
}
