package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.testing.Conformance;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What routers that trust one another put into the LISP header, on the wire; two of them where both have a part. */
@Timeout(120)
class TrustedModeTest {
    private static final String OWN = "192.0.2.1";
    private static final String PEER = "192.0.2.2";
    private static final String PEER_TOO = "192.0.2.3";
    private static final String STRANGER = "203.0.113.9";
    private static final int N = LispHeader.NONCE_PRESENT;
    private static final int E = LispHeader.ECHO_NONCE_REQUEST;
    private static final int L = LispHeader.LOCATOR_STATUS_BITS_PRESENT;
    private static final int I = LispHeader.INSTANCE_ID_PRESENT;

    /** A datagram on the wire. */
    private record Seen(String from, String to, int word0, int word1) {}

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<Seen> wire = new CopyOnWriteArrayList<>();
    private final TrustingSite site = new TrustingSite(underlay, "10.1.0.1", OWN, "2001:db8:f::1");

    {
        underlay.tap(datagram -> {
            UnsafeBuffer payload = new UnsafeBuffer(datagram.payload());
            wire.add(new Seen(
                    datagram.source().getHostAddress(),
                    datagram.destination().getHostAddress(),
                    LispHeader.word0(payload, 0),
                    LispHeader.word1(payload, 0)));
        });
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** The header of a packet that the host sends to {@code eid}, and where it goes. */
    private Seen sent(int instance, String eid) {
        wire.clear();
        site.host(instance, "10.1.0.1", eid);
        site.await(() -> !wire.isEmpty(), "datagram");
        return wire.getFirst();
    }

    private Seen sent(String eid) {
        return sent(0, eid);
    }

    private void received(String rloc, String sourceEid, int word0, int word1) {
        byte[] datagram = TestPackets.from(sourceEid, "10.1.0.1").encapsulated(0);
        LispHeader.put(new UnsafeBuffer(datagram), 0, word0, word1);
        underlay.inject(
                IpAddress.parse(rloc).toInetAddress(),
                50_000,
                IpAddress.parse(OWN).toInetAddress(),
                4341,
                64,
                0,
                datagram);
        site.handleEvents();
    }

    @Test
    @Conformance("C051")
    void shouldSendBackTheNonceThatATrustedPeerAsksFor() {
        site.mapped("10.2.0.0/24", false, PEER);
        received(PEER, "10.2.0.2", N | E | 0x123456, 0);
        assertThat(sent("10.2.0.2").word0).isEqualTo(N | 0x123456);
        site.advance(Duration.ofSeconds(2));
        assertThat(sent("10.2.0.2").word0).isZero();
    }

    @Test
    @Conformance("C030")
    void shouldNotListenToStrangers() {
        site.mapped("10.2.0.0/24", true, STRANGER);
        received(STRANGER, "10.2.0.2", N | E | L | 0x123456, 0);
        assertThat(sent("10.2.0.2").word0).isZero();
        site.advance(Duration.ofMinutes(6));
        assertThat(sent("10.2.0.2")).isEqualTo(new Seen(OWN, STRANGER, 0, 0));
    }

    @Test
    @Conformance({"C052", "C053"})
    void shouldAskForNoncesWhereTheMapReplyAllowsIt() {
        site.mapped("10.2.0.0/24", true, PEER);
        site.mapped("10.3.0.0/24", true, PEER_TOO);
        site.mapped("10.4.0.0/24", false, "192.0.2.4");
        List.of("10.2.0.2", "10.3.0.2", "10.4.0.2").forEach(this::sent);
        site.advance(Duration.ofMillis(500));

        int word0 = sent("10.2.0.2").word0;
        assertThat(word0 & (N | E | L)).isEqualTo(N | E);
        for (int i = 0; i < 5; i++) {
            assertThat(sent("10.2.0.9").word0).isEqualTo(word0);
        }
        assertThat(sent("10.3.0.2").word0 & (N | E)).isEqualTo(N | E);
        assertThat(sent("10.3.0.2").word0).as("a nonce of its own").isNotEqualTo(word0);
        assertThat(sent("10.4.0.2").word0).isZero();

        received(PEER, "10.2.0.2", N | (word0 & 0xffffff), 0);
        assertThat(sent("10.2.0.2").word0).as("answered").isZero();
        site.advance(Duration.ofSeconds(11));
        assertThat(sent("10.2.0.2").word0 & (N | E)).isEqualTo(N | E);
        assertThat(sent("10.2.0.2").word0).as("a new nonce each time").isNotEqualTo(word0);
    }

    @Test
    @Conformance("C054")
    void shouldSuspendItsOwnRequestForThePeers() {
        site.mapped("10.2.0.0/24", true, PEER);
        sent("10.2.0.2");
        site.advance(Duration.ofMillis(500));
        assertThat(sent("10.2.0.2").word0 & E).isEqualTo(E);

        received(PEER, "10.2.0.2", N | E | 0xabcdef, 0);
        assertThat(sent("10.2.0.2").word0).isEqualTo(N | 0xabcdef);
        site.advance(Duration.ofSeconds(5));
        assertThat(sent("10.2.0.2").word0).isZero();
        site.advance(Duration.ofSeconds(6));
        assertThat(sent("10.2.0.2").word0 & (N | E)).isEqualTo(N | E);
    }

    @Test
    @Conformance("C048")
    void shouldUseTheNextPriorityWhileNoNonceComesBack() {
        site.mapped("10.2.0.0/24", true, PEER, PEER_TOO);
        sent("10.2.0.2");
        site.advance(Duration.ofMillis(500));
        assertThat(sent("10.2.0.2").to).isEqualTo(PEER);
        received(PEER, "10.2.0.2", 0, 0);
        site.advance(Duration.ofSeconds(4));
        assertThat(sent("10.2.0.2").to).isEqualTo(PEER_TOO);
        site.advance(Duration.ofSeconds(61));
        assertThat(sent("10.2.0.2").to).as("tried again").isEqualTo(PEER);
    }

    /** RFC 9300 section 10.1: silence may mean that traffic goes one way only. */
    @Test
    void shouldNotGiveUpALocatorThatIsSilent() {
        site.mapped("10.2.0.0/24", true, PEER, PEER_TOO);
        for (int i = 0; i < 20; i++) {
            assertThat(sent("10.2.0.2").to).isEqualTo(PEER);
            site.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    @Conformance("C040")
    void shouldTellWhichOfItsLocatorsAreUp() {
        site.mapped("10.2.0.0/24", false, PEER);
        site.mapped("[7]10.2.0.0/24", false, PEER);
        assertThat(sent("10.2.0.2").word0).isZero();
        site.advance(Duration.ofMinutes(4));
        assertThat(sent("10.2.0.2")).isEqualTo(new Seen(OWN, PEER, 0, 0));
        site.advance(Duration.ofSeconds(61));
        assertThat(sent("10.2.0.2")).isEqualTo(new Seen(OWN, PEER, L, 0b11));
        assertThat(sent(7, "10.2.0.2")).isEqualTo(new Seen(OWN, PEER, L | I, 7 << 8 | 0b11));

        site.agent.locatorSetChanged();
        site.advance(Duration.ofSeconds(1));
        assertThat(sent("10.2.0.2")).isEqualTo(new Seen(OWN, PEER, 0, 0));
    }

    @Test
    @Conformance({"C041", "C048"})
    void shouldNotUseALocatorThatItsSiteSaysIsDown() {
        site.mapped("10.2.0.0/24", false, PEER, PEER_TOO);
        assertThat(sent("10.2.0.2").to).isEqualTo(PEER);
        received(PEER_TOO, "10.2.0.2", L, 0b10);
        assertThat(sent("10.2.0.2").to).isEqualTo(PEER_TOO);
        received(STRANGER, "10.2.0.2", L, 0b01);
        received("192.0.2.77", "10.2.0.2", L, 0b01);
        assertThat(sent("10.2.0.2").to).as("not from a locator of the site").isEqualTo(PEER_TOO);
        received(PEER_TOO, "10.2.0.2", L, 0b11);
        assertThat(sent("10.2.0.2").to).isEqualTo(PEER);
    }

    @Test
    @Conformance("C063")
    void shouldSendGpeOnlyToPeersThatAreSaidToUnderstandIt() {
        site.mapped("10.2.0.0/24", false, TrustingSite.GPE_PEER);
        site.mapped("10.3.0.0/24", false, PEER);
        sent("10.2.0.2");
        sent("10.3.0.2");
        site.advance(Duration.ofSeconds(1));
        assertThat(sent("10.2.0.2").word0).isEqualTo(LispHeader.withNextProtocol(1));
        assertThat(sent("10.3.0.2").word0).isZero();
    }

    @Test
    @Conformance("C056")
    void shouldAnswerAnUnknownSourceForThreeSecondsAndAskTheMappingSystem() {
        received(PEER, "10.9.0.9", 0, 0);
        assertThat(site.verified).containsExactly(EidPrefix.parse("10.9.0.9/32"));
        assertThat(sent("10.9.0.9").to).isEqualTo(PEER);
        site.advance(Duration.ofMillis(3100));
        wire.clear();
        site.host(0, "10.1.0.1", "10.9.0.9");
        site.awaitMiss("10.9.0.9");
        assertThat(wire).isEmpty();

        received(STRANGER, "10.9.0.8", 0, 0);
        assertThat(site.verified).hasSize(1);
    }

    @Test
    @Conformance({"C056", "C057"})
    void shouldLeaveVerifiedEntriesAlone() {
        received(PEER, "10.9.0.9", 0, 0);
        site.mapped("10.9.0.0/24", false, PEER_TOO);
        site.gleaner.onVerified(EidPrefix.parse("10.9.0.9/32"), EidPrefix.parse("10.9.0.0/24"));
        assertThat(sent("10.9.0.9").to).as("what the mapping system says").isEqualTo(PEER_TOO);
        received(PEER, "10.9.0.9", 0, 0);
        received(PEER, "10.9.0.7", 0, 0);
        assertThat(sent("10.9.0.9").to).isEqualTo(PEER_TOO);
        assertThat(sent("10.9.0.7").to).isEqualTo(PEER_TOO);
        site.advance(Duration.ofSeconds(4));
        assertThat(sent("10.9.0.9").to).isEqualTo(PEER_TOO);
        assertThat(site.verified).hasSize(1);
    }

    /** Two routers, each with the whole algorithm: paths that work stay in use, and every request is answered. */
    @Test
    @Conformance({"C051", "C052"})
    void shouldEchoBetweenTwoRouters() {
        try (TrustingSite other = new TrustingSite(underlay, "10.2.0.2", PEER)) {
            site.mapped("10.2.0.0/24", true, PEER, PEER_TOO);
            other.mapped("10.1.0.0/24", false, OWN);
            int requests = 0;
            int answers = 0;
            for (int i = 0; i < 60; i++) {
                Seen there = sent("10.2.0.2");
                assertThat(there.to).isEqualTo(PEER);
                other.handleEvents();
                wire.clear();
                other.host(0, "10.2.0.2", "10.1.0.1");
                other.await(() -> !wire.isEmpty(), "datagram");
                Seen back = wire.getFirst();
                site.handleEvents();
                requests += (there.word0 & E) != 0 ? 1 : 0;
                answers += (there.word0 & E) != 0 && back.word0 == (there.word0 & ~E) ? 1 : 0;
                site.advance(Duration.ofMillis(500));
                other.advance(Duration.ofMillis(500));
            }
            assertThat(requests).isBetween(2, 6);
            assertThat(answers).isEqualTo(requests);
        }
    }
}
