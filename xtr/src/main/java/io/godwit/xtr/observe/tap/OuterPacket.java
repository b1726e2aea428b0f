package io.godwit.xtr.observe.tap;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.UdpHeader;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A LISP packet as it is on the wire. The router never has the outer IP and UDP headers, which the kernel writes and takes off, so they are made here from
 * what it knows of them; the UDP checksum is computed, or 0 when not all of the packet was captured.
 */
final class OuterPacket {
    private static final int VERSION_4 = 0x45;
    private static final int VERSION_6 = 0x60;
    private static final int MAX_TOTAL = 0xffff;

    private OuterPacket() {}

    /** Octets of IP and UDP header. */
    static int headers(IpAddress address) {
        return (address.isIpv4() ? Ipv4Header.LENGTH : Ipv6Header.LENGTH) + UdpHeader.LENGTH;
    }

    /**
     * @param payload from the LISP header on, from {@code offset}
     * @param captured octets of it at hand
     * @param length octets it has
     */
    static byte[] of(
            IpAddress source,
            int sourcePort,
            IpAddress destination,
            int port,
            int ttl,
            int trafficClass,
            byte[] payload,
            int offset,
            int captured,
            int length) {
        int ip = headers(destination) - UdpHeader.LENGTH;
        byte[] octets = new byte[ip + UdpHeader.LENGTH + captured];
        ByteBuffer packet = ByteBuffer.wrap(octets);
        int udpLength = UdpHeader.LENGTH + length;
        if (destination instanceof Ipv4Address) {
            ipv4(packet, source, destination, ttl, trafficClass, udpLength);
            Ipv4Header.updateChecksum(new UnsafeBuffer(octets), 0);
        } else {
            ipv6(packet, source, destination, ttl, trafficClass, udpLength);
        }
        packet.putShort((short) sourcePort).putShort((short) port);
        packet.putShort((short) (udpLength > MAX_TOTAL ? 0 : udpLength)).putShort((short) 0);
        packet.put(payload, offset, captured);
        if (captured == length) {
            checksum(new UnsafeBuffer(octets), ip, udpLength, destination.isIpv4());
        }
        return octets;
    }

    private static void ipv4(
            ByteBuffer packet, IpAddress source, IpAddress destination, int ttl, int trafficClass, int udpLength) {
        int total = Ipv4Header.LENGTH + udpLength;
        packet.put((byte) VERSION_4).put((byte) trafficClass);
        packet.putShort((short) (total > MAX_TOTAL ? 0 : total)).putShort((short) 0);
        packet.putShort((short) Ipv4Header.DONT_FRAGMENT);
        packet.put((byte) ttl).put((byte) IpProtocol.UDP).putShort((short) 0);
        packet.put(source.toBytes()).put(destination.toBytes());
    }

    private static void ipv6(
            ByteBuffer packet, IpAddress source, IpAddress destination, int ttl, int trafficClass, int udpLength) {
        packet.putInt(VERSION_6 << 24 | trafficClass << 20);
        packet.putShort((short) (udpLength > MAX_TOTAL ? 0 : udpLength));
        packet.put((byte) IpProtocol.UDP).put((byte) ttl);
        packet.put(source.toBytes()).put(destination.toBytes());
    }

    private static void checksum(UnsafeBuffer buffer, int ip, int udpLength, boolean ipv4) {
        long pseudo = ipv4
                ? Checksum.pseudoHeader4(buffer, 0, IpProtocol.UDP, udpLength)
                : Checksum.pseudoHeader6(buffer, 0, IpProtocol.UDP, udpLength);
        int sum = Checksum.complete(pseudo + Checksum.sum(buffer, ip, buffer.capacity() - ip));
        UdpHeader.putChecksum(buffer, ip, UdpHeader.nonZero(sum));
    }
}
