package io.godwit.xtr.egress;

import io.godwit.linux.TunDevice;
import io.godwit.linux.VnetHeader;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IcmpHeader;
import io.godwit.packet.data.Icmpv6;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketSlot;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Tells a source that its packet exceeds the tunnel MTU: ICMP type 3 code 4 (RFC 1191 section 4) or ICMPv6 Packet Too Big (RFC 4443 section 3.2);
 * or that nobody may send there: type 3 code 13 (RFC 1812 section 5.2.7.1) or ICMPv6 type 1 code 1. Written to the TUN device, rate limited.
 * The message's source is the packet's destination, as Linux's own tunnels do it: the kernel would drop a
 * packet from the outside that carries an address of the router.
 */
public final class SourceErrors {
    private static final int ICMP_FRAGMENTATION_NEEDED = IcmpHeader.DESTINATION_UNREACHABLE << 8 | 4;
    private static final int ICMP_PROHIBITED = IcmpHeader.DESTINATION_UNREACHABLE << 8 | 13;
    private static final int ICMPV6_PACKET_TOO_BIG = Icmpv6.PACKET_TOO_BIG << 8;
    private static final int ICMPV6_PROHIBITED = Icmpv6.DESTINATION_UNREACHABLE << 8 | Icmpv6.CODE_PROHIBITED;
    /** RFC 1812 section 4.3.2.3: as much of the packet as fits into 576 octets. */
    private static final int MAX_IPV4 = 576;

    private static final int MAX_IPV6 = 1280;
    private static final int TTL = 64;
    private static final int START = 16;

    private final TunDevice[] devices;
    private final CounterBlock counters;
    private final CoarseClock clock;
    private final int perSecond;
    private final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(2048, 64));
    private long allowance;
    private long allowedAt;

    /**
     * @param devices by instance index
     * @param perSecond messages a second at the most, and in a burst
     */
    public SourceErrors(List<TunDevice> devices, int perSecond, CounterBlock counters, NanoClock clock) {
        this.devices = devices.toArray(TunDevice[]::new);
        this.perSecond = perSecond;
        this.counters = counters;
        this.clock = new CoarseClock(clock);
        this.allowance = perSecond * 1000L;
        this.allowedAt = this.clock.millis();
    }

    void tooBig(PacketSlot slot, int mtu) {
        tell(slot, slot.ipv6 ? ICMPV6_PACKET_TOO_BIG : ICMP_FRAGMENTATION_NEEDED, mtu, Counter.TOO_BIG_SENT);
    }

    void prohibited(PacketSlot slot) {
        tell(slot, slot.ipv6 ? ICMPV6_PROHIBITED : ICMP_PROHIBITED, 0, Counter.PROHIBITED_SENT);
    }

    private void tell(PacketSlot slot, int typeAndCode, int rest, Counter counter) {
        if (mayBeTold(slot) && takeAllowance()) {
            int length = slot.ipv6 ? icmpv6(slot, typeAndCode, rest) : icmp(slot, typeAndCode, rest);
            VnetHeader.clear(buffer, START - VnetHeader.LENGTH);
            long address = buffer.addressOffset() + START - VnetHeader.LENGTH;
            if (devices[slot.instance].write(address, VnetHeader.LENGTH + length) > 0) {
                counters.add(counter, 1);
            }
        }
    }

    /** Never about an ICMP error, nor about a fragment other than the first (RFC 1122 section 3.2.2). */
    private static boolean mayBeTold(PacketSlot slot) {
        UnsafeBuffer packet = slot.buffer;
        int offset = slot.packet;
        if (slot.ipv6) {
            long upper = Ipv6Header.upperLayer(packet, offset, slot.length);
            boolean icmp = upper != Ipv6Header.TRUNCATED && Ipv6Header.upperProtocol(upper) == IpProtocol.ICMPV6;
            return !icmp || packet.getByte(Ipv6Header.upperOffset(upper)) < 0;
        }
        if ((Ipv4Header.fragmentField(packet, offset) & Ipv4Header.FRAGMENT_OFFSET_MASK) != 0) {
            return false;
        }
        int type = packet.getByte(offset + Ipv4Header.headerLength(packet, offset));
        return Ipv4Header.protocol(packet, offset) != IpProtocol.ICMP || type == 0 || type == 8;
    }

    private boolean takeAllowance() {
        long now = clock.update();
        allowance = Math.min(perSecond * 1000L, allowance + (now - allowedAt) * perSecond);
        allowedAt = now;
        if (allowance < 1000) {
            return false;
        }
        allowance -= 1000;
        return true;
    }

    private int icmp(PacketSlot slot, int typeAndCode, int rest) {
        int quoted = Math.min(slot.length, MAX_IPV4 - Ipv4Header.LENGTH - IcmpHeader.LENGTH);
        int length = Ipv4Header.LENGTH + IcmpHeader.LENGTH + quoted;
        int source = Ipv4Header.destination(slot.buffer, slot.packet);
        int destination = Ipv4Header.source(slot.buffer, slot.packet);
        Ipv4Header.put(buffer, START, 0, length, 0, 0, TTL, IpProtocol.ICMP, source, destination);
        int icmp = START + Ipv4Header.LENGTH;
        putMessage(slot, icmp, typeAndCode, rest, quoted);
        putChecksum(icmp, Checksum.of(buffer, icmp, IcmpHeader.LENGTH + quoted));
        return length;
    }

    private int icmpv6(PacketSlot slot, int typeAndCode, int rest) {
        int quoted = Math.min(slot.length, MAX_IPV6 - Ipv6Header.LENGTH - IcmpHeader.LENGTH);
        int length = IcmpHeader.LENGTH + quoted;
        UnsafeBuffer packet = slot.buffer;
        Ipv6Header.put(
                buffer,
                START,
                0,
                0,
                length,
                IpProtocol.ICMPV6,
                TTL,
                slot.eidHigh,
                slot.eidLow,
                Ipv6Header.sourceHigh(packet, slot.packet),
                Ipv6Header.sourceLow(packet, slot.packet));
        int icmp = START + Ipv6Header.LENGTH;
        putMessage(slot, icmp, typeAndCode, rest, quoted);
        putChecksum(icmp, Checksum.transport(buffer, START, IpProtocol.ICMPV6, icmp, length));
        return Ipv6Header.LENGTH + length;
    }

    private void putMessage(PacketSlot slot, int icmp, int typeAndCode, int rest, int quoted) {
        buffer.putInt(icmp, typeAndCode << 16, ByteOrder.BIG_ENDIAN);
        buffer.putInt(icmp + 4, rest, ByteOrder.BIG_ENDIAN);
        buffer.putBytes(icmp + IcmpHeader.LENGTH, slot.buffer, slot.packet, quoted);
    }

    private void putChecksum(int icmp, int checksum) {
        buffer.putShort(icmp + 2, (short) checksum, ByteOrder.BIG_ENDIAN);
    }
}
