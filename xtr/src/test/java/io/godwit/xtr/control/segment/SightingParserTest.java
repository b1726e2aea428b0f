package io.godwit.xtr.control.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.Packet;

class SightingParserTest {
    private static final MacAddress HOST = MacAddress.parse("52:54:00:aa:00:05");
    private static final String TO_ALL = "ffffffffffff" + "525400aa0005";

    private static Optional<Sighting> parse(String hex) {
        return SightingParser.parse("br-vm", HexFormat.of().parseHex(hex.replace(" ", "")), 42);
    }

    private static Sighting sighting(String ip, boolean announcement) {
        return new Sighting("br-vm", HOST, Optional.of(IpAddress.parse(ip)), 42, announcement);
    }

    @Test
    void shouldReadGratuitousArp() {
        assertThat(parse(TO_ALL + "0806 0001 0800 06 04 0001 525400aa0005 0a010005 000000000000 0a010005"))
                .contains(sighting("10.1.0.5", true));
    }

    @Test
    void shouldNotTakeAnArpProbeForItsHost() {
        assertThat(parse(TO_ALL + "0806 0001 0800 06 04 0001 525400aa0005 00000000 000000000000 0a010005"))
                .isEmpty();
    }

    @Test
    void shouldReadWhomAnArpRequestAsksFor() {
        assertThat(parse(TO_ALL + "0806 0001 0800 06 04 0001 525400aa0005 0a010005 000000000000 0a010007"))
                .contains(sighting("10.1.0.5", true).asking(IpAddress.parse("10.1.0.7")));
        assertThat(parse(TO_ALL + "0806 0001 0800 06 04 0002 525400aa0005 0a010005 000000000000 0a010007"))
                .as("a reply")
                .contains(sighting("10.1.0.5", true));
    }

    @Test
    void shouldReadTheMacOfARarp() {
        assertThat(parse(TO_ALL + "8035 0001 0800 06 04 0003 525400aa0005 00000000 525400aa0005 00000000"))
                .contains(new Sighting("br-vm", HOST, Optional.empty(), 42, true));
    }

    @Test
    void shouldReadTheSourceOfIpPackets() {
        assertThat(parse(
                        "020000000001 525400aa0005 0800 4500001c 00000000 40110000 0a010005 0a020001 0000000000000000"))
                .contains(sighting("10.1.0.5", false));
        assertThat(parse("020000000001 525400aa0005 86dd 60000000 00001140"
                        + "20010db8000100000000000000000005 20010db8000200000000000000000001"))
                .contains(sighting("2001:db8:1::5", false));
    }

    @Test
    void shouldReadTheTargetOfANeighbourAdvertisement() {
        assertThat(parse("333300000001 525400aa0005 86dd 60000000 00183aff"
                        + "fe800000000000005054 00fffeaa0005 ff020000000000000000000000000001"
                        + "88000000 20000000 20010db8000100000000000000000005"))
                .contains(sighting("2001:db8:1::5", true));
    }

    @Test
    void shouldReadTheSenderOfANeighbourSolicitationButNotOfDuplicateAddressDetection() {
        String target = "20010db8000100000000000000000001";
        assertThat(parse("3333ff000001 525400aa0005 86dd 60000000 00183aff"
                        + "20010db8000100000000000000000005 ff0200000000000000000001ff000001"
                        + "87000000 00000000" + target))
                .contains(sighting("2001:db8:1::5", true).asking(IpAddress.parse("2001:db8:1::1")));
        assertThat(parse("3333ff000001 525400aa0005 86dd 60000000 00183aff"
                        + "00000000000000000000000000000000 ff0200000000000000000001ff000001"
                        + "87000000 00000000" + target))
                .isEmpty();
    }

    @Test
    void shouldSurviveAnyFrame() {
        Random random = new Random(7);
        byte[] frame = HexFormat.of()
                .parseHex((TO_ALL + "0806 0001 0800 06 04 0001 525400aa0005 0a010005 000000000000 0a010005")
                        .replace(" ", ""));
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = Arrays.copyOf(frame, random.nextInt(80));
            for (int change = random.nextInt(4); change > 0 && mutated.length > 0; change--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            assertThat(SightingParser.parse("br-vm", mutated, 1)).isNotNull();
        }
    }

    @Test
    void shouldProbeSoThatTheAnswerIsASighting() {
        org.pcap4j.util.MacAddress own = org.pcap4j.util.MacAddress.getByName("02:00:5e:00:01:01");
        Packet arp = HostProbe.frame(IpAddress.parse("10.1.0.5"), IpAddress.parse("10.1.0.1"), own, Optional.of(HOST));
        assertThat(HexFormat.of().formatHex(arp.getRawData()))
                .startsWith(
                        "525400aa0005" + "02005e000101" + "0806" + "0001080006040001" + "02005e000101" + "0a010001");

        Packet solicitation = HostProbe.frame(
                IpAddress.parse("2001:db8:1::5"), IpAddress.parse("2001:db8:1::1"), own, Optional.empty());
        assertThat(HexFormat.of().formatHex(solicitation.getRawData()))
                .startsWith("3333ff000005" + "02005e000101" + "86dd" + "60000000" + "00203aff")
                .contains("87")
                .endsWith("0101" + "02005e000101");
        assertThat(SightingParser.parse("br-vm", solicitation.getRawData(), 1)).isPresent();
    }
}
