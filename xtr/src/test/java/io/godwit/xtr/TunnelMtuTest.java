package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.testing.Conformance;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets that do not fit into the tunnel: stateless handling with L = 1500 (RFC 9300 section 7.1). */
@Timeout(120)
class TunnelMtuTest {
    private static final String PEER4 = "192.0.2.2";
    private static final String PEER6 = "2001:db8:f::2";

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<byte[]> wire = new CopyOnWriteArrayList<>();
    private final TestSite site =
            new TestSite(underlay, SystemNanoClock.INSTANCE, config -> config, "192.0.2.1", "2001:db8:f::1");

    {
        underlay.tap(datagram -> wire.add(datagram.payload()));
    }

    @AfterEach
    void close() {
        site.close();
    }

    @ParameterizedTest
    @Conformance("C024")
    @CsvSource({PEER4 + ", 1464", PEER6 + ", 1444"})
    void shouldTellAnIpv4SourceThatMayNotBeFragmented(String locator, int mtu) {
        site.remote("10.2.0.2", locator);
        site.tun(0)
                .fromHost(TestPackets.from("10.1.0.1", "10.2.0.2")
                        .payload(mtu - 28)
                        .bytes());
        site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 1);
        byte[] tooLong =
                TestPackets.from("10.1.0.1", "10.2.0.2").payload(mtu - 27).bytes();

        site.tun(0).fromHost(tooLong);

        byte[] icmp = site.awaitDelivered(0);
        UnsafeBuffer buffer = new UnsafeBuffer(icmp);
        assertThat(Ipv4Header.checksumIsValid(buffer, 0)).isTrue();
        assertThat(Ipv4Header.protocol(buffer, 0)).isEqualTo(IpProtocol.ICMP);
        assertThat(Ipv4Header.destination(buffer, 0)).isEqualTo(0x0a01_0001);
        assertThat(icmp[20]).isEqualTo((byte) 3);
        assertThat(icmp[21]).isEqualTo((byte) 4);
        assertThat(buffer.getShort(26, ByteOrder.BIG_ENDIAN)).isEqualTo((short) mtu);
        assertThat(Checksum.of(buffer, 20, icmp.length - 20)).isZero();
        assertThat(icmp).hasSize(576);
        assertThat(Arrays.copyOfRange(icmp, 28, 576)).isEqualTo(Arrays.copyOf(tooLong, 548));
        site.assertCount(DropReason.TOO_BIG, 1);
        assertThat(wire).hasSize(1);
    }

    @ParameterizedTest
    @Conformance("C025")
    @CsvSource({PEER4 + ", 1464", PEER6 + ", 1444"})
    void shouldTellAnIpv6Source(String locator, int mtu) {
        site.remote("2001:db8:2::2", locator);
        site.tun(0)
                .fromHost(TestPackets.from("2001:db8:1::1", "2001:db8:2::2")
                        .payload(mtu - 47)
                        .bytes());

        byte[] icmp = site.awaitDelivered(0);
        UnsafeBuffer buffer = new UnsafeBuffer(icmp);
        assertThat(Ipv6Header.nextHeader(buffer, 0)).isEqualTo(IpProtocol.ICMPV6);
        assertThat(icmp).hasSize(1280);
        assertThat(icmp[40]).isEqualTo((byte) 2);
        assertThat(buffer.getInt(44, ByteOrder.BIG_ENDIAN)).isEqualTo(mtu);
        assertThat(Checksum.transportIsValid(buffer, 0, IpProtocol.ICMPV6, 40, 1240))
                .isTrue();
        assertThat(wire).isEmpty();
    }

    @ParameterizedTest
    @Conformance("C026")
    @CsvSource({"2000, 2", "1437, 2", "2870, 2", "2900, 3", "9000, 7", "65000, 46"})
    void shouldSplitAnIpv4PacketThatMayBeFragmented(int payload, int fragments) {
        site.remote("10.2.0.2", PEER4);
        byte[] packet = TestPackets.from("10.1.0.1", "10.2.0.2")
                .payload(payload)
                .fragmentField(0)
                .bytes();
        site.tun(0).fromHost(packet);
        site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, fragments);

        assertThat(wire.size()).isEqualTo(fragments);
        assertThat(wire).allSatisfy(datagram -> assertThat(datagram.length).isLessThanOrEqualTo(1472));
        assertThat(reassembled(packet.length)).isEqualTo(packet);
        site.assertCount(Counter.FRAGMENTED_PACKETS, 1);
    }

    @Test
    void shouldSplitAFragmentAtItsPlace() {
        site.remote("10.2.0.2", PEER4);
        byte[] packet = TestPackets.from("10.1.0.1", "10.2.0.2")
                .payload(1992)
                .fragmentField(Ipv4Header.MORE_FRAGMENTS | 100)
                .bytes();
        site.tun(0).fromHost(packet);
        site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 2);
        UnsafeBuffer first = new UnsafeBuffer(wire.get(0));
        UnsafeBuffer second = new UnsafeBuffer(wire.get(1));
        assertThat(Ipv4Header.fragmentField(first, 8)).isEqualTo(Ipv4Header.MORE_FRAGMENTS | 100);
        int eighths = (Ipv4Header.totalLength(first, 8) - 20) / 8;
        assertThat(Ipv4Header.fragmentField(second, 8)).isEqualTo(Ipv4Header.MORE_FRAGMENTS | 100 + eighths);
        assertThat(Ipv4Header.checksumIsValid(second, 8)).isTrue();
    }

    private byte[] reassembled(int length) {
        byte[] whole = new byte[length];
        for (byte[] datagram : wire) {
            UnsafeBuffer buffer = new UnsafeBuffer(datagram);
            assertThat(Ipv4Header.checksumIsValid(buffer, 8)).isTrue();
            assertThat(Ipv4Header.totalLength(buffer, 8)).isEqualTo(datagram.length - 8);
            int at = (Ipv4Header.fragmentField(buffer, 8) & Ipv4Header.FRAGMENT_OFFSET_MASK) * 8;
            boolean last = (Ipv4Header.fragmentField(buffer, 8) & Ipv4Header.MORE_FRAGMENTS) == 0;
            assertThat(last).isEqualTo(at + datagram.length - 28 == length - 20);
            System.arraycopy(datagram, 28, whole, 20 + at, datagram.length - 28);
            System.arraycopy(datagram, 8, whole, 0, 20);
        }
        UnsafeBuffer buffer = new UnsafeBuffer(whole);
        buffer.putShort(6, (short) 0);
        buffer.putShort(2, (short) length, ByteOrder.BIG_ENDIAN);
        Ipv4Header.updateChecksum(buffer, 0);
        return whole;
    }

    @Test
    void shouldLimitTheRateOfItsMessages() {
        site.remote("10.2.0.2", PEER4);
        byte[] tooLong = TestPackets.from("10.1.0.1", "10.2.0.2").payload(1600).bytes();
        for (int i = 0; i < 500; i++) {
            site.tun(0).fromHost(tooLong);
        }
        site.awaitDrops(DropReason.TOO_BIG, 500);
        assertThat(site.count(Counter.TOO_BIG_SENT)).isBetween(100L, 400L);
    }

    @Test
    void shouldNotAnswerAnIcmpErrorWithAnother() {
        site.remote("10.2.0.2", PEER4);
        byte[] error = TestPackets.from("10.1.0.1", "10.2.0.2").payload(1600).bytes();
        error[9] = IpProtocol.ICMP;
        error[20] = 3;
        Ipv4Header.updateChecksum(new UnsafeBuffer(error), 0);
        site.tun(0).fromHost(error);
        site.awaitDrops(DropReason.TOO_BIG, 1);
        assertThat(site.count(Counter.TOO_BIG_SENT)).isZero();
    }

    @Test
    void shouldCountWhatThePathIsTooNarrowFor() {
        underlay.mtu(1400);
        site.remote("10.2.0.2", PEER4);
        site.tun(0)
                .fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").payload(1400).bytes());
        site.awaitDrops(DropReason.TRANSMIT_TOO_BIG, 1);
    }
}
