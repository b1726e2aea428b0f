package io.godwit.xtr.layer2;

import io.godwit.packet.data.LispGpe;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.ring.PacketSlot;
import java.util.List;

/** Which instances of a router are of layer 2, and what frames in slots are there. Immutable. */
public final class Layer2 {
    private final int first;
    private final long[] headers;

    /**
     * @param first index of the first layer-2 instance
     * @param instanceIds of all instances, by index
     */
    public Layer2(int first, List<Integer> instanceIds) {
        Frame.load();
        this.first = first;
        headers = new long[instanceIds.size()];
        long word0 = LispHeader.INSTANCE_ID_PRESENT | LispHeader.withNextProtocol(LispGpe.ETHERNET);
        for (int i = 0; i < headers.length; i++) {
            headers[i] = word0 << 32 | (LispHeader.instanceWord(instanceIds.get(i), 0) & 0xffff_ffffL);
        }
    }

    public boolean has(int instance) {
        return instance >= first;
    }

    /** The LISP header of frames of an instance: I, P and next protocol Ethernet; N, L, E and V mean nothing then. */
    long header(int instance) {
        return headers[instance];
    }

    /** Whether a frame has a header that can be; the slot then knows its destination MAC as its EID. */
    public boolean accept(PacketSlot slot) {
        if (slot.length < Frame.HEADER) {
            return false;
        }
        slot.ipv6 = true;
        slot.eidHigh = 0;
        slot.eidLow = Frame.destination(slot);
        return slot.eidLow != 0;
    }

    /** Whether the source MAC of a frame is one that a card may have. */
    public boolean isFromCard(PacketSlot slot) {
        return Frame.isOfCard(Frame.source(slot));
    }

    /** The source MAC of a frame, in the low 48 bits. */
    public long source(PacketSlot slot) {
        return Frame.source(slot);
    }

    /** Whether an accepted frame is for many: broadcast or multicast. */
    public boolean isForMany(PacketSlot slot) {
        return Frame.isGroup(slot.eidLow);
    }

    public int flowHash(PacketSlot slot) {
        return Frame.flowHash(slot);
    }
}
