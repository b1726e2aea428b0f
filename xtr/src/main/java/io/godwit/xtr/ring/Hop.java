package io.godwit.xtr.ring;

import com.lmax.disruptor.Sequence;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import org.jspecify.annotations.Nullable;

/** A stage with its place in the ring: it may go as far as the one before it. */
final class Hop {
    private final PacketRing ring;
    private final Stage stage;
    private final Sequence before;
    private final Sequence done = new Sequence();
    private final CounterBlock counters;
    private final TapPoint tapPoint;
    private final boolean isLast;
    private @Nullable DataThread next;
    private volatile @Nullable RuntimeException defect;

    Hop(PacketRing ring, Stage stage, Sequence before, CounterBlock counters, TapPoint tapPoint, boolean isLast) {
        this.ring = ring;
        this.stage = stage;
        this.before = before;
        this.counters = counters;
        this.tapPoint = tapPoint;
        this.isLast = isLast;
    }

    Sequence done() {
        return done;
    }

    /** The thread of the following stage, when it is another one. */
    void handOverTo(DataThread thread) {
        next = thread;
    }

    /** Whether somebody looks at packets between the stages. */
    boolean isTapped() {
        return tapPoint.active() != null;
    }

    /** What was to be done up to there has been done by others on this thread. */
    void skipTo(long sequence) {
        done.set(sequence);
    }

    boolean hasWork() {
        return before.get() > done.get();
    }

    /** One batch; returns its size. */
    int run() {
        long position = done.get();
        long available = Math.min(before.get(), position + ring.batch());
        if (available == position) {
            return 0;
        }
        try {
            stage.process(ring, position + 1, available);
        } catch (RuntimeException e) {
            giveUp(position + 1, available, e);
        }
        Tap[] taps = tapPoint.active();
        if (taps != null) {
            tapPoint.passed(taps, ring, position + 1, available, isLast);
        }
        done.set(available);
        DataThread follower = next;
        if (follower != null) {
            follower.wake();
        }
        return (int) (available - position);
    }

    /** A defect costs the batch, not the router. */
    private void giveUp(long first, long last, RuntimeException e) {
        defect = e;
        counters.add(Counter.INTERNAL_ERRORS, 1);
        for (long sequence = first; sequence <= last; sequence++) {
            if (ring.slot(sequence).verdict != PacketSlot.DONE) {
                ring.slot(sequence).drop(counters, DropReason.INTERNAL_ERROR);
            }
        }
    }

    @Nullable
    RuntimeException defect() {
        return defect;
    }
}
