package io.godwit.xtr.wire;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.UdpHeader;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** An IP packet on the wire, and how tests make them. */
record OuterPacket(byte[] octets) {
    private UnsafeBuffer buffer() {
        return new UnsafeBuffer(octets);
    }

    boolean isIpv4() {
        return octets[0] >>> 4 == 4;
    }

    private int header() {
        return isIpv4() ? Ipv4Header.LENGTH : Ipv6Header.LENGTH;
    }

    int protocol() {
        return isIpv4() ? Ipv4Header.protocol(buffer(), 0) : Ipv6Header.nextHeader(buffer(), 0);
    }

    /** UDP to port 4341, or an ICMP error. */
    boolean isOrdinary() {
        int type = octets.length > header() ? octets[header()] & 0xff : 0;
        return switch (protocol()) {
            case IpProtocol.UDP -> true;
            case IpProtocol.ICMP -> true;
            case IpProtocol.ICMPV6 -> type < 128;
            default -> false;
        };
    }

    boolean dontFragment() {
        return Ipv4Header.dontFragment(buffer(), 0);
    }

    int udpSourcePort() {
        return buffer().getShort(header(), ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    int udpDestinationPort() {
        return buffer().getShort(header() + 2, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    int udpChecksum() {
        return buffer().getShort(header() + UdpHeader.CHECKSUM_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    boolean udpChecksumIsRight() {
        return udpChecksum() != 0
                && Checksum.transportIsValid(buffer(), 0, IpProtocol.UDP, header(), octets.length - header());
    }

    byte[] udpPayload() {
        return Arrays.copyOfRange(octets, header() + UdpHeader.LENGTH, octets.length);
    }

    /** UDP from port 50000 with a correct checksum. */
    static OuterPacket udp(String source, String destination, int port, byte[] payload) {
        return udp(source, 50_000, destination, port, payload);
    }

    static OuterPacket udp(String source, int sourcePort, String destination, int port, byte[] payload) {
        int udpLength = UdpHeader.LENGTH + payload.length;
        OuterPacket packet = ip(source, destination, IpProtocol.UDP, new byte[udpLength]);
        UnsafeBuffer buffer = packet.buffer();
        int header = packet.header();
        UdpHeader.put(buffer, header, sourcePort, port, udpLength, 0);
        buffer.putBytes(header + UdpHeader.LENGTH, payload);
        int checksum = Checksum.transport(buffer, 0, IpProtocol.UDP, header, udpLength);
        UdpHeader.putChecksum(buffer, header, UdpHeader.nonZero(checksum));
        return packet;
    }

    static OuterPacket ip(String source, String destination, int protocol, byte[] payload) {
        IpAddress from = IpAddress.parse(source);
        IpAddress to = IpAddress.parse(destination);
        byte[] octets = new byte[(from.isIpv4() ? Ipv4Header.LENGTH : Ipv6Header.LENGTH) + payload.length];
        UnsafeBuffer buffer = new UnsafeBuffer(octets);
        if (from instanceof Ipv4Address(int low) && to instanceof Ipv4Address(int destinationLow)) {
            Ipv4Header.put(buffer, 0, 0, octets.length, 1, Ipv4Header.DONT_FRAGMENT, 60, protocol, low, destinationLow);
        } else if (from instanceof Ipv6Address a && to instanceof Ipv6Address b) {
            Ipv6Header.put(buffer, 0, 0, 0, payload.length, protocol, 60, a.high(), a.low(), b.high(), b.low());
        }
        OuterPacket packet = new OuterPacket(octets);
        buffer.putBytes(packet.header(), payload);
        return packet;
    }

    /** The same with that UDP checksum. */
    OuterPacket withUdpChecksum(int checksum) {
        byte[] copy = octets.clone();
        new UnsafeBuffer(copy).putShort(header() + UdpHeader.CHECKSUM_OFFSET, (short) checksum, ByteOrder.BIG_ENDIAN);
        return new OuterPacket(copy);
    }

    /** An ICMP or ICMPv6 error about this packet, quoting {@code quoted} octets of it. */
    OuterPacket error(String router, int type, int code, int mtu, int quoted) {
        byte[] message = new byte[8 + Math.min(quoted, octets.length)];
        UnsafeBuffer buffer = new UnsafeBuffer(message);
        buffer.putByte(0, (byte) type);
        buffer.putByte(1, (byte) code);
        buffer.putInt(4, mtu, ByteOrder.BIG_ENDIAN);
        buffer.putBytes(8, octets, 0, message.length - 8);
        String to = isIpv4()
                ? new Ipv4Address(Ipv4Header.source(buffer(), 0)).toString()
                : new Ipv6Address(Ipv6Header.sourceHigh(buffer(), 0), Ipv6Header.sourceLow(buffer(), 0)).toString();
        OuterPacket packet = ip(router, to, isIpv4() ? IpProtocol.ICMP : IpProtocol.ICMPV6, message);
        int checksum = isIpv4()
                ? Checksum.of(packet.buffer(), packet.header(), message.length)
                : Checksum.transport(packet.buffer(), 0, IpProtocol.ICMPV6, packet.header(), message.length);
        packet.buffer().putShort(packet.header() + 2, (short) checksum, ByteOrder.BIG_ENDIAN);
        return packet;
    }

    /** The first fragment of {@link #octets}, which are IPv4, with an identification of its own; the second never comes. */
    OuterPacket firstFragment(int identification) {
        byte[] copy = octets.clone();
        UnsafeBuffer buffer = new UnsafeBuffer(copy);
        buffer.putShort(4, (short) identification, ByteOrder.BIG_ENDIAN);
        buffer.putShort(6, (short) Ipv4Header.MORE_FRAGMENTS, ByteOrder.BIG_ENDIAN);
        Ipv4Header.updateChecksum(buffer, 0);
        return new OuterPacket(copy);
    }
}
