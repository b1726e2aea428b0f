package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.TcpHeader;
import io.godwit.xtr.observe.Counter;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MssClampTest {
    private static final String OWN = "192.0.2.2";
    private static final String PEER = "192.0.2.1";
    private static final String PEER6 = "2001:db8:f::1";

    private static final int TRIES = 3_000;

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<byte[]> wire = new CopyOnWriteArrayList<>();
    private TestSite site = open(true);

    {
        underlay.tap(datagram -> wire.add(datagram.payload()));
    }

    private TestSite open(boolean clamp) {
        TestSite fresh = new TestSite(
                underlay,
                SystemNanoClock.INSTANCE,
                config -> config.withRules(config.rules().withMssClamp(clamp)),
                OWN,
                "2001:db8:f::2");
        fresh.local("10.1.0.1");
        fresh.local("2001:db8:1::1");
        return fresh;
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** A TCP packet from the site to 10.2.0.2 or 2001:db8:1:1::2, with these options. */
    private static byte[] tcp(boolean ipv6, int flags, int... options) {
        byte[] octets = new byte[(options.length + 3) / 4 * 4];
        for (int i = 0; i < options.length; i++) {
            octets[i] = (byte) options[i];
        }
        byte[] packet = TestSegments.tcp(ipv6, 1, flags, octets);
        int transport = ipv6 ? 40 : 20;
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        buffer.putByte(transport + 12, (byte) ((5 + octets.length / 4) << 4));
        putChecksum(buffer, transport, packet.length);
        return packet;
    }

    private static void putChecksum(UnsafeBuffer buffer, int transport, int length) {
        TcpHeader.putChecksum(buffer, transport, 0);
        TcpHeader.putChecksum(
                buffer, transport, Checksum.transport(buffer, 0, IpProtocol.TCP, transport, length - transport));
    }

    /** The same packet with another value at {@code field}, its checksum computed anew: what the router should have made. */
    private static byte[] with(byte[] packet, int field, int value) {
        byte[] copy = packet.clone();
        UnsafeBuffer buffer = new UnsafeBuffer(copy);
        buffer.putByte(field, (byte) (value >>> 8));
        buffer.putByte(field + 1, (byte) value);
        putChecksum(buffer, Ipv4Header.version(buffer, 0) == 4 ? 20 : 40, copy.length);
        return copy;
    }

    private byte[] sent(byte[] packet) {
        int before = wire.size();
        site.tun(0).fromHost(packet);
        site.await(() -> wire.size() > before, "datagram");
        byte[] datagram = wire.get(before);
        return Arrays.copyOfRange(datagram, LispHeader.LENGTH, datagram.length);
    }

    @Test
    void shouldLowerWhatTheSiteAnnouncesToWhatTheTunnelCarries() {
        site.remote("10.2.0.2", PEER);
        site.remote("2001:db8:2::2", PEER6);
        byte[] syn = tcp(false, TcpHeader.SYN, 2, 4, 0x05, 0xb4);
        assertThat(sent(syn)).isEqualTo(with(syn, 42, 1500 - 36 - 40));
        byte[] synAck = tcp(false, TcpHeader.SYN | TcpHeader.ACK, 1, 2, 4, 0x05, 0xb4);
        assertThat(sent(synAck)).isEqualTo(with(synAck, 43, 1500 - 36 - 40));
        byte[] six = tcp(true, TcpHeader.SYN, 4, 2, 3, 3, 7, 2, 4, 0xff, 0xff, 0);
        assertThat(sent(six)).isEqualTo(with(six, 60 + 7, 1500 - 56 - 60));
        site.assertCount(Counter.MSS_CLAMPED, 3);
    }

    @Test
    void shouldLeaveAloneWhatNeedsNoChange() {
        site.remote("10.2.0.2", PEER);
        for (byte[] packet : List.of(
                tcp(false, TcpHeader.SYN, 2, 4, 0x05, 0x90),
                tcp(false, TcpHeader.ACK, 2, 4, 0x05, 0xb4),
                tcp(false, TcpHeader.SYN, 0, 2, 4, 0x05, 0xb4),
                tcp(false, TcpHeader.SYN, 2, 3, 0x05, 0xb4),
                tcp(false, TcpHeader.SYN, 8, 40, 2, 4, 0x05, 0xb4),
                tcp(false, TcpHeader.SYN, 8, 0, 2, 4, 0x05, 0xb4),
                tcp(false, TcpHeader.SYN),
                TestPackets.from("10.1.0.1", "10.2.0.2").bytes())) {
            assertThat(sent(packet)).isEqualTo(packet);
        }
        site.close();
        site = open(false);
        site.remote("10.2.0.2", PEER);
        byte[] syn = tcp(false, TcpHeader.SYN, 2, 4, 0x05, 0xb4);
        assertThat(sent(syn)).isEqualTo(syn);
    }

    @Test
    void shouldLowerWhatComesThroughTheTunnelToo() {
        byte[] syn = TestSegments.reversed(tcp(false, TcpHeader.SYN, 2, 4, 0x05, 0xb4));
        byte[] datagram = new byte[LispHeader.LENGTH + syn.length];
        System.arraycopy(syn, 0, datagram, LispHeader.LENGTH, syn.length);
        underlay.inject(
                IpAddress.parse(PEER).toInetAddress(),
                50_000,
                IpAddress.parse(OWN).toInetAddress(),
                4341,
                64,
                0,
                datagram);
        assertThat(site.awaitDelivered(0)).isEqualTo(with(syn, 42, 1424));
    }

    /** Options of random octets: the packet leaves as it came, but for a segment size and a checksum that is right again. */
    @Test
    void shouldKeepTheChecksumRightWhateverTheOptions() {
        site.remote("10.2.0.2", PEER);
        Random random = new Random();
        long seed = random.nextLong();
        random.setSeed(seed);
        int clamped = 0;
        for (int i = 0; i < TRIES; i++) {
            int[] options = random.ints(random.nextInt(41), 0, 6)
                    .map(octet -> octet == 5 ? 0xf0 : octet == 0 ? 4 : octet)
                    .toArray();
            byte[] syn = tcp(false, TcpHeader.SYN, options);
            byte[] out = sent(syn);
            int[] padded = Arrays.copyOf(options, (options.length + 3) / 4 * 4);
            int size = segmentSize(padded);
            boolean large = size >= 0 && (padded[size] << 8 | padded[size + 1]) > 1424;
            assertThat(out)
                    .as("seed " + seed + ", options " + Arrays.toString(options))
                    .isEqualTo(large ? with(syn, 40 + size, 1424) : syn);
            clamped += large ? 1 : 0;
            if (wire.size() > 1_000) {
                wire.clear();
            }
        }
        assertThat(site.count(Counter.MSS_CLAMPED)).isEqualTo(clamped).isPositive();
    }

    /** Where the value of the first Maximum Segment Size option stands, -1 when there is none before the options end or break off. */
    private static int segmentSize(int[] padded) {
        for (int at = 0; at < padded.length && padded[at] != 0; ) {
            int length = padded[at] == 1 ? 1 : at + 1 < padded.length ? padded[at + 1] : 0;
            if (length == 0 || (padded[at] != 1 && length < 2) || at + length > padded.length) {
                return -1;
            }
            if (padded[at] == 2 && length == 4) {
                return at + 2;
            }
            at += length;
        }
        return -1;
    }
}
