package io.godwit.lab.traffic;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The frames that tell a segment where a VM now is. Big-endian, as on the wire. */
final class Announcement {
    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int ETHERTYPE_RARP = 0x8035;
    private static final int ETHERTYPE_IPV6 = 0x86DD;
    private static final int ARP_REQUEST = 1;
    private static final int RARP_REQUEST = 3;
    private static final int ICMPV6 = 58;
    private static final int NA_LENGTH = 32;
    private static final byte[] BROADCAST = HexFormat.of().parseHex("ffffffffffff");
    private static final byte[] ALL_NODES_MAC = HexFormat.of().parseHex("333300000001");
    private static final byte[] ALL_NODES = HexFormat.of().parseHex("ff020000000000000000000000000001");
    private static final byte[] NO_IPV4 = new byte[4];

    private Announcement() {}

    /** What QEMU sends after a migration: the MAC and nothing else (RFC 903). */
    static byte[] rarp(MacAddress mac) {
        byte[] own = mac.toBytes();
        return arp(ETHERTYPE_RARP, RARP_REQUEST, own, NO_IPV4, own, NO_IPV4);
    }

    /** Gratuitous ARP request (RFC 5227). */
    static byte[] gratuitousArp(MacAddress mac, IpAddress address) {
        byte[] ip = address.toBytes();
        return arp(ETHERTYPE_ARP, ARP_REQUEST, mac.toBytes(), ip, new byte[6], ip);
    }

    private static byte[] arp(int etherType, int operation, byte[] sender, byte[] senderIp, byte[] target, byte[] ip) {
        return ByteBuffer.allocate(42)
                .put(BROADCAST)
                .put(sender)
                .putShort((short) etherType)
                .putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) operation)
                .put(sender)
                .put(senderIp)
                .put(target)
                .put(ip)
                .array();
    }

    /** Unsolicited neighbour advertisement with the override flag (RFC 4861 section 7.2.6). */
    static byte[] unsolicitedAdvertisement(MacAddress mac, IpAddress address) {
        byte[] ip = address.toBytes();
        ByteBuffer frame = ByteBuffer.allocate(14 + 40 + NA_LENGTH)
                .put(ALL_NODES_MAC)
                .put(mac.toBytes())
                .putShort((short) ETHERTYPE_IPV6)
                .putInt(0x60000000)
                .putShort((short) NA_LENGTH)
                .put((byte) ICMPV6)
                .put((byte) 255)
                .put(ip)
                .put(ALL_NODES);
        int icmp = frame.position();
        frame.put((byte) 136)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(0x20000000)
                .put(ip);
        frame.put((byte) 2).put((byte) 1).put(mac.toBytes());
        frame.putShort(icmp + 2, (short) ~sum(frame, icmp - 32, 32 + NA_LENGTH, NA_LENGTH + ICMPV6));
        return frame.array();
    }

    private static int sum(ByteBuffer buffer, int offset, int length, int start) {
        int sum = start;
        for (int i = 0; i < length; i += 2) {
            sum += buffer.getShort(offset + i) & 0xFFFF;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }
}
