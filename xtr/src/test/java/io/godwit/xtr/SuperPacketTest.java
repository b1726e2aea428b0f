package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.VnetHeader;
import io.godwit.linux.fake.FakeTun;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.TcpHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Super-packets in, segments on the wire, super-packets out. */
@Timeout(120)
class SuperPacketTest {
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";
    private static final int SIZE = 1000;

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<byte[]> wire = new CopyOnWriteArrayList<>();
    private final TestSite a = new TestSite(underlay, SystemNanoClock.INSTANCE, config -> config, A);
    private final TestSite b = new TestSite(underlay, SystemNanoClock.INSTANCE, config -> config, B);

    {
        underlay.tap(datagram -> wire.add(datagram.payload()));
        a.remote("10.2.0.0/16", B);
        a.remote("2001:db8:2::/48", B);
        b.local("10.2.0.2");
        b.local("2001:db8:2::2");
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private static byte[] payload(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return payload;
    }

    private static boolean checksumsAreRight(byte[] packet, boolean ipv6) {
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        int ip = ipv6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        return (ipv6 || Ipv4Header.checksumIsValid(buffer, 0))
                && Checksum.transportIsValid(buffer, 0, IpProtocol.TCP, ip, packet.length - ip);
    }

    private FakeTun.Frame frame() throws InterruptedException {
        return b.tun(0).awaitDelivered(TestSite.PATIENCE).orElseThrow(() -> new AssertionError(b.nonZero()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSplitATcpSuperPacketAndPutItTogetherAgain(boolean ipv6) throws InterruptedException {
        int ip = ipv6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        byte[] payload = payload(60 * SIZE + 333);
        int flags = TcpHeader.ACK | TcpHeader.PSH;
        byte[] packet = TestSegments.tcp(ipv6, Integer.MAX_VALUE - 5_000, flags, payload);

        b.arriving(ipv6 ? "2001:db8:2::2" : "10.2.0.2");
        a.tun(0).fromHost(TestSegments.header(ipv6, SIZE), packet);
        // Released together, they come through the stages in one batch.
        b.awaitCount(Counter.PARKED_PACKETS, 61);
        b.local(ipv6 ? "2001:db8:2::2" : "10.2.0.2");

        byte[] delivered = new byte[payload.length];
        int position = 0;
        int frames = 0;
        while (position < payload.length) {
            FakeTun.Frame frame = frame();
            assertThat(VnetHeader.gsoSize(new UnsafeBuffer(frame.header()), 0)).isEqualTo(SIZE);
            for (byte[] segment : TestSegments.split(frame)) {
                assertThat(checksumsAreRight(segment, ipv6)).isTrue();
                int length = segment.length - ip - TcpHeader.LENGTH;
                assertThat(TcpHeader.sequence(new UnsafeBuffer(segment), ip))
                        .isEqualTo(Integer.MAX_VALUE - 5_000 + position);
                System.arraycopy(segment, ip + TcpHeader.LENGTH, delivered, position, length);
                position += length;
            }
            frames++;
        }
        assertThat(delivered).isEqualTo(payload);
        assertThat(frames).isOne();
        b.awaitCount(Counter.SUPER_PACKETS_WRITTEN, 1);
        b.awaitCount(Counter.DELIVERED_PACKETS, 61);
        assertThat(wire).hasSize(61);
        for (int i = 0; i < wire.size(); i++) {
            byte[] inner = Arrays.copyOfRange(wire.get(i), LispHeader.LENGTH, wire.get(i).length);
            assertThat(checksumsAreRight(inner, ipv6)).isTrue();
            int push = TcpHeader.flags(new UnsafeBuffer(inner), ip) & TcpHeader.PSH;
            assertThat(push).isEqualTo(i == 60 ? TcpHeader.PSH : 0);
        }
    }

    @Test
    void shouldKeepTheOrderOfAFlowWhatEverCannotBePutTogether() throws InterruptedException {
        List<byte[]> sent = new ArrayList<>();
        int sequence = 1;
        for (int i = 0; i < 40; i++) {
            int flags = i % 7 == 6 ? TcpHeader.ACK | TcpHeader.FIN : TcpHeader.ACK;
            byte[] payload = payload(i % 5 == 4 ? 10 + i : 500);
            sent.add(TestSegments.tcp(false, sequence, flags, payload));
            sequence += payload.length + (i % 11 == 10 ? 3 : 0);
        }
        sent.forEach(packet -> a.tun(0).fromHost(packet));

        List<byte[]> delivered = new ArrayList<>();
        while (delivered.size() < sent.size()) {
            delivered.addAll(TestSegments.split(frame()));
        }
        for (int i = 0; i < sent.size(); i++) {
            assertThat(delivered.get(i)).as("packet %d", i).isEqualTo(sent.get(i));
        }
    }

    @Test
    void shouldLeaveADamagedSegmentDamaged() throws InterruptedException {
        byte[] damaged = TestSegments.tcp(false, 501, TcpHeader.ACK, payload(500));
        damaged[100] ^= 1;
        a.tun(0).fromHost(TestSegments.tcp(false, 1, TcpHeader.ACK, payload(500)));
        a.tun(0).fromHost(damaged);
        a.tun(0).fromHost(TestSegments.tcp(false, 1001, TcpHeader.ACK, payload(500)));

        List<byte[]> delivered = new ArrayList<>();
        while (delivered.size() < 3) {
            delivered.addAll(TestSegments.split(frame()));
        }
        assertThat(delivered.get(1)).isEqualTo(damaged);
    }

    @Test
    void shouldRefuseASuperPacketWhoseSegmentsExceedTheMtu() {
        byte[] packet = TestSegments.tcp(false, 1, TcpHeader.ACK, payload(6000));
        a.tun(0).fromHost(TestSegments.header(false, 1460), packet);
        a.awaitDrops(DropReason.TOO_BIG, 1);
        assertThat(wire).isEmpty();
    }

    @Test
    void shouldParkASuperPacketWhole() throws InterruptedException {
        byte[] payload = payload(3 * SIZE);
        a.tun(7).fromHost(TestSegments.header(false, SIZE), TestSegments.tcp(false, 9, TcpHeader.ACK, payload));
        a.awaitCount(Counter.PARKED_PACKETS, 1);
        b.local("[7]10.2.0.2");
        a.remote("[7]10.2.0.2", B);

        List<byte[]> delivered = new ArrayList<>();
        while (delivered.size() < 3) {
            delivered.addAll(TestSegments.split(
                    b.tun(7).awaitDelivered(TestSite.PATIENCE).orElseThrow()));
        }
        assertThat(delivered).allMatch(segment -> checksumsAreRight(segment, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 9})
    void shouldRefuseABrokenVnetHeader(int octet) {
        byte[] header = TestSegments.header(false, SIZE);
        header[octet] = (byte) 0xff;
        byte[] packet = TestSegments.tcp(false, 1, TcpHeader.ACK, payload(30));
        for (int at = 6; at < 10 && octet == 9; at++) {
            header[at] = (byte) 0xff;
        }
        a.tun(0).fromHost(header, packet);
        a.awaitCount(Counter.TUN_READ_PACKETS, 1);
        a.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").bytes());
        assertThat(b.awaitDelivered(0)).isNotEmpty();
    }
}
