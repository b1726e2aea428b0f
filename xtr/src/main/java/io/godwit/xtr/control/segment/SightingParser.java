package io.godwit.xtr.control.segment;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.Arrays;
import java.util.Optional;

/** From an Ethernet frame to who sent it: ARP, RARP, neighbour discovery, IPv4 and IPv6. Anything else, or anything odd, says nothing. */
final class SightingParser {
    private static final int ETHERNET = 14;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_ARP = 0x0806;
    private static final int TYPE_RARP = 0x8035;
    private static final int TYPE_IPV6 = 0x86dd;
    private static final int ARP_LENGTH = 28;
    private static final int ARP_REQUEST = 1;
    private static final int IPV6_HEADER = 40;
    private static final int ICMPV6 = 58;
    private static final int NEIGHBOUR_SOLICITATION = 135;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;

    private SightingParser() {}

    static Optional<Sighting> parse(String interfaceName, byte[] frame, long epochMillis) {
        if (frame.length < ETHERNET) {
            return Optional.empty();
        }
        MacAddress source = mac(frame, 6);
        if ((frame[6] & 1) != 0 || source.value() == 0) {
            return Optional.empty();
        }
        return switch (u16(frame, 12)) {
            case TYPE_ARP -> arp(interfaceName, frame, epochMillis);
            case TYPE_RARP ->
                frame.length < ETHERNET + ARP_LENGTH
                        ? Optional.empty()
                        : Optional.of(new Sighting(
                                interfaceName, mac(frame, ETHERNET + 8), Optional.empty(), epochMillis, true));
            case TYPE_IPV4 ->
                frame.length < ETHERNET + 20
                        ? Optional.empty()
                        : host(interfaceName, source, ip(frame, ETHERNET + 12, 4), epochMillis, false);
            case TYPE_IPV6 -> ipv6(interfaceName, source, frame, epochMillis);
            default -> Optional.empty();
        };
    }

    /** The sender's own binding, in requests (gratuitous or not) and replies alike. */
    private static Optional<Sighting> arp(String interfaceName, byte[] frame, long epochMillis) {
        boolean ethernetIpv4 = frame.length >= ETHERNET + ARP_LENGTH
                && u16(frame, ETHERNET) == 1
                && u16(frame, ETHERNET + 2) == TYPE_IPV4
                && frame[ETHERNET + 4] == 6
                && frame[ETHERNET + 5] == 4;
        if (!ethernetIpv4) {
            return Optional.empty();
        }
        Optional<Sighting> sender =
                host(interfaceName, mac(frame, ETHERNET + 8), ip(frame, ETHERNET + 14, 4), epochMillis, true);
        boolean asks = u16(frame, ETHERNET + 6) == ARP_REQUEST;
        return asks ? sender.map(s -> s.asking(ip(frame, ETHERNET + 24, 4))) : sender;
    }

    private static Optional<Sighting> ipv6(String interfaceName, MacAddress source, byte[] frame, long epochMillis) {
        if (frame.length < ETHERNET + IPV6_HEADER) {
            return Optional.empty();
        }
        int icmp = ETHERNET + IPV6_HEADER;
        boolean discovery = frame[ETHERNET + 6] == ICMPV6 && frame.length >= icmp + 24;
        int type = discovery ? frame[icmp] & 0xff : 0;
        // An advertisement tells of its target; a solicitation's target is somebody else.
        int address = type == NEIGHBOUR_ADVERTISEMENT ? icmp + 8 : ETHERNET + 8;
        Optional<Sighting> sender = host(
                interfaceName,
                source,
                ip(frame, address, 16),
                epochMillis,
                type == NEIGHBOUR_ADVERTISEMENT || type == NEIGHBOUR_SOLICITATION);
        return type == NEIGHBOUR_SOLICITATION ? sender.map(s -> s.asking(ip(frame, icmp + 8, 16))) : sender;
    }

    private static Optional<Sighting> host(
            String interfaceName, MacAddress mac, IpAddress ip, long epochMillis, boolean announcement) {
        boolean unspecified = ip.equals(ip.mask(0));
        return unspecified
                ? Optional.empty()
                : Optional.of(new Sighting(interfaceName, mac, Optional.of(ip), epochMillis, announcement));
    }

    /** Of an IP packet. */
    static Optional<IpAddress> destination(byte[] frame) {
        return switch (u16(frame, 12)) {
            case TYPE_IPV4 -> Optional.of(ip(frame, ETHERNET + 16, 4));
            case TYPE_IPV6 -> Optional.of(ip(frame, ETHERNET + 24, 16));
            default -> Optional.empty();
        };
    }

    private static IpAddress ip(byte[] frame, int offset, int length) {
        return IpAddress.of(Arrays.copyOfRange(frame, offset, offset + length));
    }

    private static MacAddress mac(byte[] frame, int offset) {
        return MacAddress.of(Arrays.copyOfRange(frame, offset, offset + 6));
    }

    private static int u16(byte[] frame, int offset) {
        return ((frame[offset] & 0xff) << 8) | (frame[offset + 1] & 0xff);
    }
}
