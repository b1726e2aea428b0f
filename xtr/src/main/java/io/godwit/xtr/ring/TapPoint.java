package io.godwit.xtr.ring;

import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** Where taps look at the packets of one direction: at its source and behind each stage. Used by the thread of that. */
public final class TapPoint {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Taps taps;
    private final NanoClock clock;
    private final int type;
    private final int[] scratch = new int[PacketFilter.SCRATCH];

    /**
     * @param direction {@link TapRecord#FROM_SITE} or {@link TapRecord#FROM_CORE}
     * @param stage from 1
     */
    public TapPoint(Taps taps, NanoClock clock, int direction, int stage) {
        this.taps = taps;
        this.clock = clock;
        this.type = direction * TapRecord.STAGES + stage;
    }

    Tap @Nullable [] active() {
        return taps.active();
    }

    /** Of the same direction. */
    TapPoint at(int stage) {
        return new TapPoint(taps, clock, (type - 1) / TapRecord.STAGES, stage);
    }

    /** Slots {@code first} to {@code last} have been filled, the first {@code released} of them from the parking lot. */
    void arrived(Tap[] active, PacketRing ring, long first, int released, long last) {
        long now = clock.nanoTime();
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (sequence >= first + released) {
                choose(active, slot);
            }
            if (slot.tap != 0) {
                note(active, slot, now, true);
            }
        }
    }

    private void choose(Tap[] active, PacketSlot slot) {
        long mask = 0;
        for (Tap tap : active) {
            mask |= tap.wants(slot, scratch) ? tap.bit() : 0;
        }
        slot.tap = mask == 0 ? 0 : NUMBERS.incrementAndGet() << Tap.MASK_BITS | mask;
    }

    /** A stage is done with the slots {@code first} to {@code last}. */
    void passed(Tap[] active, PacketRing ring, long first, long last, boolean end) {
        long now = clock.nanoTime();
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (slot.tap != 0) {
                boolean gone = end || slot.verdict == PacketSlot.DONE;
                note(active, slot, now, gone);
                if (gone) {
                    slot.tap = 0;
                }
            }
        }
    }

    /** The packet, which may have been chosen when it came, goes no further. */
    void gone(Tap[] active, PacketSlot slot) {
        if (slot.tap != 0) {
            note(active, slot, clock.nanoTime(), true);
            slot.tap = 0;
        }
    }

    private void note(Tap[] active, PacketSlot slot, long now, boolean milestone) {
        for (Tap tap : active) {
            if ((slot.tap & tap.bit()) != 0) {
                tap.note(type, slot, now, milestone);
            }
        }
    }
}
