package io.godwit.xtr.egress;

import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.TcpHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketSlot;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Lowers the Maximum Segment Size that a TCP connection set-up announces (RFC 9293 section 3.7.1) to what fits into the tunnel unsplit, so that
 * hosts which never see an ICMP message send segments that fit. The checksum is adjusted (RFC 1624), not computed anew.
 */
public final class MssClamp {
    private static final int MAXIMUM_SEGMENT_SIZE = 2;
    private static final int NOP = 1;

    private final boolean on;
    private final int maxOverIpv4;
    private final int maxOverIpv6;
    private final CounterBlock counters;

    /** @param mtu L: the largest packet this router may send, in octets */
    public MssClamp(boolean on, int mtu, CounterBlock counters) {
        this.on = on;
        this.maxOverIpv4 = mtu - Encapsulator.OVERHEAD_IPV4;
        this.maxOverIpv6 = mtu - Encapsulator.OVERHEAD_IPV6;
        this.counters = counters;
    }

    public boolean isOn() {
        return on;
    }

    /** For a packet that came through a tunnel over IPv6 or IPv4: the answers go back through such a one. */
    public void clampReceived(PacketSlot slot) {
        if (on) {
            clamp(slot, slot.sourceIpv6 ? maxOverIpv6 : maxOverIpv4);
        }
    }

    /** @param max octets of the largest inner packet */
    void clamp(PacketSlot slot, int max) {
        if (!on || slot.segmentSize > 0) {
            return;
        }
        int transport = tcp(slot);
        if (transport < 0 || (TcpHeader.flags(slot.buffer, transport) & TcpHeader.SYN) == 0) {
            return;
        }
        int end = transport + TcpHeader.headerLength(slot.buffer, transport);
        if (end <= slot.packet + slot.length) {
            int ipHeader = slot.ipv6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
            options(slot.buffer, transport, end, max - ipHeader - TcpHeader.LENGTH);
        }
    }

    /** Where the TCP header starts, -1 when there is none that is complete but for options. */
    private static int tcp(PacketSlot slot) {
        int offset;
        if (slot.ipv6) {
            long upper = Ipv6Header.upperLayer(slot.buffer, slot.packet, slot.length);
            if (upper == Ipv6Header.TRUNCATED
                    || Ipv6Header.upperProtocol(upper) != IpProtocol.TCP
                    || Ipv6Header.upperIsFragment(upper)) {
                return -1;
            }
            offset = Ipv6Header.upperOffset(upper);
        } else {
            boolean whole = (Ipv4Header.fragmentField(slot.buffer, slot.packet) & ~Ipv4Header.DONT_FRAGMENT) == 0;
            if (!whole || Ipv4Header.protocol(slot.buffer, slot.packet) != IpProtocol.TCP) {
                return -1;
            }
            offset = slot.packet + Ipv4Header.headerLength(slot.buffer, slot.packet);
        }
        return offset + TcpHeader.LENGTH <= slot.packet + slot.length ? offset : -1;
    }

    private void options(UnsafeBuffer buffer, int transport, int end, int max) {
        int at = transport + TcpHeader.LENGTH;
        while (at < end) {
            int kind = buffer.getByte(at) & 0xff;
            int length = kind == NOP ? 1 : at + 1 < end ? buffer.getByte(at + 1) & 0xff : 0;
            if (kind == 0 || length == 0 || at + length > end || (kind != NOP && length < 2)) {
                return;
            }
            if (kind == MAXIMUM_SEGMENT_SIZE && length == 4) {
                lower(buffer, transport, at + 2, max);
                return;
            }
            at += length;
        }
    }

    private void lower(UnsafeBuffer buffer, int transport, int field, int max) {
        int before = (buffer.getByte(field) & 0xff) << 8 | (buffer.getByte(field + 1) & 0xff);
        if (before <= max) {
            return;
        }
        buffer.putByte(field, (byte) (max >>> 8));
        buffer.putByte(field + 1, (byte) max);
        boolean odd = (field - transport & 1) != 0;
        int checksum = TcpHeader.checksum(buffer, transport);
        int updated = Checksum.update(checksum, odd ? swapped(before) : before, odd ? swapped(max) : max);
        TcpHeader.putChecksum(buffer, transport, updated);
        counters.add(Counter.MSS_CLAMPED, 1);
    }

    /** At an odd offset the octets of a value stand in two 16-bit words; their sum is that of the value with octets swapped. */
    private static int swapped(int value) {
        return (value & 0xff) << 8 | value >>> 8;
    }
}
