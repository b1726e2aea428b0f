package io.godwit.packet.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Conformance;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    private static final int INNER = LispHeader.LENGTH;

    @ParameterizedTest
    @ValueSource(ints = {LispGpe.IPV4, LispGpe.IPV6, LispGpe.ETHERNET, LispGpe.NSH, 0xfffffd80})
    @Conformance("C062")
    void shouldSendANextProtocolWithoutNonceEchoVersionAndReservedBits(int nextProtocol) {
        UnsafeBuffer header = new UnsafeBuffer(new byte[LispHeader.LENGTH]);
        LispHeader.put(header, 0, LispHeader.withNextProtocol(nextProtocol), LispHeader.instanceWord(7, 0));
        assertThat(LispHeader.word0(header, 0)).isEqualTo(0x04000000 | (nextProtocol & 0xff));
        assertThat(LispHeader.nextProtocol(LispHeader.word0(header, 0))).isEqualTo(nextProtocol & 0xff);
    }

    @Test
    @Conformance({"C032", "C034"})
    void shouldReadTheFieldsThatTheFlagsAnnounce() {
        assertHeader("nonce-udp6", 0xabcdef, 0, 0, 0, 0);
        assertHeader("versions-udp4", 0, 0x45, 0x123, 0, 0);
        assertHeader("nonce-and-versions", 0xabcdef, 0, 0, 0, 0);
        assertHeader("instance-tcp4", 0, 0, 0, 7, 0);
        assertHeader("instance-lsb-icmp", 0, 0, 0, 7, 3);
        assertHeader("lsb32-udp4", 0, 0, 0, 0, 0x80000001);
        assertHeader("control", 0, 0, 0, LispHeader.CONTROL_INSTANCE_ID, 0);
        assertThat(LispHeader.requestsEcho(LispHeader.word0(GoldenData.packet("echo-tcp6"), 0)))
                .isTrue();
        assertThat(LispHeader.requestsEcho(LispHeader.ECHO_NONCE_REQUEST)).isFalse();
    }

    private static void assertHeader(String name, int nonce, int source, int destination, int instance, int bits) {
        UnsafeBuffer packet = GoldenData.packet(name);
        int word0 = LispHeader.word0(packet, 0);
        assertThat(LispHeader.nonce(word0)).isEqualTo(nonce);
        assertThat(LispHeader.sourceMapVersion(word0)).isEqualTo(source);
        assertThat(LispHeader.destinationMapVersion(word0)).isEqualTo(destination);
        assertThat(LispHeader.instanceId(packet, 0)).isEqualTo(instance);
        assertThat(LispHeader.locatorStatusBits(packet, 0)).isEqualTo(bits);
    }

    @Test
    @Conformance("C039")
    void shouldIgnoreTheLowOctetWhenThereAreNoStatusBits() {
        assertThat(LispHeader.instanceId(LispHeader.INSTANCE_ID_PRESENT, 0x7ab)).isEqualTo(7);
        assertThat(LispHeader.locatorStatusBits(LispHeader.INSTANCE_ID_PRESENT, 0x7ab))
                .isZero();
    }

    @Test
    void shouldWriteWhatItReads() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[LispHeader.LENGTH]);
        LispHeader.put(buffer, 0, 0xabcdef);
        assertThat(LispHeader.instanceId(buffer, 0)).isEqualTo(0xabcdef);
        assertThat(LispHeader.word1(buffer, 0) & 0xff).isZero();
        LispHeader.put(buffer, 0, 0);
        assertThat(buffer.getLong(0)).isZero();
        LispHeader.put(buffer, 0, LispHeader.withMapVersions(0x1abc, 0x1def), LispHeader.instanceWord(5, 0x1ff));
        assertThat(LispHeader.sourceMapVersion(LispHeader.word0(buffer, 0))).isEqualTo(0xabc);
        assertThat(LispHeader.destinationMapVersion(LispHeader.word0(buffer, 0)))
                .isEqualTo(0xdef);
        assertThat(LispHeader.word1(buffer, 0)).isEqualTo(0x5ff);
        assertThat(LispHeader.nonce(LispHeader.withNonce(0x1abcdef))).isEqualTo(0xabcdef);
    }

    @Test
    @Conformance("C065")
    void shouldWalkShimsThatItKnows() {
        UnsafeBuffer packet = GoldenData.packet("gpe-shims");
        int word0 = LispHeader.word0(packet, 0);
        int next = LispHeader.nextProtocol(word0);
        // 0xF0 = 0xC0 + 48, 0xB1 = 0x80 + 49
        long payload = LispGpe.skipShims(packet, INNER, packet.capacity(), next, 1L << 49, 1L << 48);
        assertThat(payload).isEqualTo((long) LispGpe.IPV4 << 32 | INNER + 12);
        assertThat(LispGpe.skipShims(packet, INNER, packet.capacity(), next, 0, 1L << 48))
                .isEqualTo(LispGpe.UNKNOWN_SHIM);
        assertThat(LispGpe.skipShims(packet, INNER, INNER + 7, next, -1, -1)).isEqualTo(LispGpe.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain-udp4", "options-udp4", "instance-tcp4", "instance-lsb-icmp"})
    void shouldFindTheChecksumsOfGoldenIpv4PacketsRight(String name) {
        UnsafeBuffer packet = GoldenData.packet(name);
        int length = packet.capacity() - INNER;
        assertThat(Ipv4Header.isComplete(packet, INNER, length)).isTrue();
        assertThat(Ipv4Header.isComplete(packet, INNER, length - 1)).isFalse();
        assertThat(Ipv4Header.checksumIsValid(packet, INNER)).isTrue();
        int header = Ipv4Header.headerLength(packet, INNER);
        int protocol = Ipv4Header.protocol(packet, INNER);
        int transport = INNER + header;
        assertThat(
                        protocol == IpProtocol.ICMP
                                ? Checksum.of(packet, transport, length - header) == 0
                                : Checksum.transportIsValid(packet, INNER, protocol, transport, length - header))
                .isTrue();
    }

    @Test
    void shouldAdjustTheIpv4ChecksumWithEveryChange() {
        UnsafeBuffer packet = GoldenData.packet("options-udp4");
        for (int value = 0; value < 256; value++) {
            Ipv4Header.changeTtl(packet, INNER, value);
            Ipv4Header.changeTrafficClass(packet, INNER, 255 - value);
            Ipv4Header.changeTotalLength(packet, INNER, 24 + value);
            assertThat(Ipv4Header.ttl(packet, INNER)).isEqualTo(value);
            assertThat(Ipv4Header.trafficClass(packet, INNER)).isEqualTo(255 - value);
            assertThat(Ipv4Header.totalLength(packet, INNER)).isEqualTo(24 + value);
            assertThat(Ipv4Header.checksumIsValid(packet, INNER)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nonce-udp6, 17, 40, false",
        "extensions6, 6, 64, false",
        "fragment6, 17, 48, true",
        "fragment6-atomic, 17, 48, false",
        "solicitation6, 58, 40, false"
    })
    void shouldFindTheUpperLayerOfIpv6(String name, int protocol, int offset, boolean fragment) {
        UnsafeBuffer packet = GoldenData.packet(name);
        int length = packet.capacity() - INNER;
        assertThat(Ipv6Header.isComplete(packet, INNER, length)).isTrue();
        long upper = Ipv6Header.upperLayer(packet, INNER, length);
        assertThat(Ipv6Header.upperProtocol(upper)).isEqualTo(protocol);
        assertThat(Ipv6Header.upperOffset(upper)).isEqualTo(INNER + offset);
        assertThat(Ipv6Header.upperIsFragment(upper)).isEqualTo(fragment);
        assertThat(Ipv6Header.trafficClass(packet, INNER)).isEqualTo(2);
        assertThat(Ipv6Header.flowLabel(packet, INNER)).isEqualTo(0x12345);
        assertThat(Checksum.transportIsValid(packet, INNER, protocol, INNER + offset, length - offset))
                .isTrue();
    }

    @Test
    void shouldGiveUpOnAChainOfExtensionHeadersWithoutEnd() {
        UnsafeBuffer packet = new UnsafeBuffer(new byte[400]);
        Ipv6Header.put(packet, 0, 0, 0, 360, IpProtocol.DESTINATION_OPTIONS, 64, 0, 1, 0, 2);
        for (int i = 0; i < 40; i++) {
            packet.putByte(40 + 8 * i, (byte) IpProtocol.DESTINATION_OPTIONS);
        }
        assertThat(Ipv6Header.upperLayer(packet, 0, 400)).isEqualTo(Ipv6Header.TRUNCATED);
        assertThat(Ipv6Header.upperLayer(GoldenData.packet("extensions6"), INNER, 50))
                .isEqualTo(Ipv6Header.TRUNCATED);
    }

    @Test
    void shouldReadANeighborSolicitation() {
        UnsafeBuffer packet = GoldenData.packet("solicitation6");
        int icmp = INNER + Ipv6Header.LENGTH;
        int length = packet.capacity() - icmp;
        assertThat(IcmpHeader.type(packet, icmp)).isEqualTo(Icmpv6.NEIGHBOR_SOLICITATION);
        assertThat(Icmpv6.targetHigh(packet, icmp)).isEqualTo(0x20010db800200000L);
        assertThat(Icmpv6.targetLow(packet, icmp)).isEqualTo(5);
        assertThat(Icmpv6.linkLayerAddress(packet, icmp, length, Icmpv6.OPTION_SOURCE_LINK_LAYER))
                .isEqualTo(0x525400aa0010L);
        assertThat(Icmpv6.linkLayerAddress(packet, icmp, length, Icmpv6.OPTION_TARGET_LINK_LAYER))
                .isEqualTo(-1);
    }

    @Test
    void shouldReadTcpAndWriteIcmp() {
        UnsafeBuffer packet = GoldenData.packet("instance-tcp4");
        int tcp = INNER + Ipv4Header.LENGTH;
        assertThat(TcpHeader.destinationPort(packet, tcp)).isEqualTo(443);
        assertThat(TcpHeader.sequence(packet, tcp)).isEqualTo(1);
        assertThat(TcpHeader.acknowledgment(packet, tcp)).isEqualTo(2);
        assertThat(TcpHeader.headerLength(packet, tcp)).isEqualTo(20);
        assertThat(TcpHeader.flags(packet, tcp)).isEqualTo(TcpHeader.ACK | TcpHeader.PSH);
        IcmpHeader.put(packet, 0, IcmpHeader.DESTINATION_UNREACHABLE, IcmpHeader.CODE_FRAGMENTATION_NEEDED, 1464);
        IcmpHeader.updateChecksum(packet, 0, 20);
        assertThat(IcmpHeader.nextHopMtu(packet, 0)).isEqualTo(1464);
        assertThat(Checksum.of(packet, 0, 20)).isZero();
    }
}
