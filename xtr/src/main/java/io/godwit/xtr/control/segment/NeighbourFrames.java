package io.godwit.xtr.control.segment;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.data.Checksum;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames that tell where a host is: ARP replies and gratuitous ARP (RFC 826, RFC 5944 section 4.6), neighbour advertisements (RFC 4861
 * section 4.4). All are in network byte order, from the Ethernet header on.
 */
final class NeighbourFrames {
    private static final MacAddress BROADCAST = MacAddress.parse("ff:ff:ff:ff:ff:ff");
    private static final MacAddress ALL_NODES_MAC = MacAddress.parse("33:33:00:00:00:01");
    private static final IpAddress ALL_NODES = IpAddress.parse("ff02::1");
    private static final MacAddress NOBODY = new MacAddress(0);
    private static final short REQUEST = 1;
    private static final short REPLY = 2;
    private static final int ETHERNET = 14;
    private static final int ARP = 28;
    private static final int IPV6 = 40;
    private static final int ADVERTISEMENT = 32;
    private static final int CHECKSUM = ETHERNET + IPV6 + 2;
    private static final byte ICMPV6 = 58;
    private static final byte TYPE_ADVERTISEMENT = (byte) 136;
    private static final int SOLICITED = 0x4000_0000;
    private static final int OVERRIDE = 0x2000_0000;

    private NeighbourFrames() {}

    /**
     * To {@code asker}: {@code host} is at {@code ownMac}. An advertisement does not override what the asker knows, as is fit for a proxy
     * (RFC 4861 section 7.2.8): if the host is on the segment after all, its own answer counts.
     *
     * @param ownAddress from which an advertisement comes
     */
    static byte[] answer(
            IpAddress host, MacAddress ownMac, IpAddress ownAddress, IpAddress asker, MacAddress askerMac) {
        return host.isIpv4()
                ? arp(REPLY, ownMac, askerMac, ownMac, host, askerMac, asker)
                : advertisement(SOLICITED, ownMac, askerMac, ownAddress, asker, host, ownMac);
    }

    /** {@code host} is at {@code mac}, whatever was known of it. Sent with our MAC: bridges learn nothing about others from it. */
    static byte[] announcement(
            IpAddress host, MacAddress mac, MacAddress ownMac, IpAddress ownAddress, Optional<MacAddress> to) {
        return host.isIpv4()
                ? arp(REQUEST, ownMac, to.orElse(BROADCAST), mac, host, NOBODY, host)
                : advertisement(OVERRIDE, ownMac, to.orElse(ALL_NODES_MAC), ownAddress, ALL_NODES, host, mac);
    }

    private static byte[] arp(
            short operation,
            MacAddress from,
            MacAddress to,
            MacAddress senderMac,
            IpAddress sender,
            MacAddress targetMac,
            IpAddress target) {
        return ethernet(ARP, from, to, 0x0806)
                .putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort(operation)
                .put(senderMac.toBytes())
                .put(sender.toBytes())
                .put(targetMac.toBytes())
                .put(target.toBytes())
                .array();
    }

    private static byte[] advertisement(
            int flags,
            MacAddress from,
            MacAddress to,
            IpAddress source,
            IpAddress destination,
            IpAddress target,
            MacAddress at) {
        byte[] frame = ethernet(IPV6 + ADVERTISEMENT, from, to, 0x86dd)
                .putInt(0x6000_0000)
                .putShort((short) ADVERTISEMENT)
                .put(ICMPV6)
                .put((byte) 255)
                .put(source.toBytes())
                .put(destination.toBytes())
                .put(TYPE_ADVERTISEMENT)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(flags)
                .put(target.toBytes())
                .put((byte) 2)
                .put((byte) 1)
                .put(at.toBytes())
                .array();
        int checksum = Checksum.transport(new UnsafeBuffer(frame), ETHERNET, ICMPV6, ETHERNET + IPV6, ADVERTISEMENT);
        ByteBuffer.wrap(frame).putShort(CHECKSUM, (short) checksum);
        return frame;
    }

    private static ByteBuffer ethernet(int payload, MacAddress from, MacAddress to, int type) {
        return ByteBuffer.allocate(ETHERNET + payload)
                .put(to.toBytes())
                .put(from.toBytes())
                .putShort((short) type);
    }
}
