package io.godwit.xtr.layer2;

import io.godwit.packet.data.Ecn;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketSlot;

/**
 * What the outer header has to say to a frame: congestion, to an IP packet in it (RFC 6040 figure 4). DSCP and TTL of that stay as they are (RFC 9305 section
 * 4.2, the pipe model). A frame that goes on to another RLOC has one hop less in its outer header, which ends a loop.
 */
public final class FrameDecap {
    private static final int DSCP = 0xfc;
    private static final int MAX_TTL = 64;

    private final FrameEncapsulator encapsulator;
    private final CounterBlock counters;

    /** @param mtu L: the largest packet this router may send, in octets */
    public FrameDecap(Layer2 layer2, int mtu, CounterBlock counters) {
        this.encapsulator = new FrameEncapsulator(layer2, mtu, counters);
        this.counters = counters;
    }

    /** Of a frame whose verdict stands. */
    public void one(PacketSlot slot) {
        if (slot.verdict == PacketSlot.DELIVER) {
            mark(slot);
        } else if (slot.verdict == PacketSlot.ENCAPSULATE && mark(slot)) {
            int ttl = Math.min(slot.receivedTtl, MAX_TTL) - 1;
            if (ttl < 1) {
                slot.drop(counters, DropReason.TTL_EXPIRED);
            } else if (encapsulator.encapsulate(slot, ttl)) {
                counters.add(Counter.REENCAPSULATED_PACKETS, 1);
            }
        }
    }

    /** False when the frame was dropped. */
    private boolean mark(PacketSlot slot) {
        if (!Frame.hasTrafficClass(slot)) {
            return true;
        }
        int inner = Frame.trafficClass(slot);
        int ecn = Ecn.decapsulate(inner, slot.receivedTrafficClass);
        if (ecn == Ecn.DROP) {
            slot.drop(counters, DropReason.INGRESS_ECN);
            return false;
        }
        if (ecn != (inner & ~DSCP)) {
            Frame.putTrafficClass(slot, (inner & DSCP) | ecn);
        }
        return true;
    }
}
