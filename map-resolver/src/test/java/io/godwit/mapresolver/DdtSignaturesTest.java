package io.godwit.mapresolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapresolver.ddt.ReferralTrust;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.DdtConfig;
import io.godwit.mapserver.config.SigningConfig;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.address.SecurityKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.MapReferral.Signature;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A signed tree: the root delegates 10/8 to a node, which delegates 10.2/16 to a map-server. Beside the root stands one that says what a test
 * has it say, and is asked first (RFC 8111 sections 6.4.1 and 10).
 */
class DdtSignaturesTest extends DdtTree {
    private static final IpAddress LIAR = IpAddress.parse("192.0.2.1");
    private static final IpAddress ROOT = IpAddress.parse("192.0.2.2");
    private static final IpAddress NODE = IpAddress.parse("192.0.2.3");
    private static final IpAddress SERVER = IpAddress.parse("192.0.2.4");
    private static final IpAddress THIEF = IpAddress.parse("192.0.2.5");
    private static final Duration VALIDITY = Duration.ofHours(2);

    @TempDir
    static Path folder;

    private static PemKeys rootKeys;
    private static PemKeys nodeKeys;
    private static PemKeys serverKeys;
    private static PemKeys thiefKeys;

    private final ControlTransport liar = network.open(LIAR);
    private final List<MapServer> nodes = new ArrayList<>();

    @BeforeAll
    static void generate() {
        rootKeys = PemKeys.generate(folder, "root");
        nodeKeys = PemKeys.generate(folder, "node");
        serverKeys = PemKeys.generate(folder, "server");
        thiefKeys = PemKeys.generate(folder, "thief");
    }

    /** Signed from the root to the map-server, each with the keys given. */
    private void tree(Optional<PemKeys> root, Optional<PemKeys> node, Optional<PemKeys> server) {
        nodes.add(node(ROOT, config("0.0.0.0/0", root, nodesOf("10.0.0.0/8", Optional.of(nodeKeys))), new Sites()));
        nodes.add(node(NODE, config("10.0.0.0/8", node, serversOf(Optional.of(serverKeys))), new Sites()));
        nodes.add(node(SERVER, config("10.2.0.0/16", server), sitesWith("10.2.0.0/24")));
        register("10.2.0.5", SERVER);
    }

    private void tree() {
        tree(Optional.of(rootKeys), Optional.of(nodeKeys), Optional.of(serverKeys));
    }

    private static DdtConfig config(String eid, Optional<PemKeys> keys, DdtConfig.Delegation... delegations) {
        return new DdtConfig(
                List.of(EidPrefix.parse(eid)),
                List.of(delegations),
                List.of(),
                List.of(),
                keys.map(its -> new SigningConfig(its.privateKey(), VALIDITY)));
    }

    private static DdtConfig.Delegation nodesOf(String eid, Optional<PemKeys> keys) {
        return new DdtConfig.Delegation(EidPrefix.parse(eid), List.of(NODE), List.of(), files(keys));
    }

    private static DdtConfig.Delegation serversOf(Optional<PemKeys> keys) {
        return new DdtConfig.Delegation(EidPrefix.parse("10.2.0.0/16"), List.of(), List.of(SERVER), files(keys));
    }

    private static List<Path> files(Optional<PemKeys> keys) {
        return keys.stream().map(PemKeys::publicKey).toList();
    }

    private void resolver(boolean required, IpAddress... roots) {
        resolver(List.of(roots), new ReferralTrust(List.of(rootKeys.verifier()), required, timers));
    }

    private void lie(Lie lie) {
        liar.handler((data, offset, length, local, remote) -> {
            EncapsulatedControlMessage ecm = (EncapsulatedControlMessage) ControlCodec.decode(data, offset, length);
            long asked = ((MapRequest) ecm.message()).nonce();
            send(liar, new MapReferral(asked, List.of(told(lie))), remote);
        });
    }

    private long now() {
        return timers.epochMillis() / 1000;
    }

    private long signed(MapServer node) {
        return node.counters().getOrDefault("ddtReferralsSigned", -1L);
    }

    /** To the thief, who has a key. */
    private static Referral toTheThief(int ttlMinutes) {
        List<Octets> keys = List.of(thiefKeys.verifier().material());
        return referral(ttlMinutes, new SecurityKey(2, false, keys, THIEF));
    }

    private static Referral referral(int ttlMinutes, LispAddress locator) {
        return new Referral(
                ttlMinutes,
                8,
                ReferralAction.NODE_REFERRAL,
                true,
                false,
                0,
                IpAddress.parse("10.0.0.0"),
                List.of(RlocRecord.unicast(locator, 1, 100, false)),
                List.of());
    }

    private static Referral revokingItsKey() {
        List<Octets> revoked = List.of(rootKeys.verifier().material());
        return referral(1440, new SecurityKey(2, true, revoked, THIEF));
    }

    private Referral toTheNodeByTheRoot() {
        SecurityKey node = new SecurityKey(2, false, List.of(nodeKeys.verifier().material()), NODE);
        return rootKeys.signer().sign(referral(1440, node), now() - 60, now() + 3600);
    }

    private static Referral with(Referral signed, Function<Signature, Signature> change) {
        return signed.with(List.of(change.apply(signed.signatures().getFirst())));
    }

    /** What an attacker, or somebody careless, can make of a referral. */
    enum Lie {
        EXPIRED(Counter.MAP_REFERRALS_REFUSED_EXPIRED),
        NOT_YET_VALID(Counter.MAP_REFERRALS_REFUSED_NOT_YET_VALID),
        VALIDITY_ALTERED(Counter.MAP_REFERRALS_REFUSED_BAD_SIGNATURE),
        WRONG_KEY(Counter.MAP_REFERRALS_REFUSED_WRONG_KEY),
        WRONG_KEY_WITH_THE_TAG_OF_THE_RIGHT_ONE(Counter.MAP_REFERRALS_REFUSED_BAD_SIGNATURE),
        STRIPPED(Counter.MAP_REFERRALS_REFUSED_UNSIGNED),
        RLOC_ALTERED(Counter.MAP_REFERRALS_REFUSED_BAD_SIGNATURE),
        TTL_RAISED(Counter.MAP_REFERRALS_REFUSED_BAD_SIGNATURE),
        TTL_AND_ORIGINAL_TTL_RAISED(Counter.MAP_REFERRALS_REFUSED_BAD_SIGNATURE),
        RSA_SHA1(Counter.MAP_REFERRALS_REFUSED_ALGORITHM),
        NO_KEY_OF_THE_CHILD(Counter.MAP_REFERRALS_REFUSED_KEYLESS),
        SIGNED_BY_A_KEY_IT_REVOKES(Counter.MAP_REFERRALS_REFUSED_WRONG_KEY);

        private final Counter counted;

        Lie(Counter counted) {
            this.counted = counted;
        }
    }

    private Referral told(Lie lie) {
        return switch (lie) {
            case EXPIRED -> rootKeys.signer().sign(toTheThief(1440), now() - 7200, now() - 1);
            case NOT_YET_VALID -> rootKeys.signer().sign(toTheThief(1440), now() + 1, now() + 7200);
            case VALIDITY_ALTERED ->
                with(
                        told(Lie.EXPIRED),
                        its -> new Signature(
                                its.originalTtl(),
                                (int) (now() + 3600),
                                its.inception(),
                                its.keyTag(),
                                its.algorithm(),
                                its.signature()));
            case WRONG_KEY -> thiefKeys.signer().sign(toTheThief(1440), now() - 60, now() + 3600);
            case WRONG_KEY_WITH_THE_TAG_OF_THE_RIGHT_ONE ->
                with(
                        told(Lie.WRONG_KEY),
                        its -> new Signature(
                                its.originalTtl(),
                                its.expiration(),
                                its.inception(),
                                rootKeys.verifier().tag(),
                                its.algorithm(),
                                its.signature()));
            case STRIPPED -> toTheThief(1440);
            case RLOC_ALTERED -> toTheThief(1440).with(toTheNodeByTheRoot().signatures());
            case TTL_RAISED ->
                toTheThief(2880)
                        .with(rootKeys.signer()
                                .sign(toTheThief(1440), now() - 60, now() + 3600)
                                .signatures());
            case TTL_AND_ORIGINAL_TTL_RAISED ->
                with(
                        told(Lie.TTL_RAISED),
                        its -> new Signature(
                                2880,
                                its.expiration(),
                                its.inception(),
                                its.keyTag(),
                                its.algorithm(),
                                its.signature()));
            case RSA_SHA1 ->
                with(
                        rootKeys.signer().sign(toTheThief(1440), now() - 60, now() + 3600),
                        its -> new Signature(
                                its.originalTtl(),
                                its.expiration(),
                                its.inception(),
                                its.keyTag(),
                                1,
                                its.signature()));
            case NO_KEY_OF_THE_CHILD -> rootKeys.signer().sign(referral(1440, THIEF), now() - 60, now() + 3600);
            case SIGNED_BY_A_KEY_IT_REVOKES -> rootKeys.signer().sign(revokingItsKey(), now() - 60, now() + 3600);
        };
    }

    @Test
    @Conformance("C229")
    void shouldFollowATreeThatIsSignedFromTheRootToTheMapServer() {
        tree();
        resolver(true, ROOT);
        ask("10.2.0.5");
        assertThat(asked()).containsExactly(ROOT, NODE, SERVER);
        assertThat(answer().locators()).extracting(RlocRecord::locator).containsExactly(ETR);
        assertThat(counters.get(Counter.DDT_REQUESTS_ACKNOWLEDGED)).isEqualTo(1);
        assertThat(counters.snapshot()).allSatisfy((name, value) -> assertThat(name.contains("Refused") ? value : 0L)
                .as(name)
                .isZero());
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    @Conformance("C229")
    void shouldDropAReferralThatIsNotSignedAsItMustBeAndAskTheNext(Lie lie) {
        tree();
        lie(lie);
        resolver(true, LIAR, ROOT);
        ask("10.2.0.5");
        assertThat(asked()).containsExactly(LIAR, ROOT, NODE, SERVER);
        assertThat(answer().locators()).hasSize(1);
        assertThat(counters.get(lie.counted)).isEqualTo(1);
    }

    @Test
    void shouldGiveUpWhenNobodyHasASignature() {
        lie(Lie.STRIPPED);
        resolver(true, LIAR);
        ask("10.2.0.5");
        timers.advance(Duration.ofMinutes(1));
        assertThat(asked()).containsExactly(LIAR, LIAR);
        assertThat(replies).isEmpty();
        assertThat(counters.get(Counter.DDT_REQUESTS_UNANSWERED)).isEqualTo(1);
    }

    @Test
    @Conformance("C229")
    void shouldRefuseAChildThatSignsWithAKeyThatItsParentDoesNotName() {
        tree(Optional.of(rootKeys), Optional.of(thiefKeys), Optional.of(serverKeys));
        resolver(true, ROOT);
        ask("10.2.0.5");
        assertThat(asked()).containsExactly(ROOT, NODE, NODE);
        assertThat(counters.get(Counter.MAP_REFERRALS_REFUSED_WRONG_KEY)).isEqualTo(2);
        assertThat(replies).isEmpty();
    }

    @Test
    @Conformance("C229")
    void shouldVerifyWhatTheMapServerSaysToo() {
        tree(Optional.of(rootKeys), Optional.of(nodeKeys), Optional.empty());
        resolver(true, ROOT);
        ask("10.2.0.99");
        assertThat(counters.get(Counter.MAP_REFERRALS_REFUSED_UNSIGNED)).isEqualTo(2);
        assertThat(replies).as("that it is not registered is not believed").isEmpty();
    }

    @Test
    void shouldAnswerNegativelyWhatSignedReferralsDeny() {
        tree();
        resolver(true, ROOT);
        ask("10.200.0.1");
        assertThat(prefix(answer())).isEqualTo("10.128.0.0/9");
        ask("10.2.0.9");
        assertThat(answer().ttlMinutes()).isEqualTo(1);
    }

    @Test
    @Conformance("C229")
    void shouldNotRememberBeyondTheEndOfTheSignature() {
        tree();
        resolver(true, ROOT);
        ask("10.2.0.5");
        answer();
        network.forget();
        timers.advance(VALIDITY.minusSeconds(2));
        register("10.2.0.5", SERVER);
        ask("10.2.0.5");
        assertThat(asked()).as("a referral lasts a day").containsExactly(SERVER);
        answer();
        network.forget();
        timers.advance(Duration.ofSeconds(4));
        ask("10.2.0.5");
        assertThat(asked()).containsExactly(ROOT, NODE, SERVER);
        answer();
    }

    @Test
    void shouldAskTheParentWhenKeysWereReplaced() {
        tree();
        resolver(true, ROOT);
        ask("10.2.0.5");
        answer();
        Optional<PemKeys> replaced = Optional.of(thiefKeys);
        nodes.get(1).ddt(config("10.0.0.0/8", Optional.of(nodeKeys), serversOf(replaced)), timers);
        nodes.get(2).ddt(config("10.2.0.0/16", replaced), timers);
        network.forget();
        ask("10.2.0.5");
        assertThat(asked()).containsExactly(SERVER, SERVER, ROOT, NODE, SERVER);
        assertThat(counters.get(Counter.DDT_REQUESTS_ACKNOWLEDGED)).isEqualTo(2);
    }

    @Test
    void shouldFollowDelegationsWithoutKeysWhereSignaturesAreNotRequired() {
        nodes.add(node(
                ROOT,
                config("0.0.0.0/0", Optional.of(rootKeys), nodesOf("10.0.0.0/8", Optional.empty())),
                new Sites()));
        nodes.add(node(NODE, config("10.0.0.0/8", Optional.empty(), serversOf(Optional.empty())), new Sites()));
        nodes.add(node(SERVER, config("10.2.0.0/16", Optional.empty()), sitesWith("10.2.0.0/24")));
        register("10.2.0.5", SERVER);
        lie(Lie.STRIPPED);
        resolver(false, LIAR, ROOT);
        ask("10.2.0.5");
        assertThat(asked()).as("the roots' keys are known").containsExactly(LIAR, ROOT, NODE, SERVER);
        assertThat(answer().locators()).hasSize(1);
    }

    @Test
    void shouldFollowASignedTreeWithoutLookingAtItsSignatures() {
        tree();
        resolver(List.of(ROOT), ReferralTrust.ofEverything(timers));
        ask("10.2.0.5");
        assertThat(asked()).containsExactly(ROOT, NODE, SERVER);
        assertThat(answer().locators()).hasSize(1);
    }

    @Test
    void shouldSignARecordOnceHoweverManyAsk() {
        tree();
        resolver(true, ROOT);
        for (int i = 0; i < 20; i++) {
            timers.advance(Duration.ofMinutes(2));
            ask("10.2.0.5");
            ask("10.200.0." + i);
        }
        assertThat(signed(nodes.get(0))).isEqualTo(1);
        assertThat(signed(nodes.get(1))).as("a delegation and a hole").isEqualTo(2);
    }
}
