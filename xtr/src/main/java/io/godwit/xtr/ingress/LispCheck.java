package io.godwit.xtr.ingress;

import io.godwit.packet.data.FlowHash;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispGpe;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.layer2.Layer2;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketSlot;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Whether a datagram is a LISP packet of an instance of ours with a sound inner header (RFC 9300 section 5.3); fills in the slot. */
public final class LispCheck {
    private static final int LENGTH = 2;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;
    private static final int VERSION_4_IHL_5 = 0x45;
    /** By the first octet of a source address: whether it is none of a host. */
    private static final boolean[] BAD_SOURCE = badSource();

    private final FibReader reader;
    private final Layer2 layer2;
    private final boolean gpe;
    /** Bits of the LISP header that ask for a closer look. */
    private final long special;

    private final CounterBlock counters;

    /** @param gpe whether the P bit announces a next protocol (RFC 9305), or is ignored */
    public LispCheck(FibReader reader, Layer2 layer2, boolean gpe, CounterBlock counters) {
        this.layer2 = layer2;
        this.reader = reader;
        this.gpe = gpe;
        this.special = (long) (LispHeader.KEY_ID_MASK | (gpe ? LispHeader.NEXT_PROTOCOL_PRESENT : 0)) << 32;
        this.counters = counters;
    }

    /**
     * False when the packet was dropped. N, L, E and V ask for nothing here: they are for trusted networks only. The flow hash is left to
     * {@link #hash}, since most packets need none.
     */
    boolean accept(PacketSlot slot) {
        return isPlainIpv4(slot) || acceptAny(slot);
    }

    /** For a packet that goes on, or waits. */
    void hash(PacketSlot slot) {
        slot.flowHash =
                layer2.has(slot.instance) ? layer2.flowHash(slot) : FlowHash.of(slot.buffer, slot.packet, slot.length);
    }

    /** Takes in what most packets are, with few reads: IPv4 packets without options for the instance that came last. */
    private boolean isPlainIpv4(PacketSlot slot) {
        long packet = slot.address;
        long lisp = Octets.getLong(packet - LispHeader.LENGTH);
        int length = Octets.getShort(packet + LENGTH);
        if ((lisp & special) != 0 || !isPlain(packet, length, slot.length)) {
            return false;
        }
        int instance = reader.instanceIndex(LispHeader.instanceId((int) (lisp >>> 32), (int) lisp));
        if (instance < 0) {
            return false;
        }
        slot.instance = instance;
        slot.length = length;
        slot.ipv6 = false;
        slot.eidHigh = 0;
        slot.eidLow = Octets.getInt(packet + DESTINATION) & 0xffff_ffffL;
        return true;
    }

    /** Of the IPv4 packet at {@code packet} that says it has {@code length} of the {@code available} octets. */
    static boolean isPlain(long packet, int length, int available) {
        return Octets.getByte(packet) == VERSION_4_IHL_5
                && length >= Ipv4Header.LENGTH
                && length <= available
                && !BAD_SOURCE[Octets.getByte(packet + SOURCE)];
    }

    /** What of a LISP header says that a packet is plain, and of which instance: equal words, equal answer. In the machine's order. */
    long stampMask() {
        long instance = (long) LispHeader.INSTANCE_ID_PRESENT << 32 | 0xffff_ffffL;
        return Octets.ordered(special | instance);
    }

    /** Index of the instance of a packet with this stamp; -1 when it is none of ours or the header wants a closer look. */
    int instance(long stamp) {
        long lisp = Octets.ordered(stamp);
        return (lisp & special) == 0
                ? reader.instanceIndex(LispHeader.instanceId((int) (lisp >>> 32), (int) lisp))
                : -1;
    }

    private static boolean[] badSource() {
        boolean[] bad = new boolean[256];
        Arrays.fill(bad, 224, 256, true);
        bad[0] = true;
        bad[127] = true;
        return bad;
    }

    private boolean acceptAny(PacketSlot slot) {
        if (slot.length < Ipv4Header.LENGTH) {
            return refuse(slot, DropReason.INGRESS_RUNT);
        }
        int word0 = LispHeader.word0(slot.buffer, slot.packet - LispHeader.LENGTH);
        int word1 = LispHeader.word1(slot.buffer, slot.packet - LispHeader.LENGTH);
        if (LispHeader.keyId(word0) != 0) {
            return refuse(slot, DropReason.INGRESS_ENCRYPTED);
        }
        int version = Ipv4Header.version(slot.buffer, slot.packet);
        if (gpe && LispHeader.hasNextProtocol(word0)) {
            int protocol = LispHeader.nextProtocol(word0);
            if (protocol == LispGpe.ETHERNET) {
                return frame(slot, LispHeader.instanceId(word0, word1));
            }
            if (protocol != LispGpe.IPV4 && protocol != LispGpe.IPV6) {
                return refuse(
                        slot, LispGpe.isShim(protocol) ? DropReason.INGRESS_GPE_SHIM : DropReason.INGRESS_GPE_PROTOCOL);
            }
            if (version != (protocol == LispGpe.IPV4 ? 4 : 6)) {
                return refuse(slot, DropReason.INGRESS_BAD_VERSION);
            }
        }
        slot.instance = reader.instanceIndex(LispHeader.instanceId(word0, word1));
        if (slot.instance < 0) {
            return refuse(slot, DropReason.INGRESS_UNKNOWN_INSTANCE);
        }
        if (layer2.has(slot.instance)) {
            return refuse(slot, DropReason.INGRESS_WRONG_LAYER);
        }
        return switch (version) {
            case 4 -> ipv4(slot);
            case 6 -> ipv6(slot);
            default -> refuse(slot, DropReason.INGRESS_BAD_VERSION);
        };
    }

    private boolean frame(PacketSlot slot, int instanceId) {
        slot.instance = reader.instanceIndex(instanceId);
        if (slot.instance < 0) {
            return refuse(slot, DropReason.INGRESS_UNKNOWN_INSTANCE);
        }
        if (!layer2.has(slot.instance)) {
            return refuse(slot, DropReason.INGRESS_WRONG_LAYER);
        }
        if (!layer2.accept(slot) || !layer2.isFromCard(slot)) {
            return refuse(slot, DropReason.INGRESS_BAD_FRAME);
        }
        return true;
    }

    private boolean ipv4(PacketSlot slot) {
        UnsafeBuffer buffer = slot.buffer;
        int packet = slot.packet;
        if (!Ipv4Header.isComplete(buffer, packet, slot.length)) {
            return refuse(slot, DropReason.INGRESS_BAD_LENGTH);
        }
        int source = Ipv4Header.source(buffer, packet);
        if (source >>> 28 >= 0xe || source >>> 24 == 0 || source >>> 24 == 127) {
            return refuse(slot, DropReason.INGRESS_BAD_SOURCE);
        }
        slot.length = Ipv4Header.totalLength(buffer, packet);
        slot.ipv6 = false;
        slot.eidHigh = 0;
        slot.eidLow = Ipv4Header.destination(buffer, packet) & 0xffff_ffffL;
        return true;
    }

    private boolean ipv6(PacketSlot slot) {
        UnsafeBuffer buffer = slot.buffer;
        int packet = slot.packet;
        if (!Ipv6Header.isComplete(buffer, packet, slot.length)) {
            return refuse(slot, DropReason.INGRESS_BAD_LENGTH);
        }
        long sourceHigh = Ipv6Header.sourceHigh(buffer, packet);
        if (sourceHigh >>> 56 == 0xff || (sourceHigh == 0 && Ipv6Header.sourceLow(buffer, packet) >>> 1 == 0)) {
            return refuse(slot, DropReason.INGRESS_BAD_SOURCE);
        }
        slot.length = Ipv6Header.LENGTH + Ipv6Header.payloadLength(buffer, packet);
        slot.ipv6 = true;
        slot.eidHigh = Ipv6Header.destinationHigh(buffer, packet);
        slot.eidLow = Ipv6Header.destinationLow(buffer, packet);
        return true;
    }

    private boolean refuse(PacketSlot slot, DropReason reason) {
        slot.drop(counters, reason);
        return false;
    }
}
