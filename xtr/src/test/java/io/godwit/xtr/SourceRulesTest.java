package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.testing.Conformance;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.ingress.SourceCheck;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may send what: sources that are spoofed, sites that are not served, packets that go in circles. */
@Timeout(120)
class SourceRulesTest {
    private static final String OWN = "192.0.2.2";
    private static final String PEER = "192.0.2.1";

    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
    private final FakeUnderlay underlay = new FakeUnderlay();
    private TestSite site = open(SourceCheck.OFF);

    private TestSite open(SourceCheck check, String... sources) {
        List<EidPrefix> prefixes =
                List.of(sources).stream().map(EidPrefix::parse).toList();
        TestSite fresh = new TestSite(
                underlay,
                nanos::get,
                config -> config.withRules(config.rules().with(check, prefixes)),
                OWN,
                "2001:db8:f::2");
        fresh.local("10.2.0.2");
        fresh.local("[7]10.2.0.2");
        fresh.local("2001:db8:2::2");
        return fresh;
    }

    private void reopen(SourceCheck check, String... sources) {
        site.close();
        site = open(check, sources);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void inject(String source, String destination, int instance) {
        byte[] datagram = TestPackets.from(source, destination).encapsulated(instance);
        assertThat(underlay.inject(
                        IpAddress.parse(PEER).toInetAddress(),
                        50_000,
                        IpAddress.parse(OWN).toInetAddress(),
                        4341,
                        64,
                        0,
                        datagram))
                .isTrue();
    }

    private void passes(String source, String destination) {
        inject(source, destination, 0);
        assertThat(site.awaitDelivered(0))
                .isEqualTo(TestPackets.from(source, destination).bytes());
    }

    @Test
    @Conformance("C069")
    void shouldPassInStrictModeOnlyWhatIsMappedToWhereItComesFrom() {
        reopen(SourceCheck.STRICT);
        site.remote("10.1.0.0/24", PEER);
        site.remote("2001:db8:1::/48", "192.0.2.77", PEER);
        site.remote("10.1.9.0/24", "192.0.2.77");
        site.plane.put(EidPrefix.parse("10.1.8.0/24"), new Forwarding.Negative(Action.NATIVELY_FORWARD));

        passes("10.1.0.1", "10.2.0.2");
        passes("2001:db8:1::1", "2001:db8:2::2");
        inject("10.1.9.1", "10.2.0.2", 0);
        site.awaitDrops(DropReason.INGRESS_SOURCE_MISMATCH, 1);
        inject("10.1.8.1", "10.2.0.2", 0);
        inject("10.1.7.1", "10.2.0.2", 0);
        inject("10.1.0.1", "10.2.0.2", 7);
        site.awaitDrops(DropReason.INGRESS_SOURCE_UNKNOWN, 3);
        site.assertCount(Counter.DELIVERED_PACKETS, 2);
    }

    /** What a strict router asked for lets the next packet through. */
    @Test
    @Conformance("C069")
    void shouldAskForTheMappingOfASourceThatItDoesNotKnow() {
        reopen(SourceCheck.STRICT);
        inject("10.1.7.1", "10.2.0.2", 0);
        site.awaitDrops(DropReason.INGRESS_SOURCE_UNKNOWN, 1);
        site.awaitEvent("miss 0 10.2.0.2 10.1.7.1");
        site.remote("10.1.7.1", PEER);
        passes("10.1.7.1", "10.2.0.2");
    }

    /** An EID that has just come here may have sent packets from its old site. */
    @ParameterizedTest
    @CsvSource({"LOOSE, true", "STRICT, false"})
    void shouldNotBelieveInEidsOfItsOwnFromOutside(SourceCheck check, boolean passes) {
        reopen(check);
        site.local("10.2.0.9");
        passes("10.2.0.9", "10.2.0.2");
        nanos.addAndGet(11_000_000_000L);
        if (passes) {
            passes("10.2.0.9", "10.2.0.2");
        } else {
            inject("10.2.0.9", "10.2.0.2", 0);
            site.awaitDrops(DropReason.INGRESS_SOURCE_MISMATCH, 1);
        }
    }

    @Test
    @Conformance("C070")
    void shouldServeOnlyTheSitesThatAreConfigured() {
        reopen(SourceCheck.OFF, "10.1.0.0/25", "2001:db8:1::/64", "[7]10.3.0.0/16");
        passes("10.1.0.127", "10.2.0.2");
        passes("2001:db8:1::ffff", "2001:db8:2::2");
        inject("10.1.0.128", "10.2.0.2", 0);
        inject("2001:db8:1:1::1", "2001:db8:2::2", 0);
        inject("10.3.0.1", "10.2.0.2", 0);
        inject("10.1.0.1", "10.2.0.2", 7);
        site.awaitDrops(DropReason.INGRESS_SOURCE_NOT_ALLOWED, 4);
        inject("10.3.0.1", "10.2.0.2", 7);
        assertThat(site.awaitDelivered(7)).isNotEmpty();
    }

    @Test
    @Conformance("C055")
    void shouldLearnNothingFromWhatItReceives() {
        int entries = entries();
        passes("10.1.0.1", "10.2.0.2");
        assertThat(entries()).isEqualTo(entries);
        site.tun(0).fromHost(TestPackets.from("10.2.0.2", "10.1.0.1").bytes());
        site.awaitEvent("miss 0 10.2.0.2 10.1.0.1");
        assertThat(site.events.seen).hasSize(1);
    }

    private int entries() {
        return ((Number) site.plane.status().getOrDefault("tableEntries", -1)).intValue();
    }

    @Test
    @Conformance("C068")
    void shouldNotPutAThirdLispHeaderOnAPacket() {
        site.remote("10.1.0.0/16", PEER);
        site.remote("2001:db8:1::/48", PEER);
        byte[] plain = TestPackets.from("10.9.0.1", "10.9.0.2").bytes();
        byte[] one = lisp("10.2.0.2", "10.1.0.1", plain);
        byte[] one6 = lisp("2001:db8:2::2", "2001:db8:1::1", plain);
        site.tun(0).fromHost(one);
        site.tun(0).fromHost(one6);
        site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 2);

        site.tun(0).fromHost(lisp("10.2.0.2", "10.1.0.1", one));
        site.tun(0).fromHost(lisp("10.2.0.2", "10.1.0.1", one6));
        site.tun(0).fromHost(lisp("2001:db8:2::2", "2001:db8:1::1", one));
        site.awaitDrops(DropReason.EGRESS_TOO_MANY_HEADERS, 3);
        site.assertCount(Counter.TRANSMITTED_DATAGRAMS, 2);
    }

    /** {@code inner} in a LISP packet between the two. */
    private static byte[] lisp(String source, String destination, byte[] inner) {
        byte[] packet = TestPackets.from(source, destination)
                .payload(LispHeader.LENGTH + inner.length)
                .bytes();
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        int udp = Ipv4Header.version(buffer, 0) == 4 ? 20 : 40;
        buffer.putByte(udp + 2, (byte) (LispHeader.PORT >>> 8));
        buffer.putByte(udp + 3, (byte) LispHeader.PORT);
        buffer.setMemory(udp + 8, LispHeader.LENGTH, (byte) 0);
        buffer.putBytes(udp + 8 + LispHeader.LENGTH, inner);
        return packet;
    }
}
