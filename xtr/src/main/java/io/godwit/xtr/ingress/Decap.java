package io.godwit.xtr.ingress;

import io.godwit.packet.data.Ecn;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.xtr.egress.Encapsulator;
import io.godwit.xtr.egress.MssClamp;
import io.godwit.xtr.layer2.FrameDecap;
import io.godwit.xtr.layer2.Layer2;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Stage;
import org.agrona.UnsafeApi;

/**
 * 3: what the outer header has to say to the inner one (RFC 9300 section 5.3): TTL the lower of both, DSCP, ECN by RFC 6040 figure 4. A packet that goes
 * on to another RLOC is encapsulated anew as a second operation, with one hop less.
 */
public final class Decap implements Stage {
    static final int DSCP = 0xfc;
    private static final int IPV4_TRAFFIC_CLASS = 1;
    private static final int IPV4_TTL = 8;

    private final Layer2 layer2;
    private final FrameDecap frames;
    private final boolean uniform;
    private final MssClamp mssClamp;
    private final Encapsulator encapsulator;
    private final CounterBlock counters;

    public Decap(
            Layer2 layer2,
            FrameDecap frames,
            DscpMode dscpMode,
            MssClamp mssClamp,
            Encapsulator encapsulator,
            CounterBlock counters) {
        this.layer2 = layer2;
        this.frames = frames;
        this.uniform = dscpMode == DscpMode.UNIFORM;
        this.mssClamp = mssClamp;
        this.encapsulator = encapsulator;
        this.counters = counters;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            one(ring.slot(sequence));
        }
    }

    void one(PacketSlot slot) {
        if (layer2.has(slot.instance)) {
            frames.one(slot);
        } else if (slot.verdict == PacketSlot.DELIVER) {
            if (decapsulate(slot, 0)) {
                mssClamp.clampReceived(slot);
            }
        } else if (slot.verdict == PacketSlot.ENCAPSULATE && decapsulate(slot, 1) && encapsulator.encapsulate(slot)) {
            counters.add(Counter.REENCAPSULATED_PACKETS, 1);
        }
    }

    /** Whether TCP packets are looked into. */
    boolean clampsMss() {
        return mssClamp.isOn();
    }

    /** What of the DSCP comes from the outer header: all of it or nothing. */
    int outerDscp() {
        return uniform ? DSCP : 0;
    }

    /** False when the packet was dropped. {@code hops} of this router are taken off the TTL. */
    private boolean decapsulate(PacketSlot slot, int hops) {
        int inner = slot.ipv6
                ? Ipv6Header.trafficClass(slot.buffer, slot.packet)
                : Octets.getByte(slot.address + IPV4_TRAFFIC_CLASS);
        int ecn = Ecn.decapsulate(inner, slot.receivedTrafficClass);
        if (ecn == Ecn.DROP) {
            slot.drop(counters, DropReason.INGRESS_ECN);
            return false;
        }
        int innerTtl =
                slot.ipv6 ? Ipv6Header.hopLimit(slot.buffer, slot.packet) : Octets.getByte(slot.address + IPV4_TTL);
        int ttl = Math.min(innerTtl, slot.receivedTtl) - hops;
        if (ttl < hops) {
            slot.drop(counters, DropReason.TTL_EXPIRED);
            return false;
        }
        int trafficClass = ((uniform ? slot.receivedTrafficClass : inner) & DSCP) | ecn;
        if (ttl != innerTtl || trafficClass != inner) {
            rewrite(slot, ttl, trafficClass);
        }
        return true;
    }

    private static void rewrite(PacketSlot slot, int ttl, int trafficClass) {
        if (slot.ipv6) {
            Ipv6Header.putHopLimit(slot.buffer, slot.packet, ttl);
            Ipv6Header.putTrafficClass(slot.buffer, slot.packet, trafficClass);
        } else {
            rewriteIpv4(slot.address, ttl, trafficClass);
        }
    }

    /** Both fields at once, and the checksum adjusted for both (RFC 1624 equation 3). */
    static void rewriteIpv4(long packet, int ttl, int trafficClass) {
        int versionAndClass = Octets.getShort(packet);
        int ttlToChecksum = Octets.getInt(packet + IPV4_TTL);
        int ttlAndProtocol = ttlToChecksum >>> 16;
        int newVersionAndClass = (versionAndClass & 0xff00) | trafficClass;
        int newTtlAndProtocol = ttl << 8 | (ttlAndProtocol & 0xff);
        int sum = (~ttlToChecksum & 0xffff)
                + (~versionAndClass & 0xffff)
                + newVersionAndClass
                + (~ttlAndProtocol & 0xffff)
                + newTtlAndProtocol;
        // Of five words: the carries are gone after two turns.
        sum = (sum & 0xffff) + (sum >>> 16);
        sum += sum >>> 16;
        UnsafeApi.putByte(packet + IPV4_TRAFFIC_CLASS, (byte) trafficClass);
        Octets.putInt(packet + IPV4_TTL, newTtlAndProtocol << 16 | (~sum & 0xffff));
    }
}
