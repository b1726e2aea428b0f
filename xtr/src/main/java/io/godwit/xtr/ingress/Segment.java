package io.godwit.xtr.ingress;

import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.TcpHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketSlot;
import org.agrona.UnsafeApi;

/** The headers of a TCP or UDP packet that may be put together with others: a view, filled for one packet after the other. */
final class Segment {
    private static final int VERSION_4_IHL_5 = 0x45;
    private static final int TTL_AND_PROTOCOL = 8;
    private static final int FRAGMENT = 6;

    long address;
    int length;
    boolean ipv6;
    int protocol;
    int transportOffset;
    int headerLength;
    int payloadLength;
    int tcpFlags;

    /** With two reads: whether an IPv4 packet is none of TCP or UDP, or has no UDP checksum that could tell whether it is sound. */
    static boolean isLoner(PacketSlot slot) {
        if (slot.ipv6) {
            return false;
        }
        int inner = Octets.getByte(slot.address + TTL_AND_PROTOCOL + 1);
        // With options the checksum stands elsewhere, but such packets are not put together either.
        return inner == IpProtocol.UDP
                ? UnsafeApi.getShort(slot.address + Ipv4Header.LENGTH + UdpHeader.CHECKSUM_OFFSET) == 0
                : inner != IpProtocol.TCP;
    }

    /** False for what is no TCP or UDP packet with plain IP headers; that belongs to no flow here. */
    boolean read(PacketSlot slot) {
        address = slot.address;
        length = slot.length;
        ipv6 = slot.ipv6;
        if (ipv6) {
            transportOffset = Ipv6Header.LENGTH;
            protocol = length < transportOffset + UdpHeader.LENGTH ? 0 : Octets.getByte(address + 6);
        } else {
            transportOffset = Ipv4Header.LENGTH;
            boolean plain = length >= transportOffset + UdpHeader.LENGTH
                    && Octets.getByte(address) == VERSION_4_IHL_5
                    && (Octets.getShort(address + FRAGMENT) & ~Ipv4Header.DONT_FRAGMENT) == 0;
            protocol = plain ? Octets.getByte(address + TTL_AND_PROTOCOL + 1) : 0;
        }
        return protocol == IpProtocol.TCP ? tcp() : protocol == IpProtocol.UDP && udp();
    }

    private boolean tcp() {
        long transport = address + transportOffset;
        if (length < transportOffset + TcpHeader.LENGTH) {
            return false;
        }
        headerLength = transportOffset + (Octets.getByte(transport + 12) >>> 4 << 2);
        tcpFlags = Octets.getByte(transport + 13);
        payloadLength = length - headerLength;
        return headerLength >= transportOffset + TcpHeader.LENGTH && payloadLength >= 0;
    }

    private boolean udp() {
        headerLength = transportOffset + UdpHeader.LENGTH;
        payloadLength = length - headerLength;
        tcpFlags = 0;
        return Octets.getShort(address + transportOffset + 4) == length - transportOffset;
    }

    boolean isTcp() {
        return protocol == IpProtocol.TCP;
    }

    /** Whether it says nothing but its payload: no connection set-up or end, no urgent data, no ECN signal. */
    boolean isPlain() {
        return payloadLength > 0 && (isTcp() ? (tcpFlags & ~TcpHeader.PSH) == TcpHeader.ACK : hasChecksum());
    }

    private boolean hasChecksum() {
        return Octets.getShort(address + transportOffset + UdpHeader.CHECKSUM_OFFSET) != 0;
    }

    /** Looked at before the kernel is asked to write a new one: what was damaged on the way must stay so. */
    boolean checksumIsValid() {
        int transportLength = length - transportOffset;
        long sum = pseudoHeader(transportLength) + Octets.sum(address + transportOffset, transportLength);
        return Checksum.complete(sum) == 0 && (ipv6 || Octets.sum(address, Ipv4Header.LENGTH) == 0xffff);
    }

    /** @param transportLength octets of transport header and payload */
    long pseudoHeader(int transportLength) {
        long addresses = ipv6 ? Octets.sum(address + 8, 32) : Octets.sum(address + 12, 8);
        return addresses + protocol + transportLength;
    }

    int flowHash() {
        long addresses =
                ipv6 ? Octets.getLong(address + 16) * 31 + Octets.getLong(address + 32) : Octets.getLong(address + 12);
        long hash = (addresses ^ (long) Octets.getInt(address + transportOffset) << 16) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 40);
    }

    int sequence() {
        return Octets.getInt(address + transportOffset + 4);
    }

    int identification() {
        return Octets.getShort(address + 4);
    }

    boolean dontFragment() {
        return (Octets.getShort(address + FRAGMENT) & Ipv4Header.DONT_FRAGMENT) != 0;
    }
}
