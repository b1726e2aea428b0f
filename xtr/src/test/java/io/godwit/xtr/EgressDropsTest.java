package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.VnetHeader;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.UdpHeader;
import io.godwit.testing.Conformance;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes out of a TUN device and does not belong into the tunnel. */
@Timeout(120)
class EgressDropsTest {
    private final FakeUnderlay underlay = new FakeUnderlay();
    private final TestSite site = new TestSite(underlay, SystemNanoClock.INSTANCE, config -> config, "192.0.2.1");

    @AfterEach
    void close() {
        site.close();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.1, 224.0.0.251, EGRESS_MULTICAST",
        "10.1.0.1, 255.255.255.255, EGRESS_MULTICAST",
        "fe80::1, ff02::2, EGRESS_MULTICAST",
        "2001:db8::1, ff02::16, EGRESS_MULTICAST",
        "fe80::1, 2001:db8::2, EGRESS_LINK_LOCAL",
        "2001:db8::1, fe80::2, EGRESS_LINK_LOCAL",
        "169.254.1.1, 10.2.0.2, EGRESS_LINK_LOCAL",
        "0.0.0.0, 10.2.0.2, EGRESS_BAD_ADDRESS",
        "10.1.0.1, 127.0.0.1, EGRESS_BAD_ADDRESS",
        "224.0.0.1, 10.2.0.2, EGRESS_BAD_ADDRESS",
        "::, 2001:db8::2, EGRESS_BAD_ADDRESS",
        "2001:db8::1, ::1, EGRESS_BAD_ADDRESS",
        "ff02::1, 2001:db8::2, EGRESS_BAD_ADDRESS"
    })
    void shouldNotLookUpNoise(String source, String destination, DropReason reason) {
        site.tun(0).fromHost(TestPackets.from(source, destination).bytes());
        site.awaitDrops(reason, 1);
        assertThat(site.count(Counter.EVENTS_SENT)).isZero();
    }

    @Test
    void shouldDropWhatIsNoIpPacket() {
        site.tun(0).fromHost(new byte[0]);
        site.tun(0).fromHost(new byte[] {0x10, 1, 2, 3});
        site.awaitDrops(DropReason.EGRESS_BAD_VERSION, 2);
        site.tun(0).fromHost(new byte[] {0x45, 0, 0, 20});
        byte[] lies = TestPackets.from("2001:db8::1", "2001:db8::2").bytes();
        lies[4] = 0x70;
        site.tun(0).fromHost(lies);
        site.awaitDrops(DropReason.EGRESS_BAD_LENGTH, 2);
    }

    @Test
    void shouldDropOffloadsThatWereNotAskedFor() {
        byte[] header = new byte[VnetHeader.LENGTH];
        VnetHeader.put(new UnsafeBuffer(header), 0, 0, VnetHeader.GSO_TCPV4, 40, 1400, 20, 16);
        site.tun(0).fromHost(header, TestPackets.from("10.1.0.1", "10.2.0.2").bytes());
        VnetHeader.put(new UnsafeBuffer(header), 0, VnetHeader.F_NEEDS_CSUM, 0, 0, 0, 0x7fff, 16);
        site.tun(0).fromHost(header, TestPackets.from("10.1.0.1", "10.2.0.2").bytes());
        site.awaitDrops(DropReason.EGRESS_UNSUPPORTED_OFFLOAD, 2);
    }

    @ParameterizedTest
    @CsvSource({"10.1.0.1, 10.2.0.2, 20", "2001:db8:1::1, 2001:db8:2::2, 40"})
    void shouldCompleteTheChecksumThatTheKernelLeftOut(String source, String destination, int start) {
        site.local(destination);
        byte[] packet = TestPackets.from(source, destination).payload(33).bytes();
        byte[] partial = packet.clone();
        UnsafeBuffer buffer = new UnsafeBuffer(partial);
        UdpHeader.putChecksum(buffer, start, 0);
        int length = packet.length - start;
        long pseudo = start == 20
                ? Checksum.pseudoHeader4(buffer, 0, IpProtocol.UDP, length)
                : Checksum.pseudoHeader6(buffer, 0, IpProtocol.UDP, length);
        UdpHeader.putChecksum(buffer, start, Checksum.fold(pseudo));
        byte[] header = new byte[VnetHeader.LENGTH];
        VnetHeader.put(new UnsafeBuffer(header), 0, VnetHeader.F_NEEDS_CSUM, 0, 0, 0, start, UdpHeader.CHECKSUM_OFFSET);

        site.tun(0).fromHost(header, partial);

        assertThat(site.awaitDelivered(0)).isEqualTo(packet);
        site.assertCount(Counter.CHECKSUMS_COMPLETED, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_ACTION, NEGATIVE_NO_ACTION",
        "NATIVELY_FORWARD, NEGATIVE_NATIVELY_FORWARD",
        "DROP_NO_REASON, NEGATIVE_DROP",
        "UNASSIGNED_6, NEGATIVE_DROP",
        "DROP_POLICY_DENIED, NEGATIVE_POLICY_DENIED",
        "DROP_AUTH_FAILURE, NEGATIVE_AUTH_FAILURE"
    })
    @Conformance({"C126", "C129"})
    void shouldDropByTheActionOfANegativeMapping(Action action, DropReason reason) {
        site.plane.put(EidPrefix.parse("10.2.0.0/16"), new Forwarding.Negative(action));
        site.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").bytes());
        site.awaitDrops(reason, 1);
    }

    @ParameterizedTest
    @Conformance("C128")
    @CsvSource({"10.1.0.1, 10.2.0.2, 20, 3, 13", "2001:db8:1::1, 2001:db8:2::2, 40, 1, 1"})
    void shouldTellTheSourceThatItsPacketWasRefused(String source, String destination, int icmp, int type, int code) {
        site.plane.put(EidPrefix.parse("10.2.0.0/16"), new Forwarding.Negative(Action.DROP_NO_REASON));
        site.plane.put(EidPrefix.parse("2001:db8:2::/48"), new Forwarding.Negative(Action.DROP_POLICY_DENIED));
        byte[] packet = TestPackets.from(source, destination).bytes();
        site.tun(0).fromHost(packet);

        byte[] told = site.awaitDelivered(0);
        assertThat(told[icmp]).isEqualTo((byte) type);
        assertThat(told[icmp + 1]).isEqualTo((byte) code);
        assertThat(Arrays.copyOfRange(told, icmp + 8, told.length)).isEqualTo(packet);
        site.awaitCount(Counter.PROHIBITED_SENT, 1);
    }

    @Test
    @Conformance("C124")
    void shouldGiveBackToTheKernelWhatWaitedForAnAnswerThatSaysForwardNatively() {
        byte[] packet = TestPackets.from("10.1.0.1", "10.2.0.2").bytes();
        site.tun(0).fromHost(packet);
        site.awaitEvent("miss 0 10.1.0.1 10.2.0.2");
        site.plane.put(EidPrefix.parse("10.2.0.0/16"), new Forwarding.Negative(Action.NATIVELY_FORWARD));
        assertThat(site.awaitDelivered(0)).isEqualTo(packet);

        site.tun(0).fromHost(packet);
        site.awaitDrops(DropReason.NEGATIVE_NATIVELY_FORWARD, 1);
    }

    @Test
    void shouldAskWhenTheNegativeMappingSaysSo() {
        site.plane.put(EidPrefix.parse("10.2.0.0/16"), new Forwarding.Negative(Action.SEND_MAP_REQUEST));
        site.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").bytes());
        site.awaitEvent("miss 0 10.1.0.1 10.2.0.2");
        site.assertCount(Counter.PARKED_PACKETS, 1);
    }

    @Test
    void shouldDropWhatNoLocatorCanTake() {
        Locator unusable = new Locator(IpAddress.parse("192.0.2.2"), 255, 1);
        site.plane.put(EidPrefix.parse("10.2.0.0/16"), new Forwarding.Remote(List.of(unusable)));
        site.remote("10.3.0.0/16", "2001:db8::9");
        site.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").bytes());
        site.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.3.0.2").bytes());
        site.awaitDrops(DropReason.NO_LOCATOR, 2);
    }

    @Test
    void shouldDropAPacketWithoutHops() {
        site.remote("10.2.0.2", "192.0.2.2");
        site.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").ttl(0).bytes());
        site.awaitDrops(DropReason.TTL_EXPIRED, 1);
    }
}
