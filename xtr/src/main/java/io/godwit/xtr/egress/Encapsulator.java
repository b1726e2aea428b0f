package io.godwit.xtr.egress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketSlot;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encapsulation (RFC 9300 section 5.3): the LISP header into the headroom; TTL, DSCP and ECN (RFC 6040 normal mode) copied for the outer header,
 * which the kernel writes. What exceeds the tunnel MTU is split or refused without state (RFC 9300 section 7.1).
 */
public final class Encapsulator {
    /** Outer IPv4, UDP and LISP headers. */
    public static final int OVERHEAD_IPV4 = Ipv4Header.LENGTH + 8 + LispHeader.LENGTH;
    /** Outer IPv6, UDP and LISP headers. */
    public static final int OVERHEAD_IPV6 = Ipv6Header.LENGTH + 8 + LispHeader.LENGTH;

    private final int maxOverIpv4;
    private final int maxOverIpv6;
    private final Fragmenter fragmenter;
    private final TooBig tooBig;
    private final CounterBlock counters;

    /** @param mtu L: the largest packet this router may send, in octets */
    public Encapsulator(int mtu, TooBig tooBig, CounterBlock counters) {
        this.maxOverIpv4 = mtu - OVERHEAD_IPV4;
        this.maxOverIpv6 = mtu - OVERHEAD_IPV6;
        this.fragmenter = new Fragmenter(counters);
        this.tooBig = tooBig;
        this.counters = counters;
    }

    /** Of a slot whose locator is chosen; false when the packet was dropped. */
    public boolean encapsulate(PacketSlot slot) {
        UnsafeBuffer buffer = slot.buffer;
        int packet = slot.packet;
        if (slot.ipv6) {
            slot.ttl = Ipv6Header.hopLimit(buffer, packet);
            slot.trafficClass = Ipv6Header.trafficClass(buffer, packet);
        } else {
            slot.ttl = Ipv4Header.ttl(buffer, packet);
            slot.trafficClass = Ipv4Header.trafficClass(buffer, packet);
        }
        if (slot.ttl == 0) {
            slot.drop(counters, DropReason.TTL_EXPIRED);
            return false;
        }
        int max = slot.locatorIpv6 ? maxOverIpv6 : maxOverIpv4;
        if (slot.length > max) {
            return splitOrRefuse(slot, max);
        }
        buffer.putLong(packet - LispHeader.LENGTH, slot.lispHeader, ByteOrder.BIG_ENDIAN);
        slot.datagrams = 1;
        slot.datagramSpacing = 0;
        slot.datagramLength = LispHeader.LENGTH + slot.length;
        slot.lastDatagramLength = slot.datagramLength;
        return true;
    }

    private boolean splitOrRefuse(PacketSlot slot, int max) {
        if (!slot.ipv6 && !Ipv4Header.dontFragment(slot.buffer, slot.packet) && fragmenter.split(slot, max)) {
            return true;
        }
        tooBig.tell(slot, max);
        slot.drop(counters, DropReason.TOO_BIG);
        return false;
    }
}
