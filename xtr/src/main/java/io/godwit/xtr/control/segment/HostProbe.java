package io.godwit.xtr.control.segment;

import io.godwit.packet.address.IpAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.pcap4j.packet.ArpPacket;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IcmpV6CommonPacket;
import org.pcap4j.packet.IcmpV6NeighborSolicitationPacket;
import org.pcap4j.packet.IpV6NeighborDiscoverySourceLinkLayerAddressOption;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.IpV6SimpleFlowLabel;
import org.pcap4j.packet.IpV6SimpleTrafficClass;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.namednumber.ArpHardwareType;
import org.pcap4j.packet.namednumber.ArpOperation;
import org.pcap4j.packet.namednumber.EtherType;
import org.pcap4j.packet.namednumber.IcmpV6Code;
import org.pcap4j.packet.namednumber.IcmpV6Type;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.util.MacAddress;

/** Frames that a host answers if it is there: an ARP request (RFC 826) or a neighbour solicitation (RFC 4861 section 7.2). */
final class HostProbe {
    private static final byte MAC_LENGTH = 6;
    private static final byte IPV4_LENGTH = 4;
    private static final byte HOP_LIMIT = (byte) 255;

    private HostProbe() {}

    /**
     * @param source an address of ours on the segment, of the family of {@code host}
     * @param mac where the host was last; to all when unknown
     */
    static Packet frame(
            IpAddress host, IpAddress source, MacAddress ownMac, Optional<io.godwit.packet.address.MacAddress> mac) {
        Optional<MacAddress> to = mac.map(m -> MacAddress.getByAddress(m.toBytes()));
        return host.isIpv4()
                ? arp(
                        host.toInetAddress(),
                        source.toInetAddress(),
                        ownMac,
                        to.orElse(MacAddress.ETHER_BROADCAST_ADDRESS))
                : solicitation((Inet6Address) host.toInetAddress(), (Inet6Address) source.toInetAddress(), ownMac, to);
    }

    private static Packet arp(InetAddress host, InetAddress source, MacAddress ownMac, MacAddress to) {
        ArpPacket.Builder arp = new ArpPacket.Builder()
                .hardwareType(ArpHardwareType.ETHERNET)
                .protocolType(EtherType.IPV4)
                .hardwareAddrLength(MAC_LENGTH)
                .protocolAddrLength(IPV4_LENGTH)
                .operation(ArpOperation.REQUEST)
                .srcHardwareAddr(ownMac)
                .srcProtocolAddr(source)
                .dstHardwareAddr(MacAddress.getByAddress(new byte[MAC_LENGTH]))
                .dstProtocolAddr(host);
        return ethernet(ownMac, to, EtherType.ARP, arp);
    }

    private static Packet solicitation(
            Inet6Address host, Inet6Address source, MacAddress ownMac, Optional<MacAddress> to) {
        byte[] octets = host.getAddress();
        MacAddress group =
                MacAddress.getByAddress(new byte[] {0x33, 0x33, (byte) 0xff, octets[13], octets[14], octets[15]});
        var option = new IpV6NeighborDiscoverySourceLinkLayerAddressOption.Builder()
                .linkLayerAddress(ownMac.getAddress())
                .correctLengthAtBuild(true)
                .build();
        var target = new IcmpV6NeighborSolicitationPacket.Builder()
                .reserved(0)
                .targetAddress(host)
                .options(List.of(option));
        // To the host itself, as a kernel probes what it knows; the group's MAC when it is not known.
        var icmp = new IcmpV6CommonPacket.Builder()
                .type(IcmpV6Type.NEIGHBOR_SOLICITATION)
                .code(IcmpV6Code.NO_CODE)
                .srcAddr(source)
                .dstAddr(host)
                .payloadBuilder(target)
                .correctChecksumAtBuild(true);
        var ip = new IpV6Packet.Builder()
                .version(IpVersion.IPV6)
                .trafficClass(IpV6SimpleTrafficClass.newInstance((byte) 0))
                .flowLabel(IpV6SimpleFlowLabel.newInstance(0))
                .nextHeader(IpNumber.ICMPV6)
                .hopLimit(HOP_LIMIT)
                .srcAddr(source)
                .dstAddr(host)
                .payloadBuilder(icmp)
                .correctLengthAtBuild(true);
        return ethernet(ownMac, to.orElse(group), EtherType.IPV6, ip);
    }

    private static Packet ethernet(MacAddress from, MacAddress to, EtherType type, Packet.Builder payload) {
        return new EthernetPacket.Builder()
                .srcAddr(from)
                .dstAddr(to)
                .type(type)
                .payloadBuilder(payload)
                .paddingAtBuild(true)
                .build();
    }
}
