package io.godwit.xtr.ingress;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.VnetHeader;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.TcpHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketSlot;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/** Segments of one flow: the first one's headers, copied, and all payloads where they stand, as vectors for one write. */
final class SuperPacket {
    private static final int MAX_SEGMENTS = 64;
    private static final int MAX_LENGTH = 65_535;
    private static final int VECTOR = 16;
    private static final int HEADERS = (MAX_SEGMENTS + 1) * VECTOR;
    /** Of the first segment's headers, behind the vnet header: 8-octet alignment for the IP header. */
    private static final int IP = HEADERS + 16;

    private static final int MAX_HEADER = 160;
    private static final int TCP_CHECKSUM = TcpHeader.CHECKSUM_OFFSET;

    private final NativeMemory memory = NativeMemory.allocate(IP + MAX_HEADER);
    private final UnsafeBuffer buffer = memory.buffer();
    private final long vectors = memory.address();
    private final Segment first = new Segment();
    private final long[] addresses = new long[MAX_SEGMENTS];
    private final int[] lengths = new int[MAX_SEGMENTS];
    private int instance;
    private int count;
    private int payload;
    private boolean complete;
    private boolean push;

    void start(Segment segment, PacketSlot slot) {
        instance = slot.instance;
        first.read(slot);
        count = 0;
        payload = 0;
        complete = false;
        push = false;
        add(segment);
    }

    private void add(Segment segment) {
        addresses[count] = segment.address;
        lengths[count] = segment.length;
        count++;
        payload += segment.payloadLength;
        push |= (segment.tcpFlags & TcpHeader.PSH) != 0;
        complete = push || segment.payloadLength < first.payloadLength || count == MAX_SEGMENTS;
    }

    /** False when the segment does not continue this. */
    boolean append(Segment segment, PacketSlot slot) {
        if (count == 0
                || complete
                || slot.instance != instance
                || segment.payloadLength > first.payloadLength
                || first.headerLength > MAX_HEADER
                || first.headerLength + payload + segment.payloadLength > MAX_LENGTH
                || !sameHeaders(segment)) {
            return false;
        }
        add(segment);
        return true;
    }

    private boolean sameHeaders(Segment segment) {
        if (segment.ipv6 != first.ipv6
                || segment.protocol != first.protocol
                || segment.headerLength != first.headerLength
                || !(first.ipv6 ? sameIpv6(segment) : sameIpv4(segment))) {
            return false;
        }
        long a = first.address + first.transportOffset;
        long b = segment.address + segment.transportOffset;
        if (Octets.getInt(a) != Octets.getInt(b)) {
            return false;
        }
        return !first.isTcp() || sameTcp(segment, a, b);
    }

    private boolean sameIpv4(Segment segment) {
        long a = first.address;
        long b = segment.address;
        boolean successor =
                first.dontFragment() || segment.identification() == (first.identification() + count & 0xffff);
        return successor
                && Octets.getShort(a) == Octets.getShort(b)
                && Octets.getShort(a + 6) == Octets.getShort(b + 6)
                && Octets.getShort(a + 8) == Octets.getShort(b + 8)
                && Octets.getLong(a + 12) == Octets.getLong(b + 12);
    }

    private boolean sameIpv6(Segment segment) {
        long a = first.address;
        long b = segment.address;
        return Octets.getInt(a) == Octets.getInt(b)
                && Octets.getShort(a + 6) == Octets.getShort(b + 6)
                && Octets.getLong(a + 8) == Octets.getLong(b + 8)
                && Octets.getLong(a + 16) == Octets.getLong(b + 16)
                && Octets.getLong(a + 24) == Octets.getLong(b + 24)
                && Octets.getLong(a + 32) == Octets.getLong(b + 32);
    }

    /** The next octet in sequence; same acknowledgment, window and options. */
    private boolean sameTcp(Segment segment, long a, long b) {
        if (segment.sequence() != first.sequence() + payload
                || Octets.getInt(a + 8) != Octets.getInt(b + 8)
                || Octets.getShort(a + 14) != Octets.getShort(b + 14)) {
            return false;
        }
        int options = first.headerLength - first.transportOffset;
        for (int i = TcpHeader.LENGTH; i < options; i += 4) {
            if (Octets.getInt(a + i) != Octets.getInt(b + i)) {
                return false;
            }
        }
        return true;
    }

    /** Forgets all segments, so that none can follow. */
    void clear() {
        count = 0;
    }

    /** Nothing can follow. */
    boolean isComplete() {
        return complete;
    }

    boolean isTcp() {
        return first.isTcp();
    }

    int instance() {
        return instance;
    }

    int count() {
        return count;
    }

    /** Octets of all packets as they came. */
    int octets() {
        return count * first.headerLength + payload;
    }

    long packetAddress(int i) {
        return addresses[i];
    }

    int packetLength(int i) {
        return lengths[i];
    }

    /** Writes headers and vectors; returns how many. */
    int close() {
        int header = first.headerLength;
        UnsafeApi.copyMemory(first.address, vectors + IP, header);
        patch(vectors + IP);
        vnet();
        vector(0, vectors + IP - VnetHeader.LENGTH, VnetHeader.LENGTH + header);
        for (int i = 0; i < count; i++) {
            vector(i + 1, addresses[i] + header, lengths[i] - header);
        }
        return count + 1;
    }

    /** Native address of the vectors. */
    long vectors() {
        return vectors;
    }

    private void vector(int number, long address, long length) {
        UnsafeApi.putLong(vectors + (long) number * VECTOR, address);
        UnsafeApi.putLong(vectors + (long) number * VECTOR + 8, length);
    }

    private void patch(long ip) {
        int total = first.headerLength + payload;
        int transportLength = total - first.transportOffset;
        long transport = ip + first.transportOffset;
        if (first.ipv6) {
            Octets.putShort(ip + 4, total - Ipv6Header.LENGTH);
        } else {
            Octets.putShort(ip + 2, total);
            Octets.putShort(ip + 10, 0);
            Octets.putShort(ip + 10, Checksum.complete(Octets.sum(ip, Ipv4Header.LENGTH)));
        }
        int pseudo = Checksum.fold(first.pseudoHeader(transportLength));
        if (first.isTcp()) {
            UnsafeApi.putByte(transport + 13, (byte) (first.tcpFlags | (push ? TcpHeader.PSH : 0)));
            Octets.putShort(transport + TCP_CHECKSUM, pseudo);
        } else {
            Octets.putShort(transport + 4, transportLength);
            Octets.putShort(transport + UdpHeader.CHECKSUM_OFFSET, pseudo);
        }
    }

    private void vnet() {
        boolean tcp = first.isTcp();
        int type = tcp ? first.ipv6 ? VnetHeader.GSO_TCPV6 : VnetHeader.GSO_TCPV4 : VnetHeader.GSO_UDP_L4;
        VnetHeader.put(
                buffer,
                IP - VnetHeader.LENGTH,
                VnetHeader.F_NEEDS_CSUM,
                type,
                first.headerLength,
                first.payloadLength,
                first.transportOffset,
                tcp ? TCP_CHECKSUM : UdpHeader.CHECKSUM_OFFSET);
    }

    void free() {
        memory.close();
    }
}
