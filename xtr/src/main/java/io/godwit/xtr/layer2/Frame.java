package io.godwit.xtr.layer2;

import io.godwit.packet.data.FlowHash;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketSlot;

/** The header of the Ethernet frame in a slot that has room for one. MACs are numbers of 48 bits. */
final class Frame {
    static final int HEADER = 14;
    /** In the first octet of a MAC: the address is of a group. */
    private static final long GROUP = 1L << 40;

    private static final long MAC = 0xffff_ffff_ffffL;
    private static final int TYPE = 12;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;

    private Frame() {}

    /** So that no data thread has to, and allocates for it. */
    static void load() {}

    static long destination(PacketSlot slot) {
        return Octets.getLong(slot.address) >>> 16;
    }

    static long source(PacketSlot slot) {
        return Octets.getLong(slot.address + 4) & MAC;
    }

    /** Broadcast or multicast. */
    static boolean isGroup(long mac) {
        return (mac & GROUP) != 0;
    }

    /** Whether a card may have it. */
    static boolean isOfCard(long mac) {
        return mac != 0 && !isGroup(mac);
    }

    /** Of the packet within: 4, 6, or 0 when it is none of IP, or behind a VLAN tag. */
    private static int version(PacketSlot slot) {
        int room = slot.length - HEADER;
        int type = Octets.getShort(slot.address + TYPE);
        boolean ipv4 = type == TYPE_IPV4 && room >= Ipv4Header.LENGTH;
        boolean ipv6 = type == TYPE_IPV6 && room >= Ipv6Header.LENGTH;
        int version = ipv4 || ipv6 ? Ipv4Header.version(slot.buffer, slot.packet + HEADER) : 0;
        return version == (ipv4 ? 4 : 6) ? version : 0;
    }

    /** Of the packet within; 0 when it is none of IP. */
    static int trafficClass(PacketSlot slot) {
        return switch (version(slot)) {
            case 4 -> Ipv4Header.trafficClass(slot.buffer, slot.packet + HEADER);
            case 6 -> Ipv6Header.trafficClass(slot.buffer, slot.packet + HEADER);
            default -> 0;
        };
    }

    /** Whether the packet within is of IP, which knows congestion. */
    static boolean hasTrafficClass(PacketSlot slot) {
        return version(slot) != 0;
    }

    static void putTrafficClass(PacketSlot slot, int trafficClass) {
        if (version(slot) == 4) {
            Ipv4Header.changeTrafficClass(slot.buffer, slot.packet + HEADER, trafficClass);
        } else {
            Ipv6Header.putTrafficClass(slot.buffer, slot.packet + HEADER, trafficClass);
        }
    }

    static int flowHash(PacketSlot slot) {
        return version(slot) == 0
                ? FlowHash.ofMacAddresses(slot.buffer, slot.packet)
                : FlowHash.of(slot.buffer, slot.packet + HEADER, slot.length - HEADER);
    }
}
