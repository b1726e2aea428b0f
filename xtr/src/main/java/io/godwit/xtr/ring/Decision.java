package io.godwit.xtr.ring;

import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;

/**
 * Stage 2 of either direction: what is to be done with each packet. A batch is walked in three short loops: every header is checked and its
 * place in the forwarding table computed, all those places are touched, then the entries are used; so the cache misses of a batch overlap.
 */
public abstract class Decision implements Stage {
    private final FibReader reader;
    private final long[] homes = new long[RingLayout.INGRESS_BATCH];
    private long touched;

    protected Decision(FibReader reader) {
        this.reader = reader;
    }

    @Override
    public final void process(PacketRing ring, long first, long last) {
        reader.begin();
        int count = 0;
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (slot.verdict == PacketSlot.NEW && !slot.released && accept(slot)) {
                slot.tableSlot = home(slot);
                if (slot.tableSlot != 0) {
                    homes[count++] = slot.tableSlot;
                }
            }
        }
        touched = FibReader.touch(homes, count);
        for (long sequence = first; sequence <= last; sequence++) {
            PacketSlot slot = ring.slot(sequence);
            if (slot.verdict != PacketSlot.NEW) {
                continue;
            }
            if (slot.released) {
                act(slot, slot.entry);
            } else {
                decide(slot);
            }
        }
        reader.end();
    }

    private long home(PacketSlot slot) {
        return slot.ipv6
                ? reader.home(slot.instance, slot.eidHigh, slot.eidLow)
                : reader.home(slot.instance, (int) slot.eidLow);
    }

    /** The entry of a slot that was accepted in this batch. */
    protected final ForwardingEntry lookup(PacketSlot slot) {
        if (!slot.ipv6) {
            ForwardingEntry entry = reader.atHome(slot.tableSlot, slot.instance, (int) slot.eidLow);
            return entry == null ? reader.lookup(slot.instance, (int) slot.eidLow) : entry;
        }
        return reader.lookup(slot.instance, slot.eidHigh, slot.eidLow);
    }

    /** Checks the headers and fills in the slot; false when the packet was dropped. */
    protected abstract boolean accept(PacketSlot slot);

    /** Looks the EID up, then parks the packet or has it {@link #act}. */
    protected abstract void decide(PacketSlot slot);

    /** Does what {@code entry} says, which does not want the packet to wait. */
    protected abstract void act(PacketSlot slot, ForwardingEntry entry);

    /** Keeps the touching reads alive. */
    final long touched() {
        return touched;
    }
}
