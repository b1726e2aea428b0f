package io.godwit.xtr.egress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketSlot;

/**
 * Encapsulation (RFC 9300 section 5.3): the LISP header into the headroom; TTL, DSCP and ECN (RFC 6040 normal mode) copied for the outer header,
 * which the kernel writes. What exceeds the tunnel MTU is split or refused without state (RFC 9300 section 7.1).
 */
public final class Encapsulator {
    /** Outer IPv4, UDP and LISP headers. */
    public static final int OVERHEAD_IPV4 = Ipv4Header.LENGTH + 8 + LispHeader.LENGTH;
    /** Outer IPv6, UDP and LISP headers. */
    public static final int OVERHEAD_IPV6 = Ipv6Header.LENGTH + 8 + LispHeader.LENGTH;

    private static final int IPV4_TRAFFIC_CLASS = 1;
    private static final int IPV4_TTL = 8;

    private final int maxOverIpv4;
    private final int maxOverIpv6;
    private final Fragmenter fragmenter;
    private final SourceErrors errors;
    private final MssClamp mssClamp;
    private final CounterBlock counters;

    /** @param mtu L: the largest packet this router may send, in octets */
    public Encapsulator(int mtu, SourceErrors errors, MssClamp mssClamp, CounterBlock counters) {
        this.maxOverIpv4 = mtu - OVERHEAD_IPV4;
        this.maxOverIpv6 = mtu - OVERHEAD_IPV6;
        this.fragmenter = new Fragmenter(counters);
        this.errors = errors;
        this.mssClamp = mssClamp;
        this.counters = counters;
    }

    /** Octets of the largest IPv4 packet without TCP that needs nothing but the header when it goes over IPv4. */
    int maxOverIpv4() {
        return maxOverIpv4;
    }

    /** Whether TCP packets are looked into. */
    boolean clampsMss() {
        return mssClamp.isOn();
    }

    /** Of a slot whose locator is chosen; false when the packet was dropped. */
    public boolean encapsulate(PacketSlot slot) {
        if (slot.ipv6) {
            slot.ttl = Ipv6Header.hopLimit(slot.buffer, slot.packet);
            slot.trafficClass = Ipv6Header.trafficClass(slot.buffer, slot.packet);
        } else {
            slot.ttl = Octets.getByte(slot.address + IPV4_TTL);
            slot.trafficClass = Octets.getByte(slot.address + IPV4_TRAFFIC_CLASS);
        }
        if (slot.ttl == 0) {
            slot.drop(counters, DropReason.TTL_EXPIRED);
            return false;
        }
        int max = Math.min(slot.locatorIpv6 ? maxOverIpv6 : maxOverIpv4, slot.maxLength);
        if (slot.segmentSize > 0) {
            return superPacket(slot, max);
        }
        mssClamp.clamp(slot, max);
        if (slot.length > max) {
            return splitOrRefuse(slot, max);
        }
        Octets.putLong(slot.address - LispHeader.LENGTH, slot.lispHeader);
        slot.datagrams = 1;
        slot.lastDatagramLength = LispHeader.LENGTH + slot.length;
        return true;
    }

    /** Its segments get their headers when they are sent. A sender that segments has to know the MTU: nothing is fragmented. */
    private boolean superPacket(PacketSlot slot, int max) {
        if (slot.headerLength + Math.min(slot.segmentSize, slot.length - slot.headerLength) <= max) {
            return true;
        }
        slot.drop(counters, DropReason.TOO_BIG);
        errors.tooBig(slot, max);
        return false;
    }

    private boolean splitOrRefuse(PacketSlot slot, int max) {
        if (!slot.ipv6 && !Ipv4Header.dontFragment(slot.buffer, slot.packet) && fragmenter.split(slot, max)) {
            return true;
        }
        slot.drop(counters, DropReason.TOO_BIG);
        errors.tooBig(slot, max);
        return false;
    }
}
