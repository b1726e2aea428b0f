package io.godwit.packet.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Conformance;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowHashTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    @Conformance("C004")
    void shouldSpreadFlowsOverPortsAndKeepEachOnOne(int family) {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            int length = packet(family, IpProtocol.UDP, random.nextInt());
            int port = FlowHash.sourcePort(FlowHash.of(buffer, 0, length));
            buffer.putByte(length - 1, (byte) i);
            assertThat(FlowHash.sourcePort(FlowHash.of(buffer, 0, length))).isEqualTo(port);
            assertThat(port).isBetween(49152, 65535);
            ports.add(port);
        }
        // 1000 balls in 16384 bins fill 970 on average.
        assertThat(ports).hasSizeGreaterThan(940);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    @Conformance("C005")
    void shouldHashOtherProtocolsByAddressesOnly(int family) {
        int length = packet(family, IpProtocol.ICMP, 1);
        int first = FlowHash.of(buffer, 0, length);
        packet(family, IpProtocol.ICMP, 2);
        assertThat(FlowHash.of(buffer, 0, length)).isEqualTo(first);
        packet(family, IpProtocol.TCP, 2);
        assertThat(FlowHash.of(buffer, 0, length)).isNotEqualTo(first);
    }

    @Test
    @Conformance("C005")
    void shouldKeepFragmentsOfADatagramTogether() {
        int length = packet(4, IpProtocol.UDP, 0x12345678);
        buffer.putShort(6, (short) Ipv4Header.MORE_FRAGMENTS, ByteOrder.BIG_ENDIAN);
        int first = FlowHash.of(buffer, 0, length);
        buffer.putShort(6, (short) 185, ByteOrder.BIG_ENDIAN);
        buffer.putInt(20, 99);
        assertThat(FlowHash.of(buffer, 0, length)).isEqualTo(first);
    }

    @Test
    @Conformance("C005")
    void shouldKeepIpv6FragmentsTogetherButHashAtomicOnesByPorts() {
        int length = packet(6, IpProtocol.FRAGMENT, 0) + 8;
        int first = fragment(length, 1, 0x11112222);
        assertThat(fragment(length, 185 << 3, 0x33334444)).isEqualTo(first);
        assertThat(fragment(length, 0, 0x11112222)).isNotEqualTo(fragment(length, 0, 0x33334444));
    }

    @Test
    void shouldGiveEveryBitOfTheHashAFairShare() {
        int[] ones = new int[32];
        for (int i = 0; i < 4000; i++) {
            packet(4, IpProtocol.TCP, i);
            int hash = FlowHash.of(buffer, 0, 28);
            for (int bit = 0; bit < 32; bit++) {
                ones[bit] += hash >>> bit & 1;
            }
        }
        for (int count : ones) {
            assertThat(count).isBetween(1800, 2200);
        }
    }

    @Test
    void shouldReadNothingBeyondAShortPacket() {
        UnsafeBuffer tiny = new UnsafeBuffer(new byte[20]);
        tiny.putByte(0, (byte) 0x4f);
        tiny.putByte(9, (byte) IpProtocol.TCP);
        assertThat(FlowHash.of(tiny, 0, 20)).isEqualTo(FlowHash.of(tiny, 0, 20));
        tiny.putByte(0, (byte) 0x60);
        assertThat(FlowHash.of(tiny, 0, 20)).isZero();
    }

    private int fragment(int length, int field, int ports) {
        buffer.putInt(40, IpProtocol.UDP << 24 | field, ByteOrder.BIG_ENDIAN);
        buffer.putInt(48, ports);
        return FlowHash.of(buffer, 0, length);
    }

    private int packet(int family, int protocol, int ports) {
        int header = family == 4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH;
        if (family == 4) {
            Ipv4Header.put(buffer, 0, 0, 40, 0, 0, 64, protocol, 0x0a000001, 0x0a000002);
        } else {
            Ipv6Header.put(buffer, 0, 0, 0, 20, protocol, 64, 0x20010db8L << 32, 1, 0x20010db8L << 32, 2);
        }
        buffer.putInt(header, ports);
        return header + 20;
    }
}
