package io.godwit.xtr.egress;

import io.godwit.linux.TunDevice;
import io.godwit.linux.VnetHeader;
import io.godwit.packet.data.Checksum;
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
 * Tells a source that its packet exceeds the tunnel MTU: ICMP type 3 code 4 (RFC 1191 section 4) or ICMPv6 Packet Too Big (RFC 4443 section 3.2),
 * written to the TUN device, rate limited. Its source is the packet's destination, as Linux's own tunnels do it: the kernel would drop a
 * packet from the outside that carries an address of the router.
 */
public final class TooBig {
    private static final int ICMP_UNREACHABLE = 3;
    private static final int ICMP_FRAGMENTATION_NEEDED = 4;
    private static final int ICMPV6_PACKET_TOO_BIG = 2;
    private static final int ICMP_HEADER = 8;
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
    public TooBig(List<TunDevice> devices, int perSecond, CounterBlock counters, NanoClock clock) {
        this.devices = devices.toArray(TunDevice[]::new);
        this.perSecond = perSecond;
        this.counters = counters;
        this.clock = new CoarseClock(clock);
        this.allowance = perSecond * 1000L;
        this.allowedAt = this.clock.millis();
    }

    void tell(PacketSlot slot, int mtu) {
        if (mayBeTold(slot) && takeAllowance()) {
            int length = slot.ipv6 ? icmpv6(slot, mtu) : icmp(slot, mtu);
            VnetHeader.clear(buffer, START - VnetHeader.LENGTH);
            long address = buffer.addressOffset() + START - VnetHeader.LENGTH;
            if (devices[slot.instance].write(address, VnetHeader.LENGTH + length) > 0) {
                counters.add(Counter.TOO_BIG_SENT, 1);
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

    private int icmp(PacketSlot slot, int mtu) {
        int quoted = Math.min(slot.length, MAX_IPV4 - Ipv4Header.LENGTH - ICMP_HEADER);
        int length = Ipv4Header.LENGTH + ICMP_HEADER + quoted;
        int source = Ipv4Header.destination(slot.buffer, slot.packet);
        int destination = Ipv4Header.source(slot.buffer, slot.packet);
        Ipv4Header.put(buffer, START, 0, length, 0, 0, TTL, IpProtocol.ICMP, source, destination);
        int icmp = START + Ipv4Header.LENGTH;
        putMessage(slot, icmp, (ICMP_UNREACHABLE << 8) | ICMP_FRAGMENTATION_NEEDED, mtu, quoted);
        putChecksum(icmp, Checksum.of(buffer, icmp, ICMP_HEADER + quoted));
        return length;
    }

    private int icmpv6(PacketSlot slot, int mtu) {
        int quoted = Math.min(slot.length, MAX_IPV6 - Ipv6Header.LENGTH - ICMP_HEADER);
        int length = ICMP_HEADER + quoted;
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
        putMessage(slot, icmp, ICMPV6_PACKET_TOO_BIG << 8, mtu, quoted);
        putChecksum(icmp, Checksum.transport(buffer, START, IpProtocol.ICMPV6, icmp, length));
        return Ipv6Header.LENGTH + length;
    }

    private void putMessage(PacketSlot slot, int icmp, int typeAndCode, int mtu, int quoted) {
        buffer.putInt(icmp, typeAndCode << 16, ByteOrder.BIG_ENDIAN);
        buffer.putInt(icmp + 4, mtu, ByteOrder.BIG_ENDIAN);
        buffer.putBytes(icmp + ICMP_HEADER, slot.buffer, slot.packet, quoted);
    }

    private void putChecksum(int icmp, int checksum) {
        buffer.putShort(icmp + 2, (short) checksum, ByteOrder.BIG_ENDIAN);
    }
}
