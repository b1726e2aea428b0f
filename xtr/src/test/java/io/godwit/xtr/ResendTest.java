package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.ring.ParkingLimits;
import io.godwit.xtr.ring.ThreadPlan;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host that went without a word: what was delivered to it shortly before that is known is sent to where it is. */
@Timeout(120)
class ResendTest {
    private static final String OWN = "192.0.2.2";
    private static final String SENDER = "192.0.2.1";
    private static final String OTHER = "192.0.2.3";
    private static final String EID = "10.2.0.2";
    private static final int WINDOW = 100;
    /** Of a host that has sent nothing. */
    private static final int NEWS = 8;

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<String> wire = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong(TimeUnit.HOURS.toNanos(1));

    {
        underlay.tap(datagram -> {
            if (datagram.sourcePort() != 50_000) {
                byte[] inner = Arrays.copyOfRange(datagram.payload(), 8, datagram.payload().length);
                wire.add(datagram.destination().getHostAddress() + " #" + TestPackets.number(inner) + " ttl "
                        + TestPackets.ttl(inner));
            }
        });
    }

    private TestSite site(ThreadPlan plan, int window) {
        ParkingLimits limits = new ParkingLimits(1 << 20, 64, 64, 200, 3_000, 10_000, window);
        return new TestSite(
                underlay,
                nanos::get,
                config ->
                        config.withThreads(new DataPlaneConfig.Threads(plan, 0)).withParking(limits),
                OWN);
    }

    private void deliver(TestSite site, int number, TestPackets packets) {
        deliver(site, 0, number, packets);
    }

    private void deliver(TestSite site, int instance, int number, TestPackets packets) {
        assertThat(underlay.inject(
                        IpAddress.parse(SENDER).toInetAddress(),
                        50_000,
                        IpAddress.parse(OWN).toInetAddress(),
                        4341,
                        64,
                        0,
                        packets.number(number).ttl(50).encapsulated(instance)))
                .isTrue();
        assertThat(TestPackets.number(site.awaitDelivered(instance))).isEqualTo(number);
    }

    private static TestPackets to(String eid) {
        return TestPackets.from(eid.contains(":") ? "2001:db8:1::1" : "10.1.0.1", eid);
    }

    private void advance(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static void gone(TestSite site, String eid, String to) {
        Locator locator = new Locator(IpAddress.parse(to), 1, 1);
        site.plane.put(EidPrefix.parse(eid), new Forwarding.Away(List.of(locator), true));
    }

    @ParameterizedTest
    @EnumSource(ThreadPlan.class)
    void shouldResendWhatCameLatelyBeforeAnythingNewer(ThreadPlan plan) {
        try (TestSite site = site(plan, WINDOW)) {
            site.local(EID);
            site.local("10.2.0.3");
            deliver(site, 1, to(EID));
            advance(NEWS + 1);
            deliver(site, 2, to(EID));
            deliver(site, 3, to("10.2.0.3"));
            advance(NEWS - 1);
            deliver(site, 4, to(EID));

            gone(site, EID, OTHER);
            site.await(() -> wire.size() == 2, "two on the wire, not " + wire);
            assertThat(wire).containsExactly(OTHER + " #2 ttl 49", OTHER + " #4 ttl 49");
            site.assertCount(Counter.RESENT_PACKETS, 2);

            // Each once, however often its entry is put.
            gone(site, EID, SENDER);
            gone(site, "10.2.0.3", OTHER);
            site.await(() -> wire.size() == 3, "three on the wire, not " + wire);
            assertThat(wire.getLast()).isEqualTo(OTHER + " #3 ttl 49");
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadPlan.class)
    void shouldResendWhatCameSinceTheHostSentSomething(ThreadPlan plan) {
        try (TestSite site = site(plan, WINDOW)) {
            site.local(EID);
            site.remote("10.1.0.0/24", SENDER);
            deliver(site, 1, to(EID));
            advance(2);
            deliver(site, 2, to(EID));
            advance(1);
            site.tun(0).fromHost(TestPackets.from(EID, "10.1.0.1").number(99).bytes());
            site.await(() -> wire.size() == 1, "the host's own on the wire");
            advance(NEWS * 3);
            deliver(site, 3, to(EID));
            advance(NEWS * 2);

            gone(site, EID, OTHER);
            site.await(() -> wire.size() == 3, "two more on the wire, not " + wire);
            // The second may not have been read when the host sent its own.
            assertThat(wire).endsWith(OTHER + " #2 ttl 49", OTHER + " #3 ttl 49");
            site.assertCount(Counter.RESENT_PACKETS, 2);
        }
    }

    @Test
    void shouldNotTrustThatAHostIsGoneSinceItSentSomethingLongAgo() {
        try (TestSite site = site(ThreadPlan.INLINE, WINDOW)) {
            site.local(EID);
            site.remote("10.1.0.0/24", SENDER);
            site.tun(0).fromHost(TestPackets.from(EID, "10.1.0.1").number(99).bytes());
            site.await(() -> wire.size() == 1, "the host's own on the wire");
            advance(1);
            deliver(site, 1, to(EID));
            advance(WINDOW - NEWS);
            deliver(site, 2, to(EID));
            advance(NEWS);

            gone(site, EID, OTHER);
            site.await(() -> wire.size() == 2, "one more on the wire, not " + wire);
            assertThat(wire).endsWith(OTHER + " #2 ttl 49");
        }
    }

    @Test
    void shouldResendIpv6AndToWhereItCameFrom() {
        String eid = "2001:db8:2::2";
        try (TestSite site = site(ThreadPlan.INLINE, WINDOW)) {
            site.local(eid);
            deliver(site, 1, to(eid));

            // The sender's own site has it now.
            gone(site, eid, SENDER);
            site.await(() -> wire.size() == 1, "one on the wire");
            assertThat(wire).containsExactly(SENDER + " #1 ttl 49");
        }
    }

    @Test
    void shouldTellHostsOfOneAddressApartByTheirInstances() {
        try (TestSite site = site(ThreadPlan.INLINE, WINDOW)) {
            site.local(EID);
            site.local("[7]" + EID);
            site.remote("10.1.0.0/24", SENDER);
            deliver(site, 0, 1, to(EID));
            deliver(site, 7, 2, to(EID));
            advance(NEWS + 1);
            deliver(site, 7, 3, to(EID));
            // Of the other instance: it says nothing of this one.
            site.tun(0).fromHost(TestPackets.from(EID, "10.1.0.1").number(99).bytes());
            site.await(() -> wire.size() == 1, "the host's own on the wire");

            gone(site, "[7]" + EID, OTHER);
            site.await(() -> wire.size() == 2, "one more on the wire, not " + wire);
            assertThat(wire).endsWith(OTHER + " #3 ttl 49");
            site.assertCount(Counter.RESENT_PACKETS, 1);
        }
    }

    @Test
    void shouldResendNothingOfAHostWhoseMoveWasAnnounced() {
        try (TestSite site = site(ThreadPlan.INLINE, WINDOW)) {
            site.local(EID);
            site.local("10.2.0.3");
            deliver(site, 1, to(EID));
            deliver(site, 2, to("10.2.0.3"));

            site.away(EID, OTHER);
            gone(site, "10.2.0.3", OTHER);
            site.await(() -> !wire.isEmpty(), "one on the wire");
            assertThat(wire).containsExactly(OTHER + " #2 ttl 49");
        }
    }

    @Test
    void shouldKeepNothingWhereThatIsTurnedOff() {
        try (TestSite site = site(ThreadPlan.INLINE, 0)) {
            site.local(EID);
            deliver(site, 1, to(EID));
            gone(site, EID, OTHER);
            site.local(EID);
            deliver(site, 2, to(EID));
            assertThat(wire).isEmpty();
            site.assertCount(Counter.RESENT_PACKETS, 0);
        }
    }
}
