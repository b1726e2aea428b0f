package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.config.DdtConfig;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.ReferralAction;
import io.godwit.testing.Conformance;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 8111: what a DDT node, which is a map-server too, says about an EID. */
class DdtNodeTest {
    private final World world = new World();
    private final TestXtr etr = world.xtr(1);
    private final TestXtr resolver = world.xtr(2);

    @BeforeEach
    void delegate() {
        world.server.ddt(config());
    }

    private static DdtConfig config(String... peers) {
        return new DdtConfig(
                List.of(EidPrefix.parse("10.0.0.0/8"), EidPrefix.parse("[7]10.0.0.0/8")),
                List.of(
                        new DdtConfig.Delegation(
                                EidPrefix.parse("10.64.0.0/16"), addresses("192.0.2.11", "192.0.2.12"), List.of()),
                        new DdtConfig.Delegation(
                                EidPrefix.parse("10.65.0.0/16"), addresses("192.0.2.11"), addresses("192.0.2.21"))),
                List.of(new DdtConfig.Hint(EidPrefix.parse("172.20.0.0/16"), addresses("192.0.2.31"))),
                addresses(peers));
    }

    private static List<IpAddress> addresses(String... texts) {
        return Stream.of(texts).map(IpAddress::parse).toList();
    }

    private Referral ask(String eid) {
        resolver.forget();
        long nonce = ++resolver.nonce;
        resolver.send(request(nonce, eid), World.SERVER);
        MapReferral referral = resolver.inbox.stream()
                .filter(MapReferral.class::isInstance)
                .map(MapReferral.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(referral.nonce()).isEqualTo(nonce);
        return referral.records().getFirst();
    }

    private static EncapsulatedControlMessage request(long nonce, String eid, MapRequest.Flag... flags) {
        return new EncapsulatedControlMessage(
                true,
                Set.of(),
                Optional.empty(),
                IpAddress.parse("10.1.1.1"),
                IpAddress.parse("10.0.0.5"),
                4342,
                4342,
                World.request(nonce, eid, IpAddress.parse("192.0.2.3"), flags),
                0);
    }

    private static String prefix(Referral referral) {
        return EidPrefix.of(referral.eid(), referral.maskLength()).orElseThrow().toString();
    }

    private static List<String> locators(Referral referral) {
        return referral.locators().stream()
                .map(locator -> locator.locator().toString())
                .toList();
    }

    @Test
    @Conformance("C219")
    void shouldReferToThoseToWhomAnEidPrefixIsDelegated() {
        Referral nodes = ask("10.64.1.2");
        assertThat(nodes.action()).isEqualTo(ReferralAction.NODE_REFERRAL);
        assertThat(prefix(nodes)).isEqualTo("10.64.0.0/16");
        assertThat(locators(nodes)).containsExactly("192.0.2.11", "192.0.2.12");
        assertThat(nodes.ttlMinutes()).isEqualTo(1440);
        assertThat(nodes.authoritative()).isTrue();
        assertThat(nodes.incomplete()).isFalse();
        Referral servers = ask("10.65.1.2");
        assertThat(servers.action()).isEqualTo(ReferralAction.MS_REFERRAL);
        assertThat(locators(servers)).containsExactly("192.0.2.11", "192.0.2.21");
        Referral hint = ask("172.20.1.2");
        assertThat(hint.action()).isEqualTo(ReferralAction.NODE_REFERRAL);
        assertThat(hint.authoritative()).isFalse();
        assertThat(locators(hint)).containsExactly("192.0.2.31");
    }

    @Test
    @Conformance("C220")
    void shouldAnswerAHoleWithTheWidestPrefixThatIsDelegatedToNobody() {
        Referral hole = ask("10.200.0.1");
        assertThat(hole.action()).isEqualTo(ReferralAction.DELEGATION_HOLE);
        assertThat(prefix(hole)).isEqualTo("10.128.0.0/9");
        assertThat(hole.ttlMinutes()).isEqualTo(15);
        assertThat(hole.locators()).isEmpty();
        assertThat(prefix(ask("10.66.0.1"))).isEqualTo("10.66.0.0/15");
    }

    @Test
    @Conformance("C221")
    void shouldSayWhatItIsNotAuthoritativeFor() {
        Referral other = ask("198.51.100.1");
        assertThat(other.action()).isEqualTo(ReferralAction.NOT_AUTHORITATIVE);
        assertThat(prefix(other)).isEqualTo("198.51.100.1/32");
        assertThat(other.ttlMinutes()).isZero();
        assertThat(other.incomplete()).isTrue();
        assertThat(other.locators()).isEmpty();
    }

    @Test
    @Conformance({"C222", "C223"})
    void shouldAcknowledgeAndAnswerWhatIsRegisteredAndSayWhatIsNot() {
        TestXtr itr = world.xtr(3);
        etr.register("10.0.0.5");
        Referral acknowledgement = ask("10.0.0.5");
        assertThat(acknowledgement.action()).isEqualTo(ReferralAction.MS_ACK);
        assertThat(prefix(acknowledgement)).isEqualTo("10.0.0.0/16");
        assertThat(acknowledgement.ttlMinutes()).isEqualTo(1440);
        assertThat(acknowledgement.incomplete()).isTrue();
        assertThat(locators(acknowledgement)).containsExactly("192.0.2.100");
        assertThat(itr.replies()).singleElement().satisfies(reply -> assertThat(
                        TestXtr.locators(reply.records().getFirst()))
                .containsExactly("192.0.2.1"));
        itr.forget();
        Referral unregistered = ask("10.0.0.9");
        assertThat(unregistered.action()).isEqualTo(ReferralAction.MS_NOT_REGISTERED);
        assertThat(unregistered.ttlMinutes()).isEqualTo(1);
        assertThat(unregistered.incomplete()).isTrue();
        assertThat(itr.inbox).isEmpty();
    }

    @Test
    @Conformance("C222")
    void shouldForwardWhatItsEtrAnswersItself() {
        etr.flags.remove(MapRegister.Flag.PROXY_REPLY);
        etr.register("10.0.0.5");
        etr.forget();
        assertThat(ask("10.0.0.5").action()).isEqualTo(ReferralAction.MS_ACK);
        assertThat(etr.inbox)
                .singleElement()
                .isInstanceOfSatisfying(EncapsulatedControlMessage.class, ecm -> assertThat(ecm.ddt())
                        .isFalse());
    }

    @Test
    @Conformance("C223")
    void shouldBeCompleteWhereAllPeersAreConfigured() {
        world.server.ddt(config("192.0.2.100", "192.0.2.101"));
        etr.register("10.0.0.5");
        Referral acknowledgement = ask("10.0.0.5");
        assertThat(acknowledgement.incomplete()).isFalse();
        assertThat(locators(acknowledgement)).containsExactly("192.0.2.100", "192.0.2.101");
        assertThat(ask("10.0.0.9").incomplete()).isFalse();
    }

    @Test
    void shouldDropProbesAndBePlainWithoutATree() {
        resolver.send(request(7, "10.64.1.2", MapRequest.Flag.PROBE), World.SERVER);
        assertThat(resolver.inbox).isEmpty();
        World plain = new World();
        TestXtr asker = plain.xtr(3);
        asker.send(request(7, "10.0.0.5"), new Endpoint(World.SERVER.address(), 4342));
        assertThat(asker.replies()).hasSize(1);
    }
}
