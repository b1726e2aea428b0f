package io.godwit.xtr.control.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.ArpPacket;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IcmpV6CommonPacket;
import org.pcap4j.packet.IcmpV6NeighborAdvertisementPacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.namednumber.ArpOperation;

/** Read back by an independent decoder. */
class NeighbourFramesTest {
    private static final MacAddress OWN = MacAddress.parse("02:00:5e:00:01:01");
    private static final MacAddress ASKER_MAC = MacAddress.parse("52:54:00:aa:00:09");
    private static final MacAddress HOST_MAC = MacAddress.parse("52:54:00:aa:00:05");
    private static final IpAddress HOST = IpAddress.parse("10.1.0.5");
    private static final IpAddress ASKER = IpAddress.parse("10.1.0.9");
    private static final IpAddress HOST6 = IpAddress.parse("2001:db8:1::5");
    private static final IpAddress ASKER6 = IpAddress.parse("2001:db8:1::9");
    private static final IpAddress OWN6 = IpAddress.parse("2001:db8:1::1");

    private static EthernetPacket decode(byte[] frame) throws IllegalRawDataException {
        return EthernetPacket.newPacket(frame, 0, frame.length);
    }

    private static void assertBetween(EthernetPacket frame, MacAddress from, String to) {
        assertThat(frame.getHeader().getSrcAddr().toString()).isEqualTo(from.toString());
        assertThat(frame.getHeader().getDstAddr().toString()).isEqualTo(to);
    }

    @Test
    void shouldAnswerAnArpRequest() throws Exception {
        EthernetPacket frame = decode(NeighbourFrames.answer(HOST, OWN, IpAddress.parse("10.1.0.1"), ASKER, ASKER_MAC));

        assertBetween(frame, OWN, ASKER_MAC.toString());
        ArpPacket.ArpHeader arp = frame.get(ArpPacket.class).getHeader();
        assertThat(arp.getOperation()).isEqualTo(ArpOperation.REPLY);
        assertThat(arp.getSrcHardwareAddr().toString()).isEqualTo(OWN.toString());
        assertThat(arp.getSrcProtocolAddr()).isEqualTo(HOST.toInetAddress());
        assertThat(arp.getDstHardwareAddr().toString()).isEqualTo(ASKER_MAC.toString());
        assertThat(arp.getDstProtocolAddr()).isEqualTo(ASKER.toInetAddress());
    }

    @Test
    void shouldAnnounceByGratuitousArp() throws Exception {
        EthernetPacket frame = decode(NeighbourFrames.announcement(HOST, HOST_MAC, OWN, ASKER, Optional.empty()));

        assertBetween(frame, OWN, "ff:ff:ff:ff:ff:ff");
        ArpPacket.ArpHeader arp = frame.get(ArpPacket.class).getHeader();
        assertThat(arp.getOperation()).isEqualTo(ArpOperation.REQUEST);
        assertThat(arp.getSrcHardwareAddr().toString()).isEqualTo(HOST_MAC.toString());
        assertThat(arp.getSrcProtocolAddr()).isEqualTo(HOST.toInetAddress());
        assertThat(arp.getDstProtocolAddr()).isEqualTo(HOST.toInetAddress());
    }

    private static IcmpV6NeighborAdvertisementPacket.IcmpV6NeighborAdvertisementHeader advertisement(
            EthernetPacket frame) {
        IpV6Packet ip = frame.get(IpV6Packet.class);
        IcmpV6CommonPacket icmp = frame.get(IcmpV6CommonPacket.class);
        assertThat(ip.getHeader().getHopLimitAsInt())
                .as("RFC 4861 section 7.1.2")
                .isEqualTo(255);
        assertThat(icmp.hasValidChecksum(
                        ip.getHeader().getSrcAddr(), ip.getHeader().getDstAddr(), false))
                .isTrue();
        return frame.get(IcmpV6NeighborAdvertisementPacket.class).getHeader();
    }

    @Test
    void shouldAnswerANeighbourSolicitationWithoutOverriding() throws Exception {
        EthernetPacket frame = decode(NeighbourFrames.answer(HOST6, OWN, OWN6, ASKER6, ASKER_MAC));

        assertBetween(frame, OWN, ASKER_MAC.toString());
        assertThat(frame.get(IpV6Packet.class).getHeader().getDstAddr()).isEqualTo(ASKER6.toInetAddress());
        var advertisement = advertisement(frame);
        assertThat(advertisement.getTargetAddress()).isEqualTo(HOST6.toInetAddress());
        assertThat(advertisement.getSolicitedFlag()).isTrue();
        assertThat(advertisement.getOverrideFlag()).isFalse();
        assertThat(advertisement.getRouterFlag()).isFalse();
        assertThat(advertisement.getOptions().getFirst().getRawData())
                .endsWith(OWN.toBytes())
                .startsWith(2, 1);
    }

    @Test
    void shouldAnnounceByUnsolicitedAdvertisementToOneHost() throws Exception {
        EthernetPacket frame = decode(NeighbourFrames.announcement(HOST6, HOST_MAC, OWN, OWN6, Optional.of(ASKER_MAC)));

        assertBetween(frame, OWN, ASKER_MAC.toString());
        var advertisement = advertisement(frame);
        assertThat(advertisement.getTargetAddress()).isEqualTo(HOST6.toInetAddress());
        assertThat(advertisement.getSolicitedFlag()).isFalse();
        assertThat(advertisement.getOverrideFlag()).isTrue();
        assertThat(advertisement.getOptions().getFirst().getRawData()).endsWith(HOST_MAC.toBytes());
    }
}
