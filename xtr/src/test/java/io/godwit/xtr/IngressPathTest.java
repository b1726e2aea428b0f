package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.UdpChecksum;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.Ecn;
import io.godwit.packet.data.LispGpe;
import io.godwit.testing.Conformance;
import io.godwit.xtr.ingress.DscpMode;
import io.godwit.xtr.ingress.SourceCheck;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams from a peer that is not ours: what is delivered, and why the rest is not. */
@Timeout(120)
class IngressPathTest {
    private static final String OWN = "192.0.2.2";
    private static final String PEER = "192.0.2.1";

    private final FakeUnderlay underlay = new FakeUnderlay();
    private TestSite site = site(DataPlaneConfig.Rules.DEFAULT);

    private TestSite site(DataPlaneConfig.Rules rules) {
        TestSite fresh = new TestSite(
                underlay, SystemNanoClock.INSTANCE, config -> config.withRules(rules), OWN, "2001:db8:f::2");
        fresh.local("10.2.0.2");
        fresh.local("[7]10.2.0.2");
        fresh.local("2001:db8:2::2");
        return fresh;
    }

    private static DataPlaneConfig.Rules rules(boolean gpe, SourceCheck check, DscpMode dscp) {
        return DataPlaneConfig.Rules.DEFAULT
                .with(UdpChecksum.ZERO)
                .withGpe(gpe)
                .with(check, List.of())
                .with(dscp);
    }

    private void reopen(DataPlaneConfig.Rules rules) {
        site.close();
        site = site(rules);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void inject(int ttl, int trafficClass, byte[] datagram) {
        assertThat(underlay.inject(
                        IpAddress.parse(PEER).toInetAddress(),
                        50_000,
                        IpAddress.parse(OWN).toInetAddress(),
                        4341,
                        ttl,
                        trafficClass,
                        datagram))
                .isTrue();
    }

    private byte[] delivered(int ttl, int trafficClass, byte[] datagram) {
        inject(ttl, trafficClass, datagram);
        return site.awaitDelivered(0);
    }

    private static TestPackets ipv4() {
        return TestPackets.from("10.1.0.1", "10.2.0.2");
    }

    private static TestPackets ipv6() {
        return TestPackets.from("2001:db8:1::1", "2001:db8:2::2");
    }

    @Test
    @Conformance({"C015", "C016"})
    void shouldDeliverTheLowerTtl() {
        for (TestPackets packets : new TestPackets[] {ipv4(), ipv6()}) {
            byte[] lowered = delivered(5, 0, packets.ttl(60).encapsulated(0));
            assertThat(TestPackets.ttl(lowered)).isEqualTo(5);
            assertThat(TestPackets.checksumsAreRight(lowered)).isTrue();
            assertThat(delivered(200, 0, packets.ttl(60).encapsulated(0)))
                    .isEqualTo(packets.ttl(60).bytes());
        }
    }

    @Test
    @Conformance({"C020", "C067"})
    void shouldCombineEcnByTheMatrixOfRfc6040() {
        int dropped = 0;
        for (int inner = 0; inner < 4; inner++) {
            for (int outer = 0; outer < 4; outer++) {
                for (TestPackets packets : new TestPackets[] {ipv4(), ipv6()}) {
                    byte[] datagram = packets.trafficClass(inner).encapsulated(0);
                    if (inner == Ecn.NOT_ECT && outer == Ecn.CE) {
                        inject(64, outer, datagram);
                        dropped++;
                        continue;
                    }
                    int expected = inner == Ecn.CE || outer == Ecn.CE
                            ? Ecn.CE
                            : inner == Ecn.ECT_0 && outer == Ecn.ECT_1 ? Ecn.ECT_1 : inner;
                    byte[] packet = delivered(64, outer, datagram);
                    assertThat(TestPackets.trafficClass(packet)).isEqualTo(expected);
                    assertThat(TestPackets.checksumsAreRight(packet)).isTrue();
                }
            }
        }
        site.awaitDrops(DropReason.INGRESS_ECN, dropped);
        assertThat(dropped).isEqualTo(2);
    }

    @Test
    @Conformance("C018")
    void shouldCopyTheDscpInwardsUnlessThePipeModelIsConfigured() {
        int outer = 46 << 2;
        for (TestPackets packets : new TestPackets[] {ipv4(), ipv6()}) {
            byte[] datagram = packets.trafficClass(10 << 2).encapsulated(0);
            assertThat(TestPackets.trafficClass(delivered(64, outer, datagram))).isEqualTo(outer);
        }
        reopen(rules(true, SourceCheck.OFF, DscpMode.PIPE));
        for (TestPackets packets : new TestPackets[] {ipv4(), ipv6()}) {
            byte[] datagram = packets.trafficClass(10 << 2).encapsulated(0);
            assertThat(TestPackets.trafficClass(delivered(64, outer, datagram))).isEqualTo(10 << 2);
        }
    }

    @Test
    @Conformance({"C032", "C034", "C039"})
    void shouldIgnoreWhatNonceVersionsAndStatusBitsSay() {
        byte[] nonceAndVersion = ipv4().encapsulated(0);
        nonceAndVersion[0] = (byte) 0x90;
        nonceAndVersion[1] = 0x55;
        byte[] echoOnly = ipv4().encapsulated(0);
        echoOnly[0] = 0x20;
        byte[] junkStatusBits = ipv4().encapsulated(7);
        junkStatusBits[7] = (byte) 0xa5;

        assertThat(delivered(64, 0, nonceAndVersion)).isEqualTo(ipv4().bytes());
        assertThat(delivered(64, 0, echoOnly)).isEqualTo(ipv4().bytes());
        inject(64, 0, junkStatusBits);
        assertThat(site.awaitDelivered(7)).isEqualTo(ipv4().bytes());
    }

    @Test
    @Conformance({"C061", "C064"})
    void shouldAcceptGpeAndIgnoreItsUnusedBits() {
        byte[] gpe4 = ipv4().encapsulated(0);
        gpe4[0] = (byte) (0x04 | 0xb0);
        gpe4[1] = 0x12;
        gpe4[2] = 0x34;
        gpe4[3] = 1;
        byte[] gpe6 = ipv6().encapsulated(0);
        gpe6[0] = 0x04;
        gpe6[3] = 2;
        assertThat(delivered(64, 0, gpe4)).isEqualTo(ipv4().bytes());
        assertThat(delivered(64, 0, gpe6)).isEqualTo(ipv6().bytes());

        byte[] ethernet = ipv4().encapsulated(0);
        ethernet[0] = 0x04;
        ethernet[3] = 3;
        inject(64, 0, ethernet);
        site.awaitDrops(DropReason.INGRESS_WRONG_LAYER, 1);
        ethernet[3] = 4;
        inject(64, 0, ethernet);
        site.awaitDrops(DropReason.INGRESS_GPE_PROTOCOL, 1);
        gpe6[3] = 1;
        inject(64, 0, gpe6);
        site.awaitDrops(DropReason.INGRESS_BAD_VERSION, 1);
    }

    @Test
    @Conformance("C065")
    void shouldDropShimsThatItDoesNotKnow() {
        byte[] shim = ipv4().encapsulated(0);
        shim[0] = 0x04;
        shim[3] = (byte) LispGpe.FIRST_SHIM;
        inject(64, 0, shim);
        shim[3] = (byte) LispGpe.LAST_SHIM;
        inject(64, 0, shim);
        site.awaitDrops(DropReason.INGRESS_GPE_SHIM, 2);
    }

    @Test
    @Conformance("C033")
    void shouldIgnoreTheReservedBitWhenGpeIsOff() {
        reopen(rules(false, SourceCheck.OFF, DscpMode.UNIFORM));
        byte[] datagram = ipv4().encapsulated(0);
        datagram[0] = 0x04;
        datagram[3] = 77;
        assertThat(delivered(64, 0, datagram)).isEqualTo(ipv4().bytes());
    }

    @Test
    @Conformance({"C037", "C060"})
    void shouldDropWhatIsMalformedWithItsReason() {
        inject(64, 0, ipv4().encapsulated(9));
        site.awaitDrops(DropReason.INGRESS_UNKNOWN_INSTANCE, 1);
        inject(64, 0, new byte[27]);
        inject(64, 0, new byte[0]);
        site.awaitDrops(DropReason.INGRESS_RUNT, 2);
        byte[] encrypted = ipv4().encapsulated(0);
        encrypted[0] = 0x01;
        inject(64, 0, encrypted);
        site.awaitDrops(DropReason.INGRESS_ENCRYPTED, 1);
        for (int version : new int[] {0, 5, 15}) {
            byte[] bad = ipv4().encapsulated(0);
            bad[8] = (byte) (version << 4 | 5);
            inject(64, 0, bad);
        }
        site.awaitDrops(DropReason.INGRESS_BAD_VERSION, 3);
        byte[] lies4 = ipv4().encapsulated(0);
        lies4[10] = 0x7f;
        byte[] lies6 = ipv6().encapsulated(0);
        lies6[12] = 0x7f;
        byte[] shortHeader = ipv4().encapsulated(0);
        shortHeader[8] = 0x44;
        inject(64, 0, lies4);
        inject(64, 0, lies6);
        inject(64, 0, shortHeader);
        site.awaitDrops(DropReason.INGRESS_BAD_LENGTH, 3);
        for (String source : new String[] {"224.0.0.1", "127.0.0.1", "0.0.0.0"}) {
            inject(64, 0, TestPackets.from(source, "10.2.0.2").encapsulated(0));
        }
        for (String source : new String[] {"ff02::1", "::1", "::"}) {
            inject(64, 0, TestPackets.from(source, "2001:db8:2::2").encapsulated(0));
        }
        site.awaitDrops(DropReason.INGRESS_BAD_SOURCE, 6);
        inject(64, 0, TestPackets.from("10.1.0.1", "10.9.9.9").encapsulated(0));
        site.awaitDrops(DropReason.INGRESS_NOT_LOCAL, 1);
        assertThat(site.count(Counter.DELIVERED_PACKETS)).isZero();
        assertThat(site.count(Counter.INTERNAL_ERRORS)).isZero();
    }

    @Test
    void shouldCutOffWhatFollowsTheInnerPacket() {
        byte[] packet = ipv4().bytes();
        byte[] padded = java.util.Arrays.copyOf(ipv4().encapsulated(0), 8 + packet.length + 13);
        assertThat(delivered(64, 0, padded)).isEqualTo(packet);
    }

    @Test
    @Conformance("C069")
    void shouldDropASourceThatIsMappedElsewhereWhenAskedTo() {
        reopen(rules(true, SourceCheck.LOOSE, DscpMode.UNIFORM));
        site.remote("10.1.0.1", PEER);
        site.remote("10.1.0.9", "192.0.2.77");
        site.remote("2001:db8:1::1", "192.0.2.77");

        delivered(64, 0, ipv4().encapsulated(0));
        delivered(64, 0, TestPackets.from("10.1.0.50", "10.2.0.2").encapsulated(0));
        inject(64, 0, TestPackets.from("10.1.0.9", "10.2.0.2").encapsulated(0));
        inject(64, 0, ipv6().encapsulated(0));
        site.awaitDrops(DropReason.INGRESS_SOURCE_MISMATCH, 2);
        site.assertCount(Counter.DELIVERED_PACKETS, 2);
    }

    @Test
    void shouldCountWhatTheTunDeviceRefuses() {
        site.tun(0).refuseWrites(5);
        inject(64, 0, ipv4().encapsulated(0));
        site.awaitDrops(DropReason.DELIVER_REFUSED, 1);
        site.tun(0).refuseWrites(0);
        for (int i = 0; i < 1100; i++) {
            inject(64, 0, ipv4().encapsulated(0));
            // Until it is written or dropped: two that wait together would be written as one.
            long all = i + 2L;
            site.await(() -> accounted() == all, "one more accounted for");
        }
        site.awaitDrops(DropReason.DELIVER_QUEUE_FULL, 1100 - 1024);
    }

    /** Every datagram is accounted for: delivered, or dropped for one reason. */
    @Test
    @Conformance("C060")
    void shouldSurviveGarbageAndAccountForAllOfIt() {
        Random random = new Random(4341);
        int sent = 20_000;
        for (int i = 0; i < sent; i++) {
            byte[] datagram;
            if (random.nextBoolean()) {
                datagram = new byte[random.nextInt(200)];
                random.nextBytes(datagram);
            } else {
                datagram = (random.nextBoolean() ? ipv4() : ipv6()).encapsulated(random.nextInt(3) * 7);
                for (int flips = random.nextInt(4); flips > 0; flips--) {
                    datagram[random.nextInt(datagram.length)] = (byte) random.nextInt();
                }
            }
            inject(random.nextInt(256), random.nextInt(256), datagram);
            if (i % 500 == 499) {
                site.awaitCount(Counter.RECEIVED_DATAGRAMS, i + 1);
                drain();
            }
        }
        site.await(() -> accounted() == sent, "all accounted for");
        assertThat(site.count(Counter.INTERNAL_ERRORS)).isZero();
        assertThat(site.count(Counter.DELIVERED_PACKETS)).isPositive();
    }

    private void drain() {
        while (site.delivered(0).isPresent() || site.delivered(7).isPresent()) {
            Thread.onSpinWait();
        }
    }

    private long accounted() {
        long sum = 0;
        for (Map.Entry<String, Long> counter : site.plane.counters().entrySet()) {
            sum += counter.getKey().startsWith("drop-") ? counter.getValue() : 0;
        }
        return sum + site.count(Counter.DELIVERED_PACKETS);
    }
}
