package io.godwit.xtr;

import io.godwit.linux.VnetHeader;
import io.godwit.linux.fake.FakeTun;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.TcpHeader;
import io.godwit.packet.data.UdpHeader;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Super-packets as hosts see them: made, and split, octet by octet. */
public final class TestSegments {
    private TestSegments() {}

    /** A TCP packet, flags and sequence number as given, its checksum right. */
    public static byte[] tcp(boolean ipv6, int sequence, int flags, byte[] payload) {
        int ip = ipv6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        byte[] packet = new byte[ip + TcpHeader.LENGTH + payload.length];
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        int length = packet.length - ip;
        if (ipv6) {
            long site = 0x2001_0db8_0001_0000L;
            Ipv6Header.put(buffer, 0, 0, 5, length, IpProtocol.TCP, 60, site, 1, site + 0x1_0000, 2);
        } else {
            Ipv4Header.put(
                    buffer,
                    0,
                    0,
                    packet.length,
                    77,
                    Ipv4Header.DONT_FRAGMENT,
                    60,
                    IpProtocol.TCP,
                    0x0a01_0001,
                    0x0a02_0002);
        }
        buffer.putInt(ip, 1000 << 16 | 80, ByteOrder.BIG_ENDIAN);
        TcpHeader.putSequence(buffer, ip, sequence);
        buffer.putByte(ip + 12, (byte) 0x50);
        TcpHeader.putFlags(buffer, ip, flags);
        buffer.putShort(ip + 14, (short) 4000, ByteOrder.BIG_ENDIAN);
        System.arraycopy(payload, 0, packet, ip + TcpHeader.LENGTH, payload.length);
        TcpHeader.putChecksum(buffer, ip, Checksum.transport(buffer, 0, IpProtocol.TCP, ip, length));
        return packet;
    }

    /** The IPv4 packet with source and destination address exchanged, which leaves its checksums right. */
    public static byte[] reversed(byte[] packet) {
        UnsafeBuffer buffer = new UnsafeBuffer(packet.clone());
        int source = buffer.getInt(12);
        buffer.putInt(12, buffer.getInt(16));
        buffer.putInt(16, source);
        return buffer.byteArray();
    }

    /** The vnet header under which {@code packet} is a TCP super-packet. */
    public static byte[] header(boolean ipv6, int size) {
        byte[] header = new byte[VnetHeader.LENGTH];
        int ip = ipv6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        VnetHeader.put(
                new UnsafeBuffer(header),
                0,
                VnetHeader.F_NEEDS_CSUM,
                ipv6 ? VnetHeader.GSO_TCPV6 : VnetHeader.GSO_TCPV4,
                ip + TcpHeader.LENGTH,
                size,
                ip,
                TcpHeader.CHECKSUM_OFFSET);
        return header;
    }

    /** What the kernel makes of a frame that the router wrote: the frame itself, or its segments with their checksums. */
    public static List<byte[]> split(FakeTun.Frame frame) {
        UnsafeBuffer vnet = new UnsafeBuffer(frame.header());
        if (VnetHeader.gsoType(vnet, 0) == VnetHeader.GSO_NONE) {
            return List.of(frame.packet());
        }
        int size = VnetHeader.gsoSize(vnet, 0);
        int header = VnetHeader.headerLength(vnet, 0);
        int transport = VnetHeader.checksumStart(vnet, 0);
        List<byte[]> segments = new ArrayList<>();
        for (int from = header; from < frame.packet().length; from += size) {
            int to = Math.min(from + size, frame.packet().length);
            byte[] segment = Arrays.copyOf(frame.packet(), header + to - from);
            System.arraycopy(frame.packet(), from, segment, header, to - from);
            finish(segment, transport, from - header, to == frame.packet().length);
            segments.add(segment);
        }
        return segments;
    }

    private static void finish(byte[] segment, int transport, int sent, boolean last) {
        UnsafeBuffer buffer = new UnsafeBuffer(segment);
        int length = segment.length - transport;
        boolean ipv4 = Ipv4Header.version(buffer, 0) == 4;
        if (ipv4) {
            Ipv4Header.changeTotalLength(buffer, 0, segment.length);
        } else {
            Ipv6Header.putPayloadLength(buffer, 0, segment.length - Ipv6Header.LENGTH);
        }
        int protocol = ipv4 ? Ipv4Header.protocol(buffer, 0) : Ipv6Header.nextHeader(buffer, 0);
        if (protocol == IpProtocol.UDP) {
            buffer.putShort(transport + 4, (short) length, ByteOrder.BIG_ENDIAN);
            UdpHeader.putChecksum(buffer, transport, 0);
            int checksum = Checksum.transport(buffer, 0, protocol, transport, length);
            UdpHeader.putChecksum(buffer, transport, UdpHeader.nonZero(checksum));
        } else {
            TcpHeader.putSequence(buffer, transport, TcpHeader.sequence(buffer, transport) + sent);
            int flags = TcpHeader.flags(buffer, transport);
            TcpHeader.putFlags(buffer, transport, last ? flags : flags & ~(TcpHeader.FIN | TcpHeader.PSH));
            TcpHeader.putChecksum(buffer, transport, 0);
            TcpHeader.putChecksum(buffer, transport, Checksum.transport(buffer, 0, protocol, transport, length));
        }
    }
}
