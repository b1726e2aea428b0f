package io.godwit.xtr.egress;

import io.godwit.linux.NativeMemory;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.TcpHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketSlot;
import org.agrona.UnsafeApi;

/**
 * The headers of a super-packet's segments: LISP, IP and transport, one after the other in memory of its own, while the payload stays where it
 * is. What differs from segment to segment is what a sender's segmentation would have made differ: lengths, IPv4 identification, TCP
 * sequence number and flags, checksums.
 */
final class SuperPackets implements AutoCloseable {
    /** IP and transport headers together, in octets. */
    static final int MAX_HEADER = 248;

    private static final int CAPACITY = 1 << 20;
    private static final int IPV4_LENGTH = 2;
    private static final int IPV4_IDENTIFICATION = 4;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int TCP_SEQUENCE = 4;
    private static final int TCP_FLAGS = 13;
    private static final int ONLY_IN_LAST = TcpHeader.FIN | TcpHeader.PSH;

    private final NativeMemory memory = NativeMemory.allocate(CAPACITY);
    private int used;

    /** Octets from one header to the next. */
    static int stride(PacketSlot slot) {
        return LispHeader.LENGTH + slot.headerLength;
    }

    /** Whether the headers of {@code segments} find room. */
    boolean hasRoom(PacketSlot slot, int segments) {
        return used + segments * stride(slot) <= CAPACITY;
    }

    /** When nothing written is in use any more. */
    void clear() {
        used = 0;
    }

    /**
     * Writes the headers of {@code count} segments from number {@code first} on.
     *
     * @param payload octets of payload of the whole super-packet
     * @return the native address of the first header
     */
    long write(PacketSlot slot, int first, int count, int payload) {
        long start = memory.address() + used;
        long header = start;
        for (int i = first; i < first + count; i++) {
            int from = i * slot.segmentSize;
            int length = Math.min(slot.segmentSize, payload - from);
            write(slot, header, i, from, length, from + length == payload);
            header += stride(slot);
        }
        used += count * stride(slot);
        return start;
    }

    private static void write(PacketSlot slot, long at, int number, int from, int length, boolean last) {
        Octets.putLong(at, slot.lispHeader);
        long ip = at + LispHeader.LENGTH;
        UnsafeApi.copyMemory(slot.address, ip, slot.headerLength);
        int total = slot.headerLength + length;
        long transport = ip + slot.transportOffset;
        int transportLength = total - slot.transportOffset;
        boolean tcp = slot.headerLength - slot.transportOffset >= TcpHeader.LENGTH;
        if (slot.ipv6) {
            Octets.putShort(ip + IPV6_PAYLOAD_LENGTH, total - Ipv6Header.LENGTH);
        } else {
            ipv4(ip, slot.transportOffset, total, number);
        }
        if (tcp) {
            Octets.putInt(transport + TCP_SEQUENCE, Octets.getInt(transport + TCP_SEQUENCE) + from);
            int clear = (last ? 0 : ONLY_IN_LAST) | (number == 0 ? 0 : TcpHeader.CWR);
            UnsafeApi.putByte(transport + TCP_FLAGS, (byte) (Octets.getByte(transport + TCP_FLAGS) & ~clear));
        } else {
            Octets.putShort(transport + 4, transportLength);
        }
        checksum(slot, ip, transport, tcp, transportLength, slot.address + slot.headerLength + from, length);
    }

    private static void ipv4(long ip, int headerLength, int total, int number) {
        Octets.putShort(ip + IPV4_LENGTH, total);
        Octets.putShort(ip + IPV4_IDENTIFICATION, Octets.getShort(ip + IPV4_IDENTIFICATION) + number);
        Octets.putShort(ip + IPV4_CHECKSUM, 0);
        Octets.putShort(ip + IPV4_CHECKSUM, Checksum.complete(Octets.sum(ip, headerLength)));
    }

    private static void checksum(
            PacketSlot slot, long ip, long transport, boolean tcp, int transportLength, long payload, int length) {
        long field = transport + (tcp ? TcpHeader.CHECKSUM_OFFSET : UdpHeader.CHECKSUM_OFFSET);
        Octets.putShort(field, 0);
        int checksum = Checksum.complete(addresses(ip, slot.ipv6)
                + (tcp ? IpProtocol.TCP : IpProtocol.UDP)
                + transportLength
                + Octets.sum(transport, slot.headerLength - slot.transportOffset)
                + Octets.sum(payload, length));
        Octets.putShort(field, tcp ? checksum : UdpHeader.nonZero(checksum));
    }

    /** The addresses' part of the pseudo-header's sum. */
    static long addresses(long ip, boolean ipv6) {
        return ipv6 ? Octets.sum(ip + 8, 32) : Octets.sum(ip + Ipv4Header.LENGTH - 8, 8);
    }

    @Override
    public void close() {
        memory.close();
    }
}
