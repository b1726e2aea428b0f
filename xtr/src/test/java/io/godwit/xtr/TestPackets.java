package io.godwit.xtr;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** UDP packets as hosts would send them. */
public final class TestPackets {
    private IpAddress source = IpAddress.parse("10.1.0.1");
    private IpAddress destination = IpAddress.parse("10.2.0.2");
    private int sourcePort = 1000;
    private int destinationPort = 2000;
    private int payload = 8;
    private int number;
    private int ttl = 60;
    private int trafficClass;
    private int fragmentField = Ipv4Header.DONT_FRAGMENT;

    public static TestPackets from(String source, String destination) {
        TestPackets packets = new TestPackets();
        packets.source = IpAddress.parse(source);
        packets.destination = IpAddress.parse(destination);
        return packets;
    }

    public TestPackets sourcePort(int port) {
        sourcePort = port;
        return this;
    }

    public TestPackets destinationPort(int port) {
        destinationPort = port;
        return this;
    }

    /** Octets after the UDP header, at least 4. */
    public TestPackets payload(int octets) {
        payload = octets;
        return this;
    }

    /** In the first four octets of the payload. */
    public TestPackets number(int n) {
        number = n;
        return this;
    }

    public TestPackets ttl(int hops) {
        ttl = hops;
        return this;
    }

    public TestPackets trafficClass(int octet) {
        trafficClass = octet;
        return this;
    }

    public TestPackets fragmentField(int field) {
        fragmentField = field;
        return this;
    }

    public byte[] bytes() {
        int header = source.isIpv4() ? Ipv4Header.LENGTH : Ipv6Header.LENGTH;
        int udpLength = UdpHeader.LENGTH + payload;
        byte[] packet = new byte[header + udpLength];
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        if (source instanceof Ipv4Address(int from) && destination instanceof Ipv4Address(int to)) {
            Ipv4Header.put(buffer, 0, trafficClass, packet.length, 77, fragmentField, ttl, IpProtocol.UDP, from, to);
        } else if (source instanceof Ipv6Address from && destination instanceof Ipv6Address to) {
            Ipv6Header.put(
                    buffer,
                    0,
                    trafficClass,
                    0,
                    udpLength,
                    IpProtocol.UDP,
                    ttl,
                    from.high(),
                    from.low(),
                    to.high(),
                    to.low());
        }
        for (int i = 0; i < payload; i++) {
            packet[header + UdpHeader.LENGTH + i] = (byte) i;
        }
        buffer.putInt(header + UdpHeader.LENGTH, number, ByteOrder.BIG_ENDIAN);
        UdpHeader.put(buffer, header, sourcePort, destinationPort, udpLength, 0);
        int checksum = Checksum.transport(buffer, 0, IpProtocol.UDP, header, udpLength);
        UdpHeader.putChecksum(buffer, header, UdpHeader.nonZero(checksum));
        return packet;
    }

    /** Behind a LISP header of that instance: what a peer would send to port 4341. */
    public byte[] encapsulated(int instanceId) {
        byte[] inner = bytes();
        byte[] datagram = new byte[LispHeader.LENGTH + inner.length];
        LispHeader.put(new UnsafeBuffer(datagram), 0, instanceId);
        System.arraycopy(inner, 0, datagram, LispHeader.LENGTH, inner.length);
        return datagram;
    }

    /** The number in a packet made here. */
    public static int number(byte[] packet) {
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        int header = Ipv4Header.version(buffer, 0) == 4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH;
        return buffer.getInt(header + UdpHeader.LENGTH, ByteOrder.BIG_ENDIAN);
    }

    public static int ttl(byte[] packet) {
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        return Ipv4Header.version(buffer, 0) == 4 ? Ipv4Header.ttl(buffer, 0) : Ipv6Header.hopLimit(buffer, 0);
    }

    public static int trafficClass(byte[] packet) {
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        return Ipv4Header.version(buffer, 0) == 4
                ? Ipv4Header.trafficClass(buffer, 0)
                : Ipv6Header.trafficClass(buffer, 0);
    }

    /** Whether header checksum (IPv4) and UDP checksum are right. */
    public static boolean checksumsAreRight(byte[] packet) {
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        boolean ipv4 = Ipv4Header.version(buffer, 0) == 4;
        int header = ipv4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH;
        return (!ipv4 || Ipv4Header.checksumIsValid(buffer, 0))
                && Checksum.transportIsValid(buffer, 0, IpProtocol.UDP, header, packet.length - header);
    }
}
