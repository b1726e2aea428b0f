package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.Ecn;
import io.godwit.testing.Conformance;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.ParkingLimits;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An EID that comes and goes: away, expected, arriving, local; what is parked and in which order it comes out. */
@Timeout(120)
class MobilityTest {
    private static final String OWN = "192.0.2.2";
    private static final String HOLDER = "192.0.2.1";
    private static final String OTHER = "192.0.2.3";
    private static final String EID = "10.2.0.2";

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<String> wire = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong(TimeUnit.HOURS.toNanos(1));
    private final ParkingLimits limits = new ParkingLimits(1 << 20, 64, 64, 200, 3_000, 10_000, 0);
    private final TestSite site = new TestSite(underlay, nanos::get, config -> config.withParking(limits), OWN);

    {
        underlay.tap(datagram -> {
            if (datagram.sourcePort() != 50_000) {
                byte[] payload = datagram.payload();
                byte[] inner = java.util.Arrays.copyOfRange(payload, 8, payload.length);
                wire.add(datagram.destination().getHostAddress() + " #" + TestPackets.number(inner) + " ttl "
                        + datagram.hopLimit());
            }
        });
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void fromCore(String outerSource, int number) {
        fromCore(outerSource, 64, 0, packets().number(number).encapsulated(0));
    }

    private void fromCore(String outerSource, int ttl, int trafficClass, byte[] datagram) {
        assertThat(underlay.inject(
                        IpAddress.parse(outerSource).toInetAddress(),
                        50_000,
                        IpAddress.parse(OWN).toInetAddress(),
                        4341,
                        ttl,
                        trafficClass,
                        datagram))
                .isTrue();
    }

    private static TestPackets packets() {
        return TestPackets.from("10.1.0.1", EID).ttl(64);
    }

    private void fromSite(int number) {
        site.tun(0).fromHost(packets().number(number).bytes());
    }

    private void advance(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void assertDelivered(int... numbers) {
        for (int number : numbers) {
            assertThat(TestPackets.number(site.awaitDelivered(0))).isEqualTo(number);
        }
    }

    private void awaitWire(String... lines) {
        site.await(() -> wire.size() >= lines.length, "wire " + List.of(lines) + " but " + wire);
        assertThat(wire).containsExactly(lines);
    }

    @Test
    @Conformance({"C021", "C022"})
    void shouldSendOnToWhereTheEidHasGone() {
        site.away(EID, OTHER);
        List<Integer> classes = new CopyOnWriteArrayList<>();
        underlay.tap(datagram -> classes.add(datagram.trafficClass()));

        byte[] datagram = packets().number(1).trafficClass(Ecn.ECT_0).encapsulated(0);
        fromCore(HOLDER, 40, Ecn.CE, datagram);

        awaitWire(OTHER + " #1 ttl 39");
        assertThat(classes.getLast()).isEqualTo(Ecn.CE);
        site.awaitEvent("away 0 10.2.0.2 192.0.2.1");
        site.assertCount(Counter.REENCAPSULATED_PACKETS, 1);
        assertThat(site.plane.packets(EidPrefix.parse(EID))).isEqualTo(1);
        fromSite(2);
        site.await(() -> wire.size() == 2, "second");
        assertThat(wire.get(1)).isEqualTo(OTHER + " #2 ttl 64");
    }

    @Test
    void shouldLetTheFirstPacketsAheadAndDeliverEachOnce() {
        site.expected(EID, HOLDER);
        fromCore(HOLDER, 1);
        fromCore(HOLDER, 2);
        site.await(() -> site.count(Counter.PARKED_PACKETS) == 2, "two parked");

        site.plane.put(EidPrefix.parse(EID), new Forwarding.Arriving(3));
        assertDelivered(1, 2);
        fromCore(HOLDER, 3);
        assertDelivered(3);
        fromCore(HOLDER, 4);
        site.await(() -> site.count(Counter.PARKED_PACKETS) == 4, "four parked");
        assertThat(site.delivered(0)).as("more than may go ahead").isEmpty();

        site.local(EID);
        assertDelivered(4);
        fromCore(HOLDER, 5);
        assertDelivered(5);
        site.assertCount(Counter.AHEAD_PACKETS, 3);
        assertThat(site.plane.status().get("parkedPackets")).isEqualTo(0L);
    }

    @Test
    void shouldSendOnWhatWentAheadWhenTheEidDoesNotCome() {
        site.plane.put(EidPrefix.parse(EID), new Forwarding.Arriving(2));
        fromCore(HOLDER, 1);
        fromCore(HOLDER, 2);
        fromCore(HOLDER, 3);
        assertDelivered(1, 2);
        site.await(() -> site.count(Counter.PARKED_PACKETS) == 3, "three parked");

        site.away(EID, HOLDER);
        awaitWire(HOLDER + " #1 ttl 63", HOLDER + " #2 ttl 63", HOLDER + " #3 ttl 63");
    }

    @Test
    void shouldKeepPacketsOfTheSiteUntilTheEidIsHere() {
        site.plane.put(EidPrefix.parse(EID), new Forwarding.Arriving(8));
        fromSite(1);
        fromCore(HOLDER, 2);
        assertDelivered(2);
        site.await(() -> site.count(Counter.PARKED_PACKETS) == 2, "both parked");
        assertThat(site.delivered(0)).isEmpty();
        site.local(EID);
        assertDelivered(1);
    }

    @Test
    void shouldNeverSendBackToWhereAPacketCameFrom() {
        site.away(EID, OTHER);
        fromCore(OTHER, 1);
        site.awaitDrops(DropReason.AWAY_LOOP, 1);
        assertThat(wire).isEmpty();
    }

    @Test
    void shouldSendBackToAPreparedDestinationThatDoesNotKnowOfTheSwitch() {
        site.plane.put(EidPrefix.parse(EID), new Forwarding.Leaving(TestSite.locators(OTHER)));
        fromCore(OTHER, 1);
        awaitWire(OTHER + " #1 ttl 63");
    }

    @Test
    void shouldSendWhatComesFromTheSiteBeforeWhatIsHeld() {
        site.plane.put(EidPrefix.parse(EID), new Forwarding.Leaving(TestSite.locators(OTHER), true));
        fromCore(HOLDER, 3);
        fromCore(HOLDER, 4);
        site.await(() -> site.count(Counter.PARKED_PACKETS) == 2, "two that wait");
        fromSite(1);
        fromSite(2);
        site.await(() -> wire.size() == 2, "what was sent again");

        site.plane.put(EidPrefix.parse(EID), new Forwarding.Leaving(TestSite.locators(OTHER)));
        fromCore(HOLDER, 5);

        site.await(() -> wire.size() == 5, "the rest");
        assertThat(wire)
                .extracting(one -> one.replaceAll(" ttl.*", ""))
                .containsExactly(OTHER + " #1", OTHER + " #2", OTHER + " #3", OTHER + " #4", OTHER + " #5");
    }

    @Test
    void shouldSendBackWhatWaitedWhileTheEidWentToItsSender() {
        site.plane.put(EidPrefix.parse(EID), new Forwarding.Leaving(TestSite.locators(OTHER), true));
        fromCore(OTHER, 1);
        site.awaitCount(Counter.PARKED_PACKETS, 1);

        site.away(EID, OTHER);

        awaitWire(OTHER + " #1 ttl 63");
        fromCore(OTHER, 2);
        site.awaitDrops(DropReason.AWAY_LOOP, 1);
    }

    @Test
    void shouldNotSendOnAPacketWhoseTtlIsUsedUp() {
        site.away(EID, OTHER);
        fromCore(HOLDER, 1, 0, packets().number(1).encapsulated(0));
        site.awaitDrops(DropReason.TTL_EXPIRED, 1);
        assertThat(wire).isEmpty();
    }

    @Test
    void shouldTellAwayTrafficOnceAQuarterSecondForEachSender() {
        site.away(EID, OTHER);
        for (int i = 0; i < 50; i++) {
            fromCore(HOLDER, i);
        }
        site.awaitCount(Counter.REENCAPSULATED_PACKETS, 50);
        site.assertCount(Counter.EVENTS_SENT, 1);
        site.assertCount(Counter.EVENTS_LIMITED, 49);
        site.await(() -> site.wakeUps.get() == 1, "wake-up");
        advance(251);
        site.plane.poll(site.events, 10);
        fromCore(HOLDER, 51);
        site.awaitCount(Counter.REENCAPSULATED_PACKETS, 51);
        site.await(() -> site.wakeUps.get() == 2, "second wake-up");
    }

    @Test
    void shouldSwitchToArrivingWithTheFirstPacketFromAHolder() {
        site.expected(EID, HOLDER);
        fromCore(OTHER, 1);
        awaitWire(HOLDER + " #1 ttl 63");
        fromSite(2);
        site.await(() -> wire.size() == 2, "second");

        fromCore(HOLDER, 3);
        site.awaitEvent("arriving 0 10.2.0.2 192.0.2.1");
        fromCore(OTHER, 4);
        fromCore(HOLDER, 5);
        fromSite(6);
        site.awaitCount(Counter.PARKED_PACKETS, 4);
        assertThat(wire).hasSize(2);

        site.local(EID);
        site.awaitCount(Counter.DELIVERED_PACKETS, 4);
        List<Integer> fromCore = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = TestPackets.number(site.awaitDelivered(0));
            if (number != 6) {
                fromCore.add(number);
            }
        }
        assertThat(fromCore).containsExactly(3, 4, 5);
    }

    @Test
    void shouldSendParkedPacketsOnWhenTheEidGoesElsewhereButNotBack() {
        site.arriving(EID);
        fromCore(HOLDER, 1);
        fromCore(OTHER, 2);
        fromCore(HOLDER, 3);
        site.awaitCount(Counter.PARKED_PACKETS, 3);

        site.remote(EID, OTHER);

        awaitWire(OTHER + " #1 ttl 63", OTHER + " #3 ttl 63");
        site.awaitDrops(DropReason.AWAY_LOOP, 1);
        fromCore(HOLDER, 4);
        site.awaitDrops(DropReason.INGRESS_NOT_LOCAL, 1);
    }

    @Test
    void shouldDropParkedPacketsWhenTheEntryVanishes() {
        site.arriving(EID);
        fromCore(HOLDER, 1);
        site.awaitCount(Counter.PARKED_PACKETS, 1);
        site.plane.remove(EidPrefix.parse(EID));
        site.awaitDrops(DropReason.INGRESS_NOT_LOCAL, 1);
    }

    @Test
    void shouldAskAgainForPacketsWhoseArrivalIsCalledOff() {
        site.plane.put(EidPrefix.parse("10.2.0.0/16"), new Forwarding.Dynamic());
        site.arriving(EID);
        fromSite(1);
        site.awaitCount(Counter.PARKED_PACKETS, 1);
        assertThat(site.count(Counter.EVENTS_SENT)).isZero();

        site.plane.remove(EidPrefix.parse(EID));
        site.awaitEvent("miss 0 10.1.0.1 10.2.0.2");
        site.remote(EID, OTHER);
        awaitWire(OTHER + " #1 ttl 64");
    }

    @Test
    void shouldTreatADynamicPrefixAsAMissOutwardsAndNotLocalInwards() {
        site.plane.put(EidPrefix.parse("10.2.0.0/16"), new Forwarding.Dynamic());
        fromSite(1);
        site.awaitEvent("miss 0 10.1.0.1 10.2.0.2");
        fromCore(HOLDER, 2);
        site.awaitEvent("not-local 0 10.2.0.2 192.0.2.1");
        site.awaitDrops(DropReason.INGRESS_NOT_LOCAL, 1);
    }

    @Test
    void shouldHandPacketsBackToTheKernelJustAfterAnEidBecameLocalAndDropThemLater() {
        site.local(EID);
        fromSite(1);
        assertDelivered(1);
        advance(1_001);
        fromSite(2);
        site.awaitDrops(DropReason.LOCAL_LOOP, 1);
    }

    @Test
    void shouldDropWhatIsParkedTooLong() {
        site.arriving(EID);
        fromSite(1);
        fromCore(HOLDER, 2);
        site.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.9.0.9").bytes());
        site.awaitCount(Counter.PARKED_PACKETS, 3);
        advance(3_001);
        site.awaitDrops(DropReason.PARKING_EXPIRED, 1);
        fromSite(3);
        site.awaitCount(Counter.PARKED_PACKETS, 4);
        advance(7_000);
        site.awaitDrops(DropReason.PARKING_EXPIRED, 3);

        site.local(EID);
        assertDelivered(3);
        site.await(() -> Objects.equals(site.plane.status().get("parkedPackets"), 0L), "empty lot");
    }

    @Test
    void shouldBoundWhatIsParkedForOneEid() {
        for (int i = 0; i < 70; i++) {
            fromSite(i);
        }
        site.awaitDrops(DropReason.PARKING_EID_FULL, 6);
        site.arriving("10.2.0.3");
        for (int i = 0; i < 210; i++) {
            fromCore(HOLDER, 64, 0, TestPackets.from("10.1.0.1", "10.2.0.3").encapsulated(0));
        }
        site.awaitDrops(DropReason.PARKING_EID_FULL, 16);
        site.assertCount(Counter.PARKED_PACKETS, 264);
    }

    @Test
    void shouldBoundWhatIsParkedInAll() {
        // 32 EIDs a direction; half of 1 MiB holds 248 blocks.
        for (int i = 0; i < 40; i++) {
            site.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.9.0." + i).bytes());
        }
        site.awaitDrops(DropReason.PARKING_FULL, 8);
        for (int i = 0; i < 8; i++) {
            site.tun(0)
                    .fromHost(TestPackets.from("10.1.0.1", "10.9.0.1")
                            .payload(60_000)
                            .fragmentField(0)
                            .bytes());
        }
        site.awaitDrops(DropReason.PARKING_FULL, 9);
        site.assertCount(Counter.PARKED_PACKETS, 39);
    }

    @Test
    @Conformance("C050")
    void shouldSurviveAFloodOfMisses() {
        int misses = 20_000;
        for (int i = 0; i < misses; i++) {
            String destination = "10." + (32 + (i >> 16)) + "." + (i >> 8 & 0xff) + "." + (i & 0xff);
            byte[] packet = TestPackets.from("10.1.0.1", destination).bytes();
            while (i - site.count(Counter.TUN_READ_PACKETS) > 500) {
                LockSupport.parkNanos(20_000);
            }
            site.tun(0).fromHost(packet);
        }
        site.awaitDrops(DropReason.PARKING_FULL, misses - 32);
        assertThat(site.count(Counter.EVENTS_LOST)).isPositive();
        assertThat(site.count(Counter.EVENTS_SENT) + site.count(Counter.EVENTS_LOST))
                .isEqualTo(misses);
        int polled = 0;
        int got;
        do {
            got = site.plane.poll(site.events, 1000);
            polled += got;
        } while (got > 0);
        assertThat(polled).isEqualTo((int) site.count(Counter.EVENTS_SENT));
        assertThat(site.count(Counter.INTERNAL_ERRORS)).isZero();
    }

    /** The entry flips between arriving and local while packets keep coming: nothing is lost, doubled or overtaken. */
    @Test
    void shouldKeepTheOrderThroughManySwitches() {
        site.arriving(EID);
        int next = 0;
        int expected = 0;
        for (int round = 0; round < 300; round++) {
            int burst = round % 40;
            for (int i = 0; i < burst; i++) {
                fromCore(HOLDER, next++);
            }
            site.local(EID);
            for (int i = 0; i < burst / 2; i++) {
                fromCore(HOLDER, next++);
            }
            while (expected < next) {
                assertDelivered(expected++);
            }
            site.arriving(EID);
        }
        assertThat(site.delivered(0)).isEmpty();
    }

    @Test
    void shouldReleasePacketsParkedForManyEidsWhenTheirPrefixIsPut() {
        parkTwenty();
        site.remote("10.8.0.0/16", OTHER);
        site.remote("[7]10.9.0.0/16", OTHER);
        assertThat(wire).isEmpty();
        site.remote("10.9.0.0/16", OTHER);
        site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 20);
        assertThat(wire).hasSize(20);
    }

    @Test
    void shouldReleaseWhatIsParkedForEachOfManyThatChangeTogether() {
        parkTwenty();
        site.plane.together(() -> IntStream.range(0, 20).forEach(i -> site.remote("10.9.0." + i, OTHER)));
        site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 20);
    }

    private void parkTwenty() {
        IntStream.range(0, 20).mapToObj(i -> "10.9.0." + i).forEach(to -> site.tun(0)
                .fromHost(TestPackets.from("10.1.0.1", to).number(1).bytes()));
        site.awaitCount(Counter.PARKED_PACKETS, 20);
    }
}
