package io.godwit.mapserver;

import static io.godwit.mapserver.TestXtr.locators;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.site.RefusalReason;
import io.godwit.mapserver.site.Refusals;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.testing.Conformance;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Map-Register: who may register what, and what is answered. */
class RegistrationTest {
    private final World world = new World();
    private final TestXtr a = world.xtr(1);
    private final TestXtr b = world.xtr(2);

    @Test
    @Conformance({"C165", "C166"})
    void shouldConfirmOnceWithTheNonceAndTheRecords() {
        a.register("10.0.0.5");
        assertThat(a.notifies()).singleElement().satisfies(notify -> {
            assertThat(notify.nonce()).isEqualTo(a.nonce);
            assertThat(notify.records()).containsExactly(a.record("10.0.0.5", a.rloc));
            assertThat(notify.identity()).isEqualTo(a.identity);
        });
        assertThat(a.lastIsSignedWith(World.KEY)).isTrue();
        world.advance(120);
        assertThat(a.notifies()).hasSize(1);
    }

    @Test
    void shouldConfirmToThePortThatAnXtrBehindANatSendsFrom() {
        TestXtr behindNat = new TestXtr(world, 9, 40_000);
        behindNat.register("10.0.0.5");
        assertThat(behindNat.notifies()).hasSize(1);
    }

    @Test
    @Conformance("C217")
    void shouldDropARegistrationOfAnOlderVersion() {
        a.mapVersion = 0xfff;
        a.register("10.0.0.5");
        a.mapVersion = 1;
        a.register("10.0.0.5");
        a.forget();

        for (TestXtr xtr : List.of(b, a)) {
            xtr.mapVersion = 0xfff;
            xtr.send(xtr.record("10.0.0.5", b.rloc));
            assertThat(xtr.inbox).isEmpty();
        }
        assertThat(holders("10.0.0.5")).containsExactly("192.0.2.1");
        assertRefused("cloud", RefusalReason.OLD_VERSION, 2);
        a.withdraw("10.0.0.5");
        b.register("10.0.0.5");
        assertThat(holders("10.0.0.5")).containsExactly("192.0.2.2");
    }

    @Test
    @Conformance("C167")
    void shouldNotConfirmWhenNoMapNotifyIsWanted() {
        a.flags = EnumSet.of(MapRegister.Flag.PROXY_REPLY);
        a.register("10.0.0.5");
        assertThat(a.inbox).isEmpty();
        assertThat(holders("10.0.0.5")).containsExactly("192.0.2.1");
    }

    @ParameterizedTest
    @EnumSource(
            value = AuthenticationAlgorithm.class,
            names = {"HMAC_SHA_256_128", "HMAC_SHA_1_96"})
    @Conformance({"C154", "C157"})
    void shouldAcceptTheTruncatedAndTheFullMac(AuthenticationAlgorithm algorithm) {
        boolean sha1 = algorithm == AuthenticationAlgorithm.HMAC_SHA_1_96;
        AuthenticationKey base = sha1 ? World.LEGACY_KEY : World.KEY;
        for (boolean full : List.of(false, true)) {
            a.key = new AuthenticationKey(base.keyId(), algorithm, base.secret(), full);
            a.register(sha1 ? "10.9.0.5" : "10.0.0.5");
        }
        assertThat(a.notifies()).hasSize(2);
    }

    @Test
    @Conformance("C162")
    void shouldAcceptEachOfTheSitesKeysAndAnswerWithTheOneUsed() {
        a.register("10.0.0.5");
        assertThat(a.lastIsSignedWith(World.KEY)).isTrue();
        a.key = World.NEW_KEY;
        a.register("10.0.0.5");
        assertThat(a.notifies()).hasSize(2);
        assertThat(a.lastIsSignedWith(World.NEW_KEY)).isTrue();
    }

    @Test
    @Conformance("C159")
    void shouldRefuseAWrongKeyInSilenceAndSayWhyToTheOperator() {
        a.key = World.key(1, "guessed");
        a.register("10.0.0.5");
        assertThat(a.inbox).isEmpty();
        assertThat(holders("10.0.0.5")).isEmpty();
        assertRefused("cloud", RefusalReason.WRONG_AUTHENTICATION, 1);
    }

    @Test
    @Conformance("C159")
    void shouldRefuseEveryRegisterOfWhichABitIsFlipped() {
        a.register("10.0.0.6");
        a.forget();
        a.nonce += 5;
        byte[] genuine = a.signed(a.record("10.0.0.5", a.rloc));
        int lastRecordOctet = genuine.length;
        for (int bit = 0; bit < lastRecordOctet * 8; bit++) {
            byte[] forged = genuine.clone();
            forged[bit / 8] ^= (byte) (1 << (bit % 8));
            a.sendRaw(forged);
        }
        assertThat(a.notifies()).isEmpty();
        assertThat(world.count(Counter.RECORDS_ACCEPTED)).isEqualTo(1);
        assertThat(world.server.database().size()).isEqualTo(1);
        a.sendRaw(genuine);
        assertThat(a.notifies()).hasSize(1);
    }

    @Test
    void shouldRefuseRandomMacs() {
        Random random = new Random(1);
        byte[] genuine = a.signed(a.record("10.0.0.5", a.rloc));
        for (int i = 0; i < 20_000; i++) {
            byte[] forged = genuine.clone();
            for (int octet = 16; octet < 32; octet++) {
                forged[octet] = (byte) random.nextInt();
            }
            a.sendRaw(forged);
        }
        assertThat(world.count(Counter.RECORDS_ACCEPTED)).isZero();
        assertRefused("cloud", RefusalReason.WRONG_AUTHENTICATION, 20_000);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5/32, ACCEPTED", // within a prefix with accept-more-specifics
        "10.0.0.0/16, ACCEPTED",
        "[7]10.0.3.0/24, ACCEPTED",
        "2001:db8:1::5/128, ACCEPTED",
        "[8]10.0.0.5/32, UNKNOWN_SITE", // another instance
        "10.1.0.5/32, UNKNOWN_SITE",
        "10.0.0.0/15, UNKNOWN_SITE", // wider than what is configured
        "10.8.0.0/24, ACCEPTED",
        "10.8.0.7/32, PREFIX_NOT_ALLOWED", // within a prefix without accept-more-specifics
        "52:54:00:aa:bb:cc/48, UNKNOWN_SITE"
    })
    @Conformance({"C160", "C161"})
    void shouldAcceptWhatIsConfiguredAndNothingElse(String eid, String expected) {
        a.identity = Optional.empty();
        a.register(eid);
        if (expected.equals("ACCEPTED")) {
            assertThat(a.notifies()).hasSize(1);
        } else {
            RefusalReason reason = RefusalReason.valueOf(expected);
            assertThat(a.notifies()).isEmpty();
            assertRefused(reason == RefusalReason.UNKNOWN_SITE ? Refusals.NO_SITE : "fixed", reason, 1);
        }
        assertThat(world.server.database().size()).isEqualTo(expected.equals("ACCEPTED") ? 1 : 0);
    }

    @Test
    void shouldRefuseOneRecordAndAcceptTheOthers() {
        a.send(a.record("10.0.0.5", a.rloc), a.record("10.9.0.5", a.rloc), a.record("10.0.0.6", a.rloc));
        assertThat(a.lastNotify().records())
                .containsExactly(a.record("10.0.0.5", a.rloc), a.record("10.0.0.6", a.rloc));
        assertRefused("cloud", RefusalReason.PREFIX_NOT_ALLOWED, 1);
        assertThat(world.server.database().size()).isEqualTo(2);
    }

    @Test
    void shouldRefuseAnotherSitesKeyAndAnotherSiteId() {
        a.key = World.LEGACY_KEY;
        a.register("10.0.0.5");
        assertRefused("cloud", RefusalReason.UNKNOWN_KEY, 1);
        a.key = World.KEY;
        a.identity = Optional.of(new XtrIdentity(0, 1, 43));
        a.register("10.0.0.5");
        assertRefused("cloud", RefusalReason.WRONG_SITE_ID, 1);
        assertThat(a.inbox).isEmpty();
    }

    @Test
    @Conformance("C151")
    void shouldRefuseANonceThatIsNotAboveTheLast() {
        byte[] old = a.signed(a.record("10.0.0.5", a.rloc));
        a.nonce = 5000;
        a.register("10.0.0.5");
        a.forget();
        a.sendRaw(old);
        assertThat(a.inbox).isEmpty();
        assertRefused("cloud", RefusalReason.REPLAYED, 1);
    }

    @Test
    void shouldKeepNoncesOfXtrsAndKeysApart() {
        a.nonce = 5000;
        a.register("10.0.0.5");
        b.nonce = 10;
        b.register("10.0.0.6");
        a.key = World.NEW_KEY;
        a.nonce = 10;
        a.register("10.0.0.5");
        assertThat(b.notifies()).hasSize(1);
        assertThat(a.notifies()).hasSize(2);
    }

    @Test
    @Conformance("C153")
    void shouldTakeAnyNonceWhereReplayProtectionIsOff() {
        a.key = World.LEGACY_KEY;
        for (long nonce : new long[] {77, 3, 3, -5, 12}) {
            a.nonce = nonce;
            a.register("10.9.0.5");
        }
        assertThat(a.notifies()).hasSize(5);
    }

    @Test
    void shouldAnswerAnExactRepetitionAgainWithoutChangingAnything() {
        a.nonce++;
        byte[] register = a.signed(a.record("10.0.0.5", a.rloc));
        a.sendRaw(register);
        a.sendRaw(register);
        assertThat(a.raw).hasSize(2);
        assertThat(a.raw.get(1)).isEqualTo(a.raw.get(0));
        assertThat(world.count(Counter.RECORDS_ACCEPTED)).isEqualTo(1);
        assertThat(world.server.events().since(0)).hasSize(1);
    }

    @Test
    @Conformance("C148")
    void shouldForgetARegistration180SecondsAfterTheLastRegister() {
        a.register("10.0.0.5");
        world.advance(100);
        a.register("10.0.0.5");
        world.advance(179);
        assertThat(holders("10.0.0.5")).containsExactly("192.0.2.1");
        world.advance(2);
        assertThat(holders("10.0.0.5")).isEmpty();
        assertThat(world.server.events().since(0))
                .extracting(EventLog.Event::kind)
                .containsExactly("registered", "expired");
    }

    @Test
    @Conformance("C149")
    void shouldForgetARegistrationAfterItsTtlWhenTheTBitSaysSo() {
        a.flags = EnumSet.of(MapRegister.Flag.USE_TTL);
        a.ttlMinutes = 1;
        a.register("10.0.0.5");
        a.ttlMinutes = 10;
        a.register("10.0.0.6");
        world.advance(59);
        assertThat(holders("10.0.0.5")).isNotEmpty();
        world.advance(2);
        assertThat(holders("10.0.0.5")).isEmpty();
        world.advance(530);
        assertThat(holders("10.0.0.6")).isNotEmpty();
        world.advance(12);
        assertThat(holders("10.0.0.6")).isEmpty();
    }

    @Test
    @Conformance({"C164", "C172"})
    void shouldUniteTheLocatorsOfXtrsThatMerge() {
        a.flags.add(MapRegister.Flag.MERGE);
        b.flags.add(MapRegister.Flag.MERGE);
        b.register("10.0.0.0/24");
        a.send(a.record("10.0.0.0/24", a.rloc, b.rloc));
        assertThat(holders("10.0.0.0/24")).containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(locators(a.lastNotify().records().getFirst())).containsExactly("192.0.2.1", "192.0.2.2");
        world.advance(100);
        a.register("10.0.0.0/24");
        world.advance(90);
        assertThat(holders("10.0.0.0/24")).containsExactly("192.0.2.1");
    }

    @Test
    void shouldTellTheMergingGroupOnceWhenTheSetChanges() {
        a.flags.add(MapRegister.Flag.MERGE);
        b.flags.add(MapRegister.Flag.MERGE);
        a.register("10.0.0.0/24");
        a.forget();
        b.register("10.0.0.0/24");
        MapNotify told = a.lastNotify();
        assertThat(locators(told.records().getFirst())).containsExactly("192.0.2.1", "192.0.2.2");
        a.acknowledge(told, World.KEY);
        a.forget();
        b.register("10.0.0.0/24");
        world.advance(60);
        assertThat(a.inbox).isEmpty();
    }

    @Test
    @Conformance("C174")
    void shouldWithdrawOnlyTheSendersPart() {
        a.flags.add(MapRegister.Flag.MERGE);
        b.flags.add(MapRegister.Flag.MERGE);
        a.register("10.0.0.0/24");
        b.register("10.0.0.0/24");
        b.withdraw("10.0.0.0/24");
        assertThat(holders("10.0.0.0/24")).containsExactly("192.0.2.1");
        b.withdraw("10.0.0.0/24");
        assertThat(holders("10.0.0.0/24")).containsExactly("192.0.2.1");
        a.withdraw("10.0.0.0/24");
        assertThat(holders("10.0.0.0/24")).isEmpty();
    }

    @Test
    void shouldRefuseWhatDoesNotFitButRefreshWhatIsThere() {
        World small = new World(new LimitsConfig(2, 10, 1000, 10));
        TestXtr xtr = small.xtr(1);
        xtr.register("10.0.0.1").register("10.0.0.2").register("10.0.0.3").register("10.0.0.1");
        assertThat(small.server.database().size()).isEqualTo(2);
        assertThat(small.count(Counter.RECORDS_ACCEPTED)).isEqualTo(3);
        assertThat(small.server.refusals().all()).singleElement().satisfies(refused -> assertThat(refused.reason())
                .isEqualTo(RefusalReason.TABLE_FULL));
    }

    private List<String> holders(String eid) {
        return world.server
                .database()
                .get(EidPrefix.parse(eid))
                .map(Mapping::view)
                .map(TestXtr::locators)
                .orElse(List.of());
    }

    private void assertRefused(String site, RefusalReason reason, long count) {
        assertThat(world.server.refusals().all()).anySatisfy(refused -> {
            assertThat(refused.site()).isEqualTo(site);
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.count()).isEqualTo(count);
            assertThat(refused.lastSource()).isEqualTo(a.rloc);
        });
    }
}
