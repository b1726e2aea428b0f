package io.godwit.xtr.layer2;

import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.egress.Encapsulator;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketSlot;

/**
 * The LISP-GPE header in front of a frame (RFC 9305 section 3). The frame itself stays as it is; DSCP and ECN of an IP packet in it go to the outer header
 * (RFC 6040 normal mode). A frame cannot be split, and there is nobody to tell that it is too large.
 */
final class FrameEncapsulator {
    private final Layer2 layer2;
    private final int maxOverIpv4;
    private final int maxOverIpv6;
    private final CounterBlock counters;

    /** @param mtu L: the largest packet this router may send, in octets */
    FrameEncapsulator(Layer2 layer2, int mtu, CounterBlock counters) {
        this.layer2 = layer2;
        this.maxOverIpv4 = mtu - Encapsulator.OVERHEAD_IPV4;
        this.maxOverIpv6 = mtu - Encapsulator.OVERHEAD_IPV6;
        this.counters = counters;
    }

    /**
     * Of a slot whose locator is chosen; false when the frame was dropped.
     *
     * @param ttl of the outer header
     */
    boolean encapsulate(PacketSlot slot, int ttl) {
        if (slot.length > Math.min(slot.locatorIpv6 ? maxOverIpv6 : maxOverIpv4, slot.maxLength)) {
            slot.drop(counters, DropReason.FRAME_TOO_BIG);
            return false;
        }
        slot.ttl = ttl;
        slot.trafficClass = Frame.trafficClass(slot);
        slot.lispHeader = layer2.header(slot.instance);
        Octets.putLong(slot.address - LispHeader.LENGTH, slot.lispHeader);
        slot.datagrams = 1;
        slot.lastDatagramLength = LispHeader.LENGTH + slot.length;
        return true;
    }
}
