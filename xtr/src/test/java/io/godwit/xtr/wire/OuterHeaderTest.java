package io.godwit.xtr.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.AddressBits;
import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpChecksum;
import io.godwit.linux.UdpOptions;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispGpe;
import io.godwit.packet.data.LispHeader;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import io.godwit.xtr.DataPlaneConfig;
import io.godwit.xtr.TestPackets;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The outer header as the kernel puts it on the wire. */
@NamespaceTest
@Timeout(120)
class OuterHeaderTest {
    private @Nullable KernelSite site;

    private KernelSite open(UdpChecksum checksum) {
        KernelSite fresh =
                new KernelSite(config -> config.withRules(config.rules().with(checksum)));
        site = fresh;
        fresh.remote("10.2.0.4", KernelSite.PEER4);
        fresh.remote("10.2.0.6", KernelSite.PEER6);
        fresh.remote("2001:db8:2::4", KernelSite.PEER4);
        fresh.remote("2001:db8:2::6", KernelSite.PEER6);
        return fresh;
    }

    @AfterEach
    void close() {
        if (site != null) {
            site.close();
        }
    }

    private static OuterPacket sent(KernelSite site, String source, String destination) throws Exception {
        try (DatagramSocket host = site.socket(source, 0)) {
            KernelSite.send(host, destination, 64);
            return new OuterPacket(site.wire.next());
        }
    }

    @Test
    @Conformance({"C006", "C023"})
    void shouldSendSinglePacketsWithoutChecksumAndWithDontFragment() throws Exception {
        KernelSite router = open(DataPlaneConfig.Rules.DEFAULT.checksum());
        for (String[] pair : pairs()) {
            OuterPacket packet = sent(router, pair[0], pair[1]);
            assertThat(packet.udpDestinationPort()).isEqualTo(4341);
            assertThat(packet.udpChecksum()).as(pair[1]).isZero();
            assertThat(!packet.isIpv4() || packet.dontFragment()).isTrue();
        }
    }

    @Test
    @Conformance({"C007", "C023"})
    void shouldSendCorrectChecksumsWhenAskedTo() throws Exception {
        KernelSite router = open(UdpChecksum.FULL);
        for (String[] pair : pairs()) {
            OuterPacket packet = sent(router, pair[0], pair[1]);
            assertThat(packet.udpChecksumIsRight()).as(pair[1]).isTrue();
            assertThat(!packet.isIpv4() || packet.dontFragment()).isTrue();
        }
    }

    @Test
    @Conformance({"C062", "C066"})
    void shouldSendGpeOverIpv6WithAChecksum() throws Exception {
        KernelSite router = open(UdpChecksum.AUTO);
        long ipv4 = (long) LispHeader.withNextProtocol(LispGpe.IPV4) << 32;
        long ipv6 = (long) LispHeader.withNextProtocol(LispGpe.IPV6) << 32;
        router.plane.header(IpAddress.parse(KernelSite.PEER6), ipv4, ipv6);

        OuterPacket four = sent(router, "10.1.0.1", "10.2.0.6");
        assertThat(four.udpChecksumIsRight()).isTrue();
        assertThat(four.udpPayload()).startsWith(4, 0, 0, 1, 0, 0, 0, 0);
        OuterPacket six = sent(router, "2001:db8:1::1", "2001:db8:2::6");
        assertThat(six.udpChecksumIsRight()).isTrue();
        assertThat(six.udpPayload()).startsWith(4, 0, 0, 2, 0, 0, 0, 0);
        OuterPacket plain = sent(router, "10.1.0.1", "10.2.0.4");
        assertThat(plain.udpPayload()).startsWith(0, 0, 0, 0, 0, 0, 0, 0);
    }

    private static String[][] pairs() {
        return new String[][] {
            {"10.1.0.1", "10.2.0.4"},
            {"10.1.0.1", "10.2.0.6"},
            {"2001:db8:1::1", "2001:db8:2::4"},
            {"2001:db8:1::1", "2001:db8:2::6"}
        };
    }

    /** The kernel segments only what has checksums, and the flow keeps its source port all the same. */
    @ParameterizedTest
    @Conformance({"C003", "C007"})
    @CsvSource({"AUTO, 10.2.0.4", "AUTO, 10.2.0.6", "FULL, 10.2.0.4"})
    void shouldSendSuperPacketsWithCorrectChecksumsFromTheSamePort(UdpChecksum checksum, String destination)
            throws Exception {
        KernelSite router = open(checksum);
        UdpOptions options = new UdpOptions(false, true, true, true, false, 1 << 20);
        InetAddress to = InetAddress.getByName(destination);
        try (NativeMemory memory = NativeMemory.allocate(1 << 16);
                UdpBatchSocket host = router.namespace.call(
                        () -> new LinuxNetwork().openUdp(InetAddress.getByName("10.1.0.1"), 0, options))) {
            host.offer(memory.address(), 100, AddressBits.high(to), AddressBits.low(to), 7777, 64, 0, 0);
            host.flush();
            OuterPacket single = new OuterPacket(router.wire.next());
            host.offer(memory.address(), 5000, AddressBits.high(to), AddressBits.low(to), 7777, 64, 0, 1000);
            host.flush();
            for (int i = 0; i < 5; i++) {
                OuterPacket packet = new OuterPacket(router.wire.next());
                assertThat(packet.udpChecksumIsRight()).isTrue();
                assertThat(packet.udpSourcePort()).isEqualTo(single.udpSourcePort());
                assertThat(packet.udpPayload()).hasSize(8 + 28 + 1000);
            }
            assertThat(single.udpChecksum() == 0).isEqualTo(checksum == UdpChecksum.AUTO);
        }
    }

    @Test
    @Conformance("C006")
    void shouldSendNoChecksumAtAllInStrictMode() throws Exception {
        KernelSite router = open(UdpChecksum.ZERO);
        UdpOptions options = new UdpOptions(false, true, true, true, false, 1 << 20);
        InetAddress to = InetAddress.getByName("10.2.0.6");
        try (NativeMemory memory = NativeMemory.allocate(1 << 16);
                UdpBatchSocket host = router.namespace.call(
                        () -> new LinuxNetwork().openUdp(InetAddress.getByName("10.1.0.1"), 0, options))) {
            host.offer(memory.address(), 5000, AddressBits.high(to), AddressBits.low(to), 7777, 64, 0, 1000);
            host.flush();
            for (int i = 0; i < 5; i++) {
                assertThat(new OuterPacket(router.wire.next()).udpChecksum()).isZero();
            }
        }
    }

    private static byte[] lisp(String source, String destination) {
        return TestPackets.from(source, destination).encapsulated(0);
    }

    @Test
    @Conformance({"C008", "C009", "C010"})
    void shouldAcceptAnOuterChecksumOfZeroOrARightOne() throws Exception {
        KernelSite router = open(UdpChecksum.AUTO);
        try (DatagramSocket host = router.socket("10.1.0.1", 2000)) {
            for (String[] path :
                    new String[][] {{KernelSite.PEER4, KernelSite.OWN4}, {KernelSite.PEER6, KernelSite.OWN6}}) {
                OuterPacket packet = OuterPacket.udp(path[0], path[1], 4341, lisp("10.2.0.4", "10.1.0.1"));
                router.wire.inject(packet.octets());
                assertThat(KernelSite.receive(host, 10_000))
                        .as("right " + path[0])
                        .hasSize(8);
                router.wire.inject(packet.withUdpChecksum(0).octets());
                assertThat(KernelSite.receive(host, 10_000))
                        .as("zero " + path[0])
                        .hasSize(8);
            }
        }
    }

    @Test
    @Conformance("C011")
    void shouldDropAWrongOuterChecksumWithoutAnAnswer() throws Exception {
        KernelSite router = open(UdpChecksum.AUTO);
        try (DatagramSocket host = router.socket("10.1.0.1", 2000)) {
            for (String[] path :
                    new String[][] {{KernelSite.PEER4, KernelSite.OWN4}, {KernelSite.PEER6, KernelSite.OWN6}}) {
                OuterPacket packet = OuterPacket.udp(path[0], path[1], 4341, lisp("10.2.0.4", "10.1.0.1"));
                int wrong = packet.udpChecksum() == 0x1234 ? 0x4321 : 0x1234;
                router.wire.inject(packet.withUdpChecksum(wrong).octets());
                router.wire.inject(packet.octets());
                assertThat(KernelSite.receive(host, 10_000)).hasSize(8);
                assertThat(KernelSite.receive(host, 100)).isNull();
            }
            assertThat(router.wire.next(200)).isNull();
        }
    }

    @Test
    @Conformance("C012")
    void shouldRefuseZeroChecksumsOverIpv6OnOtherPorts() throws Exception {
        KernelSite router = open(UdpChecksum.AUTO);
        try (DatagramSocket other = router.socket(KernelSite.OWN6, 5000)) {
            OuterPacket packet = OuterPacket.udp(KernelSite.PEER6, KernelSite.OWN6, 5000, new byte[20]);
            router.wire.inject(packet.withUdpChecksum(0).octets());
            assertThat(KernelSite.receive(other, 200)).isNull();
            router.wire.inject(packet.octets());
            assertThat(KernelSite.receive(other, 10_000)).hasSize(20);
        }
        try (DatagramSocket host = router.socket("10.1.0.1", 2000)) {
            OuterPacket packet = OuterPacket.udp(KernelSite.PEER6, KernelSite.OWN6, 4341, lisp("10.2.0.4", "10.1.0.1"));
            router.wire.inject(packet.withUdpChecksum(0).octets());
            assertThat(KernelSite.receive(host, 10_000)).hasSize(8);
        }
    }

    @Test
    @Conformance("C059")
    void shouldLeaveAloneWhatComesToAnAddressThatIsNoRloc() throws Exception {
        KernelSite router = open(UdpChecksum.AUTO);
        try (DatagramSocket host = router.socket("10.1.0.1", 2000)) {
            byte[] lisp = lisp("10.2.0.4", "10.1.0.1");
            router.wire.inject(OuterPacket.udp(KernelSite.PEER4, KernelSite.OTHER4, 4341, lisp)
                    .octets());
            assertThat(KernelSite.receive(host, 200)).isNull();
            router.wire.inject(OuterPacket.udp(KernelSite.PEER4, KernelSite.OWN4, 4341, lisp)
                    .octets());
            assertThat(KernelSite.receive(host, 10_000)).hasSize(8);
        }
    }

    /** 30,000 datagrams of which only a first fragment comes: 40 MB, if the kernel kept them all. */
    @Test
    @Conformance("C029")
    void shouldBoundTheMemoryOfOuterFragments() throws Exception {
        KernelSite router = open(UdpChecksum.AUTO);
        byte[] lisp = TestPackets.from("10.2.0.4", "10.1.0.1").payload(1300).encapsulated(0);
        OuterPacket whole = OuterPacket.udp(KernelSite.PEER4, KernelSite.OWN4, 4341, lisp);
        for (int i = 0; i < 30_000; i++) {
            router.wire.inject(whole.firstFragment(i).octets());
        }
        String bound =
                router.exec("cat", "/proc/sys/net/ipv4/ipfrag_high_thresh").strip();
        String used = router.exec("sh", "-c", "grep FRAG /proc/net/sockstat").strip();
        long memory = Long.parseLong(used.substring(used.lastIndexOf(' ') + 1));
        assertThat(memory).as(used).isPositive().isLessThanOrEqualTo(Long.parseLong(bound) + 65_536);
        try (DatagramSocket host = router.socket("10.1.0.1", 2000)) {
            router.wire.inject(OuterPacket.udp(KernelSite.PEER4, KernelSite.OWN4, 4341, lisp("10.2.0.4", "10.1.0.1"))
                    .octets());
            assertThat(KernelSite.receive(host, 10_000)).hasSize(8);
        }
    }
}
