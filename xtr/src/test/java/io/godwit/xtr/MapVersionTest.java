package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.testing.Conformance;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.ingress.Trust;
import io.godwit.xtr.observe.DropReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Map-versions in data packets between routers that trust one another: what is sent, and what is let in. */
@Timeout(120)
class MapVersionTest {
    private static final String OWN = "192.0.2.1";
    private static final String PEER = "192.0.2.2";
    private static final String STRANGER = "203.0.113.9";
    private static final long V = (long) LispHeader.MAP_VERSIONS_PRESENT << 32;
    private static final int I = LispHeader.INSTANCE_ID_PRESENT;

    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<Integer> sent = new CopyOnWriteArrayList<>();
    private final TestSite site = new TestSite(
            underlay,
            nanos::get,
            config -> config.withRules(config.rules()
                    .with(new Trust(List.of(EidPrefix.parse("192.0.2.0/24")), false, false, true, false))),
            OWN);

    {
        underlay.tap(datagram -> sent.add(LispHeader.word0(new UnsafeBuffer(datagram.payload()), 0)));
        for (String instance : List.of("", "[7]")) {
            local(instance + "10.1.0.0/24", 5);
            local(instance + "10.1.1.1/32", 0);
            remote(instance + "10.2.0.0/24", 7, PEER);
            remote(instance + "10.3.0.0/24", 0, PEER);
        }
        remote("10.4.0.0/24", 7, STRANGER);
        remote("10.5.0.0/24", 7, PEER, "192.0.2.3");
        for (String trusted : List.of(PEER, "192.0.2.3")) {
            site.plane.header(IpAddress.parse(trusted), V, V);
        }
    }

    private void local(String eid, int version) {
        site.plane.put(EidPrefix.parse(eid), new Forwarding.Local(version));
    }

    private void remote(String eid, int version, String... rlocs) {
        site.plane.put(EidPrefix.parse(eid), new Forwarding.Remote(TestSite.locators(rlocs), version));
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** The first word of the header of a packet from here. */
    private int sent(int instance, String source, String destination) {
        sent.clear();
        site.tun(instance).fromHost(TestPackets.from(source, destination).bytes());
        site.await(() -> !sent.isEmpty(), "datagram");
        return sent.getFirst();
    }

    private void inject(String rloc, int word0, TestPackets packet) {
        byte[] datagram = packet.encapsulated(0);
        LispHeader.put(new UnsafeBuffer(datagram), 0, word0, 0);
        underlay.inject(
                IpAddress.parse(rloc).toInetAddress(),
                50_000,
                IpAddress.parse(OWN).toInetAddress(),
                LispHeader.PORT,
                64,
                0,
                datagram);
    }

    private static TestPackets packet() {
        return TestPackets.from("10.2.0.2", "10.1.0.1");
    }

    private void assertDelivered(String rloc, int word0, TestPackets packet) {
        inject(rloc, word0, packet);
        assertThat(site.awaitDelivered(0)).isEqualTo(packet.bytes());
    }

    private void assertDropped(int word0, TestPackets packet) {
        long before = site.count(DropReason.INGRESS_MAP_VERSION);
        inject(PEER, word0, packet);
        site.awaitDrops(DropReason.INGRESS_MAP_VERSION, before + 1);
    }

    private static int versions(int source, int destination) {
        return LispHeader.withMapVersions(source, destination);
    }

    private boolean saw(String event) {
        site.plane.poll(site.events, 100);
        return site.events.seen.contains(event);
    }

    @Test
    @Conformance("C212")
    void shouldSendTheVersionsOfBothMappingsIfThereAre() {
        assertThat(sent(0, "10.1.0.1", "10.2.0.2")).isEqualTo(versions(5, 7));
        assertThat(sent(7, "10.1.0.1", "10.2.0.2")).isEqualTo(I | versions(5, 7));
        assertThat(sent(0, "10.1.1.1", "10.2.0.2"))
                .as("a source without version")
                .isEqualTo(versions(0, 7));
        assertThat(sent(0, "10.1.0.1", "10.3.0.2")).isZero();
        assertThat(sent(7, "10.1.0.1", "10.3.0.2")).isEqualTo(I);
        assertThat(sent(0, "10.1.0.1", "10.4.0.2")).as("not trusted").isZero();
        for (int host = 1; host < 20; host++) {
            assertThat(sent(0, "10.1.0.1", "10.5.0." + host)).isEqualTo(versions(5, 7));
        }
    }

    @Test
    @Conformance("C213")
    void shouldDropVersionsTowardsAMappingWithout() {
        assertDropped(versions(7, 5), TestPackets.from("10.2.0.2", "10.1.1.1"));
        assertDropped(versions(7, 0), packet());
        assertDelivered(PEER, 0, TestPackets.from("10.2.0.2", "10.1.1.1"));
        assertThat(site.events.seen).isEmpty();
    }

    @Test
    @Conformance("C214")
    void shouldDropAndTellOfNewerVersionsThanItsOwn() {
        assertDelivered(PEER, versions(7, 5), packet());
        assertDropped(versions(7, 6), packet());
        assertThat(saw("destination-version 10.1.0.1 192.0.2.2 6")).isTrue();
    }

    @Test
    @Conformance("C215")
    void shouldTellOfOldVersionsAndDropThemWhenThatWasInVain() {
        assertDelivered(PEER, versions(7, 4), packet());
        assertThat(saw("destination-version 10.1.0.1 192.0.2.2 4")).isTrue();
        site.plane.refuseStale(List.of(IpAddress.parse(PEER)));
        assertDropped(versions(7, 4), packet());
        assertDelivered(PEER, versions(7, 5), packet());
        site.plane.refuseStale(List.of());
        assertDelivered(PEER, versions(7, 4), packet());
    }

    @Test
    @Conformance("C216")
    void shouldCheckTheVersionOfTheSource() {
        assertDropped(versions(6, 5), packet());
        assertDelivered(PEER, versions(8, 5), packet());
        assertThat(saw("source-version 10.2.0.2 192.0.2.2 8")).isTrue();
        assertDelivered(PEER, versions(0, 5), packet());
        assertDelivered(PEER, versions(1, 5), TestPackets.from("10.3.0.2", "10.1.0.1"));
        assertDelivered(PEER, versions(1, 5), TestPackets.from("10.9.0.2", "10.1.0.1"));
        assertThat(site.events.seen).hasSize(1);
    }

    @Test
    @Conformance("C032")
    void shouldLookAtNoVersionsOfStrangersNorBesideANonce() {
        assertDelivered(STRANGER, versions(6, 6), packet());
        assertDelivered(PEER, LispHeader.NONCE_PRESENT | versions(6, 6), packet());
        assertThat(site.count(DropReason.INGRESS_MAP_VERSION)).isZero();
    }
}
