package io.godwit.xtr.egress;

import io.godwit.linux.VnetHeader;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.FlowHash;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.TcpHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketSlot;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/** Takes in the header of a packet from the site: destination EID and flow hash into the slot, checksum completed, noise dropped. */
final class InnerHeader {
    private static final int UDP_CHECKSUM = 6;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    /** Of UDP, TCP and SCTP behind an IPv4 header without options. */
    private static final int DESTINATION_PORT = 22;

    /** In the machine's order, as the word of a header is read. */
    private static final short LISP_PORT = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            ? Short.reverseBytes((short) LispHeader.PORT)
            : (short) LispHeader.PORT;

    /** In the first four octets, beside the length: version and header length without options; and what may be anything. */
    private static final int VERSION_AND_LENGTH = 0x45 << 24;

    private static final int TRAFFIC_CLASS = 0xff << 16;

    /** By the first octet of an address: whether it is special, which 0, 127, 169 and 224 to 255 are. */
    private static final byte[] SPECIAL = special();

    private final NestedHeaders nested = new NestedHeaders();
    private final CounterBlock counters;

    InnerHeader(CounterBlock counters) {
        this.counters = counters;
    }

    /** False when the packet was dropped. */
    boolean accept(PacketSlot slot) {
        return isPlainIpv4(slot) || acceptAny(slot);
    }

    /** Takes in what most packets are, with few reads: whole IPv4 packets without options, between ordinary addresses, nothing left to do. */
    private static boolean isPlainIpv4(PacketSlot slot) {
        long packet = slot.address;
        if (!isPlain(packet, Octets.getLong(packet), slot.length)) {
            return false;
        }
        slot.ipv6 = false;
        slot.eidHigh = 0;
        slot.eidLow = Octets.getInt(packet + IPV4_DESTINATION) & 0xffff_ffffL;
        slot.flowHash = plainFlowHash(packet, Octets.getByte(packet + IPV4_PROTOCOL));
        return true;
    }

    /**
     * Of {@code length} octets at {@code packet}.
     *
     * @param head the first eight
     */
    static boolean isPlain(long packet, long head, int length) {
        return ((int) (head >>> 32) & ~TRAFFIC_CLASS) == (VERSION_AND_LENGTH | length)
                && ((int) head & (Ipv4Header.MORE_FRAGMENTS | Ipv4Header.FRAGMENT_OFFSET_MASK)) == 0
                && length >= Ipv4Header.LENGTH + 4
                && (SPECIAL[Octets.getByte(packet + IPV4_SOURCE)] | SPECIAL[Octets.getByte(packet + IPV4_DESTINATION)])
                        == 0
                && UnsafeApi.getShort(packet + DESTINATION_PORT) != LISP_PORT
                && UnsafeApi.getShort(packet - VnetHeader.LENGTH) == 0;
    }

    /** The flow hash of a packet that {@link #isPlain}. */
    static int plainFlowHash(long packet, int protocol) {
        return FlowHash.ofPlainIpv4(
                Octets.littleEndian(UnsafeApi.getLong(packet + IPV4_SOURCE)),
                Octets.littleEndian(UnsafeApi.getInt(packet + Ipv4Header.LENGTH)) & 0xffff_ffffL,
                protocol);
    }

    private static byte[] special() {
        byte[] special = new byte[256];
        Arrays.fill(special, 224, 256, (byte) 1);
        special[0] = 1;
        special[127] = 1;
        special[169] = 1;
        return special;
    }

    private boolean acceptAny(PacketSlot slot) {
        int version = slot.length > 0 ? Ipv4Header.version(slot.buffer, slot.packet) : 0;
        boolean accepted =
                switch (version) {
                    case 4 -> ipv4(slot);
                    case 6 -> ipv6(slot);
                    default -> refuse(slot, DropReason.EGRESS_BAD_VERSION);
                };
        if (!accepted || !completeChecksum(slot)) {
            return false;
        }
        if (nested.atLeastTwo(slot.buffer, slot.packet, slot.length)) {
            return refuse(slot, DropReason.EGRESS_TOO_MANY_HEADERS);
        }
        slot.flowHash = FlowHash.of(slot.buffer, slot.packet, slot.length);
        return true;
    }

    private boolean ipv4(PacketSlot slot) {
        UnsafeBuffer buffer = slot.buffer;
        int packet = slot.packet;
        if (!Ipv4Header.isComplete(buffer, packet, slot.length)) {
            return refuse(slot, DropReason.EGRESS_BAD_LENGTH);
        }
        slot.length = Ipv4Header.totalLength(buffer, packet);
        slot.ipv6 = false;
        int destination = Ipv4Header.destination(buffer, packet);
        int source = Ipv4Header.source(buffer, packet);
        if (destination >>> 28 >= 0xe) {
            return refuse(slot, DropReason.EGRESS_MULTICAST);
        }
        if (isLinkLocal(destination) || isLinkLocal(source)) {
            return refuse(slot, DropReason.EGRESS_LINK_LOCAL);
        }
        if (isBad(destination) || isBad(source) || source >>> 28 >= 0xe) {
            return refuse(slot, DropReason.EGRESS_BAD_ADDRESS);
        }
        slot.eidHigh = 0;
        slot.eidLow = destination & 0xffff_ffffL;
        return true;
    }

    /** 169.254.0.0/16 (RFC 3927). */
    private static boolean isLinkLocal(int address) {
        return address >>> 16 == 0xa9fe;
    }

    /** 0.0.0.0/8 or 127.0.0.0/8. */
    private static boolean isBad(int address) {
        return address >>> 24 == 0 || address >>> 24 == 127;
    }

    private boolean ipv6(PacketSlot slot) {
        UnsafeBuffer buffer = slot.buffer;
        int packet = slot.packet;
        if (!Ipv6Header.isComplete(buffer, packet, slot.length)) {
            return refuse(slot, DropReason.EGRESS_BAD_LENGTH);
        }
        slot.length = Ipv6Header.LENGTH + Ipv6Header.payloadLength(buffer, packet);
        slot.ipv6 = true;
        slot.eidHigh = Ipv6Header.destinationHigh(buffer, packet);
        slot.eidLow = Ipv6Header.destinationLow(buffer, packet);
        long sourceHigh = Ipv6Header.sourceHigh(buffer, packet);
        if (slot.eidHigh >>> 56 == 0xff) {
            return refuse(slot, DropReason.EGRESS_MULTICAST);
        }
        if (isLinkLocal(slot.eidHigh) || isLinkLocal(sourceHigh)) {
            return refuse(slot, DropReason.EGRESS_LINK_LOCAL);
        }
        if (isBad(slot.eidHigh, slot.eidLow)
                || isBad(sourceHigh, Ipv6Header.sourceLow(buffer, packet))
                || sourceHigh >>> 56 == 0xff) {
            return refuse(slot, DropReason.EGRESS_BAD_ADDRESS);
        }
        return true;
    }

    /** fe80::/10 (RFC 4291 section 2.5.6). */
    private static boolean isLinkLocal(long high) {
        return high >>> 54 == 0xfe80 >>> 6;
    }

    /** :: or ::1. */
    private static boolean isBad(long high, long low) {
        return high == 0 && low >>> 1 == 0;
    }

    /** The kernel leaves the checksum to the device (NEEDS_CSUM): the field holds the pseudo-header's sum, so summing up completes it. */
    private boolean completeChecksum(PacketSlot slot) {
        UnsafeBuffer buffer = slot.buffer;
        int vnet = slot.packet - VnetHeader.LENGTH;
        if (VnetHeader.gsoType(buffer, vnet) != VnetHeader.GSO_NONE) {
            return superPacket(slot, vnet) || refuse(slot, DropReason.EGRESS_UNSUPPORTED_OFFLOAD);
        }
        if ((VnetHeader.flags(buffer, vnet) & VnetHeader.F_NEEDS_CSUM) == 0) {
            return true;
        }
        int start = VnetHeader.checksumStart(buffer, vnet);
        int field = VnetHeader.checksumOffset(buffer, vnet);
        if (start + field + 2 > slot.length) {
            return refuse(slot, DropReason.EGRESS_UNSUPPORTED_OFFLOAD);
        }
        int checksum = Checksum.of(buffer, slot.packet + start, slot.length - start);
        if (checksum == 0 && field == UDP_CHECKSUM && protocol(slot) == IpProtocol.UDP) {
            checksum = 0xffff;
        }
        buffer.putShort(slot.packet + start + field, (short) checksum, ByteOrder.BIG_ENDIAN);
        counters.add(Counter.CHECKSUMS_COMPLETED, 1);
        return true;
    }

    /** A TCP or UDP super-packet: where its headers end and what its segments carry. Checksums are computed for each segment. */
    private boolean superPacket(PacketSlot slot, int vnet) {
        UnsafeBuffer buffer = slot.buffer;
        int type = VnetHeader.gsoType(buffer, vnet);
        boolean udp = type == VnetHeader.GSO_UDP_L4;
        int transport = VnetHeader.checksumStart(buffer, vnet);
        int size = VnetHeader.gsoSize(buffer, vnet);
        int minimum = udp ? UdpHeader.LENGTH : TcpHeader.LENGTH;
        int family = slot.ipv6 ? VnetHeader.GSO_TCPV6 : VnetHeader.GSO_TCPV4;
        if ((!udp && type != family)
                || size == 0
                || transport < (slot.ipv6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH)
                || transport + minimum > slot.length
                || (VnetHeader.flags(buffer, vnet) & VnetHeader.F_NEEDS_CSUM) == 0) {
            return false;
        }
        int header = transport + (udp ? minimum : TcpHeader.headerLength(buffer, slot.packet + transport));
        if (header < transport + minimum || header >= slot.length || header > SuperPackets.MAX_HEADER) {
            return false;
        }
        slot.segmentSize = size;
        slot.headerLength = header;
        slot.transportOffset = transport;
        counters.add(Counter.SUPER_PACKETS_READ, 1);
        return true;
    }

    private static int protocol(PacketSlot slot) {
        return slot.ipv6
                ? Ipv6Header.upperProtocol(Ipv6Header.upperLayer(slot.buffer, slot.packet, slot.length))
                : Ipv4Header.protocol(slot.buffer, slot.packet);
    }

    private boolean refuse(PacketSlot slot, DropReason reason) {
        slot.drop(counters, reason);
        return false;
    }
}
