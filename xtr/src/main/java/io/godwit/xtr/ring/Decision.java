package io.godwit.xtr.ring;

import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;

/**
 * Stage 2 of either direction: what is to be done with each packet. While the forwarding table is small, one packet after the other. From a large one
 * a batch is walked in three short loops: every header is checked and its place in the table computed, all those places are touched, then the entries are
 * used; so the cache misses of a batch overlap.
 */
public abstract class Decision implements Stage {
    private final FibReader reader;
    /** By place in the batch, 0 for none. */
    private final long[] homes = new long[RingLayout.INGRESS_BATCH];

    private long touched;

    protected Decision(FibReader reader) {
        this.reader = reader;
    }

    @Override
    public final void process(PacketRing ring, long first, long last) {
        reader.begin();
        if (reader.isSmall()) {
            oneByOne(ring, first, last);
        } else {
            inLoops(ring, first, (int) (last - first) + 1);
        }
        reader.end();
    }

    private void oneByOne(PacketRing ring, long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            one(ring.slot(sequence));
        }
    }

    /** A single packet, between {@link FibReader#begin} and {@link FibReader#end}. */
    public final void one(PacketSlot slot) {
        if (slot.verdict == PacketSlot.NEW) {
            if (accept(slot)) {
                decide(slot, home(slot));
            }
        } else if (slot.verdict == PacketSlot.RETURNED) {
            act(slot, slot.entry);
        } else if (slot.verdict == PacketSlot.AGAIN) {
            again(slot);
        }
    }

    private void inLoops(PacketRing ring, long first, int count) {
        for (int i = 0; i < count; i++) {
            PacketSlot slot = ring.slot(first + i);
            homes[i] = slot.verdict == PacketSlot.NEW && accept(slot) ? home(slot) : 0;
        }
        touched = FibReader.touch(homes, count);
        for (int i = 0; i < count; i++) {
            PacketSlot slot = ring.slot(first + i);
            if (slot.verdict == PacketSlot.NEW) {
                decide(slot, homes[i]);
            } else if (slot.verdict == PacketSlot.RETURNED) {
                act(slot, slot.entry);
            } else if (slot.verdict == PacketSlot.AGAIN) {
                again(slot);
            }
        }
    }

    private long home(PacketSlot slot) {
        return slot.ipv6
                ? reader.home(slot.instance, slot.eidHigh, slot.eidLow)
                : reader.home(slot.instance, (int) slot.eidLow);
    }

    /** The entry of a slot that was accepted in this batch, whose search starts at {@code home}. */
    protected final ForwardingEntry lookup(PacketSlot slot, long home) {
        if (!slot.ipv6) {
            ForwardingEntry entry = reader.atHome(home, slot.instance, (int) slot.eidLow);
            return entry == null ? reader.lookup(slot.instance, (int) slot.eidLow) : entry;
        }
        return reader.lookup(slot.instance, slot.eidHigh, slot.eidLow);
    }

    /** Checks the headers and fills in the slot; false when the packet was dropped. */
    protected abstract boolean accept(PacketSlot slot);

    /** Looks the EID up from {@code home} on, then parks the packet or has it {@link #act}. */
    protected abstract void decide(PacketSlot slot, long home);

    /** Decides on a packet that was delivered in vain. */
    protected void again(PacketSlot slot) {
        throw new IllegalStateException("this direction delivers nothing to hosts");
    }

    /** Does what {@code entry} says, which does not want the packet to wait. */
    protected abstract void act(PacketSlot slot, ForwardingEntry entry);

    /** Keeps the touching reads alive. */
    final long touched() {
        return touched;
    }
}
