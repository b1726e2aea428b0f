package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.fake.FakeTun;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.Ecn;
import io.godwit.packet.data.LispGpe;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.ingress.SourceCheck;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.ThreadPlan;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ethernet frames of a layer-2 instance, beside the IP packets of others. */
@Timeout(120)
class FramePathTest {
    private static final String OWN = "192.0.2.2";
    private static final String PEER = "192.0.2.1";
    private static final String OTHER = "192.0.2.3";
    private static final int PORT = 50_000;

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final AtomicLong nanos = new AtomicLong(TimeUnit.HOURS.toNanos(1));
    private final List<String> wire = new CopyOnWriteArrayList<>();
    private final List<byte[]> payloads = new CopyOnWriteArrayList<>();
    private TestSite site = site(SourceCheck.OFF);

    {
        underlay.tap(datagram -> {
            if (datagram.sourcePort() != PORT) {
                wire.add(datagram.destination().getHostAddress() + " ttl " + datagram.hopLimit() + " class "
                        + datagram.trafficClass());
                payloads.add(datagram.payload());
            }
        });
    }

    private TestSite site(SourceCheck check) {
        return new TestSite(
                underlay,
                nanos::get,
                config -> TestFrames.withLayer2(PEER, OTHER)
                        .apply(config.withRules(config.rules().with(check, List.of()))),
                OWN);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private FakeTun tap() {
        return site.network.tun(TestFrames.TAP);
    }

    private void fromCore(byte[] datagram, int ttl, int trafficClass) {
        assertThat(underlay.inject(
                        IpAddress.parse(PEER).toInetAddress(),
                        PORT,
                        IpAddress.parse(OWN).toInetAddress(),
                        4341,
                        ttl,
                        trafficClass,
                        datagram))
                .isTrue();
    }

    private byte[] awaitDelivered() throws InterruptedException {
        return tap().awaitDelivered(TestSite.PATIENCE)
                .orElseThrow(() -> new AssertionError("nothing delivered; " + site.nonZero()))
                .packet();
    }

    private void awaitWire(String... lines) {
        site.await(() -> wire.size() >= lines.length, "wire " + List.of(lines) + " but " + wire);
        assertThat(wire).containsExactly(lines);
    }

    @Test
    void shouldSendAFrameInLispGpe() {
        site.remote(TestFrames.eid(2), PEER);
        byte[] frame =
                TestFrames.frame(1, 2).number(1).trafficClass(0x48 | Ecn.ECT_0).bytes();

        tap().fromHost(frame);

        awaitWire(PEER + " ttl 64 class " + (0x48 | Ecn.ECT_0));
        assertThat(HexFormat.of().formatHex(payloads.getFirst(), 0, 8)).isEqualTo("0c00000300000900");
        assertThat(payloads.getFirst()).endsWith(frame);
        site.assertCount(Counter.ENCAPSULATED_PACKETS, 1);
        assertThat(site.plane.packets(EidPrefix.parse(TestFrames.eid(2)))).isEqualTo(1);
    }

    @Test
    void shouldDeliverAFrameAsItWasSent() throws InterruptedException {
        site.local(TestFrames.eid(1));
        TestFrames frame = TestFrames.frame(2, 1).number(7).trafficClass(Ecn.ECT_0);

        fromCore(frame.encapsulated(), 3, 0x48);

        assertThat(awaitDelivered()).isEqualTo(frame.bytes());
        site.assertCount(Counter.DELIVERED_PACKETS, 1);
    }

    @Test
    void shouldTellTheInnerPacketOfCongestion() throws InterruptedException {
        site.local(TestFrames.eid(1));

        fromCore(TestFrames.frame(2, 1).trafficClass(0x48 | Ecn.ECT_0).encapsulated(), 64, Ecn.CE);
        byte[] packet = TestFrames.packet(awaitDelivered());
        assertThat(TestPackets.trafficClass(packet)).isEqualTo(0x48 | Ecn.CE);
        assertThat(TestPackets.checksumsAreRight(packet)).isTrue();

        fromCore(TestFrames.frame(2, 1).encapsulated(), 64, Ecn.CE);
        site.awaitDrops(DropReason.INGRESS_ECN, 1);
    }

    @Test
    void shouldLetAFrameWaitForItsMapping() {
        byte[] frame = TestFrames.frame(1, 2).number(1).bytes();
        tap().fromHost(frame);
        site.awaitEvent("miss 9 " + TestFrames.mac(2));
        site.awaitEvent("source 9 " + TestFrames.mac(1));
        assertThat(wire).isEmpty();

        site.remote(TestFrames.eid(2), PEER);

        awaitWire(PEER + " ttl 64 class 0");
        assertThat(payloads.getFirst()).endsWith(frame);
    }

    @Test
    void shouldSendABroadcastToEachOfTheOthers() throws InterruptedException {
        tap().fromHost(TestFrames.frame(1, TestFrames.ALL).bytes());
        awaitWire(PEER + " ttl 64 class 0", OTHER + " ttl 64 class 0");
        assertThat(payloads.get(0)).isEqualTo(payloads.get(1));

        byte[] broadcast = TestFrames.frame(2, TestFrames.ALL).bytes();
        fromCore(TestFrames.frame(2, TestFrames.ALL).encapsulated(), 64, 0);
        assertThat(awaitDelivered()).isEqualTo(broadcast);
        assertThat(wire).as("it goes no further").hasSize(2);
    }

    @Test
    void shouldSendOnToWhereTheMacHasGone() {
        site.away(TestFrames.eid(1), OTHER);

        fromCore(TestFrames.frame(2, 1).trafficClass(Ecn.ECT_0).encapsulated(), 40, Ecn.CE);

        awaitWire(OTHER + " ttl 39 class " + Ecn.CE);
        site.awaitEvent("away 9 " + TestFrames.mac(1) + " " + PEER);
        site.assertCount(Counter.REENCAPSULATED_PACKETS, 1);
        fromCore(TestFrames.frame(2, 1).encapsulated(), 1, 0);
        site.awaitDrops(DropReason.TTL_EXPIRED, 1);
        site.away(TestFrames.eid(1), PEER);
        fromCore(TestFrames.frame(2, 1).encapsulated(), 40, 0);
        site.awaitDrops(DropReason.AWAY_LOOP, 1);
    }

    @Test
    void shouldKeepFramesForAMacOnItsWay() throws InterruptedException {
        site.expected(TestFrames.eid(1), PEER);
        byte[] first = TestFrames.frame(2, 1).number(1).bytes();
        fromCore(TestFrames.frame(2, 1).number(1).encapsulated(), 64, 0);
        site.awaitEvent("arriving 9 " + TestFrames.mac(1) + " " + PEER);
        site.arriving(TestFrames.eid(1));
        tap().fromHost(TestFrames.frame(3, 1).number(2).bytes());
        site.awaitCount(Counter.PARKED_PACKETS, 2);

        site.local(TestFrames.eid(1));

        assertThat(List.of(awaitDelivered(), awaitDelivered()))
                .containsExactlyInAnyOrder(
                        first, TestFrames.frame(3, 1).number(2).bytes());
    }

    @Test
    void shouldSayWhyAFrameIsDropped() {
        site.local(TestFrames.eid(1));
        site.remote(TestFrames.eid(2), PEER);
        tap().fromHost(new byte[13]);
        tap().fromHost(TestFrames.frame(TestFrames.ALL, 2).bytes());
        site.awaitDrops(DropReason.EGRESS_BAD_FRAME, 2);
        tap().fromHost(TestFrames.frame(3, 1).bytes());
        site.awaitDrops(DropReason.LOCAL_FRAME, 1);
        tap().fromHost(TestFrames.frame(1, 2).payload(1_423).bytes());
        site.awaitDrops(DropReason.FRAME_TOO_BIG, 1);
        assertThat(wire).isEmpty();

        fromCore(TestFrames.frame(TestFrames.ALL, 1).encapsulated(), 64, 0);
        site.awaitDrops(DropReason.INGRESS_BAD_FRAME, 1);
        fromCore(TestFrames.frame(2, 1).encapsulated(0, LispGpe.ETHERNET), 64, 0);
        site.awaitDrops(DropReason.INGRESS_WRONG_LAYER, 1);
        fromCore(TestFrames.frame(2, 1).encapsulated(99, LispGpe.ETHERNET), 64, 0);
        site.awaitDrops(DropReason.INGRESS_UNKNOWN_INSTANCE, 1);
        fromCore(TestFrames.frame(2, 8).encapsulated(), 64, 0);
        site.awaitDrops(DropReason.INGRESS_NOT_LOCAL, 1);
        fromCore(TestPackets.from("10.1.0.1", "10.2.0.2").encapsulated(TestFrames.INSTANCE), 64, 0);
        site.awaitDrops(DropReason.INGRESS_NOT_LOCAL, 2);
        fromCore(TestPackets.from("2001:db8::1", "::5254:0:1").encapsulated(TestFrames.INSTANCE), 64, 0);
        site.awaitDrops(DropReason.INGRESS_WRONG_LAYER, 2);
        assertThat(tap().delivered()).isEmpty();
    }

    @Test
    void shouldCarryTheLargestFrameThatFits() {
        site.remote(TestFrames.eid(2), PEER);
        byte[] frame = TestFrames.frame(1, 2).payload(1_422).bytes();
        assertThat(frame).hasSize(1_464);
        tap().fromHost(frame);
        awaitWire(PEER + " ttl 64 class 0");
    }

    @Test
    void shouldRefuseASourceThatIsElsewhere() throws InterruptedException {
        site.close();
        site = site(SourceCheck.STRICT);
        site.local(TestFrames.eid(1));
        site.remote(TestFrames.eid(2), OTHER);
        site.remote(TestFrames.eid(3), PEER);

        fromCore(TestFrames.frame(2, 1).encapsulated(), 64, 0);
        site.awaitDrops(DropReason.INGRESS_SOURCE_MISMATCH, 1);
        fromCore(TestFrames.frame(4, TestFrames.ALL).encapsulated(), 64, 0);
        site.awaitDrops(DropReason.INGRESS_SOURCE_UNKNOWN, 1);
        site.awaitEvent("miss 9 " + TestFrames.mac(4));
        fromCore(TestFrames.frame(3, 1).encapsulated(), 64, 0);
        assertThat(awaitDelivered()).isEqualTo(TestFrames.frame(3, 1).bytes());
    }

    @Test
    void shouldTellOfAMacThatIsHereNowAndThen() {
        site.local(TestFrames.eid(1));
        site.remote(TestFrames.eid(2), PEER);
        for (int i = 0; i < 10; i++) {
            tap().fromHost(TestFrames.frame(1, 2).bytes());
        }
        site.awaitCount(Counter.ENCAPSULATED_PACKETS, 10);
        site.awaitEvent("source 9 " + TestFrames.mac(1));
        assertThat(site.events.seen).hasSize(1);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
        tap().fromHost(TestFrames.frame(1, 2).bytes());
        site.await(
                () -> {
                    site.plane.poll(site.events, 100);
                    return site.events.seen.size() == 2;
                },
                "second");
    }

    @Test
    void shouldDriveFramesAndTheWayFromTheCoreOnOneThread() throws InterruptedException {
        site.close();
        DataPlaneConfig.Threads single = DataPlaneConfig.Threads.of(ThreadPlan.SINGLE);
        site = new TestSite(
                underlay, nanos::get, config -> TestFrames.onlyLayer2().apply(config.withThreads(single)), OWN);
        assertThat(site.plane.status()).containsEntry("threads", 1);
        site.local(TestFrames.eid(1));
        site.remote(TestFrames.eid(2), PEER);

        tap().fromHost(TestFrames.frame(1, 2).bytes());
        awaitWire(PEER + " ttl 64 class 0");
        fromCore(TestFrames.frame(2, 1).encapsulated(), 64, 0);
        assertThat(awaitDelivered()).isEqualTo(TestFrames.frame(2, 1).bytes());
    }

    @Test
    void shouldKeepMacsAndIpAddressesApart() {
        Forwarding local = new Forwarding.Local();
        assertThatThrownBy(() -> site.plane.put(EidPrefix.parse("[7]52:54:00:00:00:01/48"), local))
                .hasMessageContaining("is not an IPv4 or IPv6 EID");
        assertThatThrownBy(() -> site.plane.put(EidPrefix.parse("[9]10.1.0.1/32"), local))
                .hasMessageContaining("is not a MAC EID");
    }
}
