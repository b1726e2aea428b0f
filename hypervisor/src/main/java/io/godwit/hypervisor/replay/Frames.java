package io.godwit.hypervisor.replay;

import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.UdpHeader;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/** From an Ethernet frame to the IP packet in it, fit to be sent again. */
final class Frames {
    static final int ETHERNET = 14;
    private static final int TYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV6_HEADER = 40;
    private static final int SHORTEST = ETHERNET + 20;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int SAMPLE = Ipv4Header.LENGTH + Long.BYTES;
    private static final int LOCALHOST = 0x7f000001;

    private Frames() {}

    /** A datagram of eight octets from a host to itself. */
    static byte[] sample() {
        byte[] frame = new byte[ETHERNET + SAMPLE];
        put(frame, TYPE, IPV4);
        Ipv4Header.put(new UnsafeBuffer(frame), ETHERNET, 0, SAMPLE, 0, 0, 1, UDP, LOCALHOST, LOCALHOST);
        put(frame, ETHERNET + Ipv4Header.LENGTH + 4, Long.BYTES);
        return frame;
    }

    /**
     * The packet with its checksums computed: the kernel leaves that to the card, and the frame was taken before it. Empty when it is not a
     * whole IP packet, or one that the kernel had not yet cut into segments.
     */
    static Optional<byte[]> packet(byte[] frame, int largest) {
        int length = ipLength(frame);
        if (length == 0 || length > frame.length - ETHERNET || length > largest) {
            return Optional.empty();
        }
        byte[] packet = new byte[length];
        System.arraycopy(frame, ETHERNET, packet, 0, length);
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        boolean ipv4 = u16(frame, TYPE) == IPV4;
        boolean fragment = ipv4 && (((packet[6] & 0x3f) << 8) | (packet[7] & 0xff)) != 0;
        int header = ipv4 ? (packet[0] & 0xf) * 4 : IPV6_HEADER;
        int protocol = packet[ipv4 ? 9 : 6] & 0xff;
        int field = protocol == TCP ? TCP_CHECKSUM : protocol == UDP ? UDP_CHECKSUM : 0;
        if (!fragment && field != 0 && header + field + 2 <= length) {
            put(packet, header + field, 0);
            int checksum = Checksum.transport(buffer, 0, protocol, header, length - header);
            put(packet, header + field, protocol == UDP ? UdpHeader.nonZero(checksum) : checksum);
        }
        return Optional.of(packet);
    }

    /** An IP packet to one host: what the capture filter lets through, too. */
    static boolean isForOneHost(byte[] frame) {
        return frame.length > ETHERNET && (frame[0] & 1) == 0 && ipLength(frame) != 0;
    }

    private static int ipLength(byte[] frame) {
        return switch (frame.length < SHORTEST ? 0 : u16(frame, TYPE)) {
            case IPV4 -> u16(frame, ETHERNET + 2);
            case IPV6 -> IPV6_HEADER + u16(frame, ETHERNET + 4);
            default -> 0;
        };
    }

    private static int u16(byte[] octets, int at) {
        return ((octets[at] & 0xff) << 8) | (octets[at + 1] & 0xff);
    }

    private static void put(byte[] octets, int at, int value) {
        octets[at] = (byte) (value >> 8);
        octets[at + 1] = (byte) value;
    }
}
