package io.godwit.xtr.ring;

import io.godwit.xtr.fib.FibReader;

/**
 * Stage 2 of either direction: what is to be done with each packet. A batch is walked twice: first every header is checked and the forwarding
 * table touched where its EID would be, then the entries are used; so the cache misses of a batch overlap.
 */
public abstract class Decision implements Stage {
    private final FibReader reader;
    private long touched;

    protected Decision(FibReader reader) {
        this.reader = reader;
    }

    @Override
    public final void process(PacketRing ring, long first, long last) {
        reader.begin();
        long sum = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (slot.verdict == PacketSlot.NEW && !slot.released && accept(slot)) {
                sum += touch(slot);
            }
        }
        touched = sum;
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (slot.verdict != PacketSlot.NEW) {
                continue;
            }
            if (slot.released) {
                act(slot);
            } else {
                decide(slot);
            }
        }
        reader.end();
    }

    private long touch(PacketSlot slot) {
        return slot.ipv6
                ? reader.touch(slot.instance, slot.eidHigh, slot.eidLow)
                : reader.touch(slot.instance, (int) slot.eidLow);
    }

    /** Checks the headers and fills in the slot; false when the packet was dropped. */
    protected abstract boolean accept(PacketSlot slot);

    /** Looks the EID up, then parks the packet or has it {@link #act}. */
    protected abstract void decide(PacketSlot slot);

    /** Does what the slot's entry says, which does not want the packet to wait. */
    protected abstract void act(PacketSlot slot);

    /** Keeps the touching reads alive. */
    final long touched() {
        return touched;
    }
}
