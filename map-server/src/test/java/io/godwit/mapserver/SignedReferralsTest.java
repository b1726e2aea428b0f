package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapserver.ddt.SignedReferrals;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.referral.ReferralSigner;
import io.godwit.testing.Conformance;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Signatures are made once a record, elsewhere, and never more of them than there is time for. */
class SignedReferralsTest {
    private static final Duration VALIDITY = Duration.ofDays(2);
    private static final long SKEW_SECONDS = 300;

    private static final ReferralSigner SIGNER = generate();

    private final VirtualTimers timers = new VirtualTimers();
    private final Counters<Counter> counters = new Counters<>(Counter.class);
    /** What the other thread has to do. */
    private final Deque<Runnable> background = new ArrayDeque<>();

    private final SignedReferrals signed = new SignedReferrals(SIGNER, VALIDITY, background::add, timers, counters);
    private final List<Referral> given = new ArrayList<>();

    private static ReferralSigner generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new ReferralSigner(
                    (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Referral record(ReferralAction action, int address) {
        return new Referral(1440, 32, action, true, false, 0, new Ipv4Address(address), List.of(), List.of());
    }

    private void ask(Referral record) {
        signed.sign(record, given::add);
    }

    private void work() {
        while (!background.isEmpty()) {
            background.remove().run();
        }
        timers.run();
    }

    private long expiration() {
        return Integer.toUnsignedLong(given.getLast().signatures().getFirst().expiration());
    }

    private long now() {
        return timers.epochMillis() / 1000;
    }

    @Test
    @Conformance("C229")
    void shouldSignOnceForAllWhoAsk() {
        Referral record = record(ReferralAction.NODE_REFERRAL, 1);
        for (int i = 0; i < 50; i++) {
            ask(record);
        }
        assertThat(given).as("the control thread does not sign").isEmpty();
        assertThat(background).hasSize(1);
        work();
        assertThat(given).hasSize(50);
        for (int i = 0; i < 100_000; i++) {
            ask(record);
        }
        assertThat(background).isEmpty();
        assertThat(given).hasSize(100_050);
        assertThat(given.stream().distinct()).hasSize(1);
        assertThat(counters.get(Counter.DDT_REFERRALS_SIGNED)).isEqualTo(1);
        assertThat(expiration()).isEqualTo(now() + VALIDITY.toSeconds());
        assertThat(given.getFirst().signatures().getFirst().inception()).isEqualTo((int) (now() - SKEW_SECONDS));
    }

    @Test
    void shouldRenewASignatureInTheBackgroundWhenHalfOfItIsOver() {
        Referral record = record(ReferralAction.MS_REFERRAL, 1);
        ask(record);
        work();
        long first = expiration();
        timers.advance(VALIDITY.dividedBy(2).plusSeconds(1));
        ask(record);
        assertThat(given).as("with what there is").hasSize(2);
        assertThat(expiration()).isEqualTo(first);
        work();
        ask(record);
        assertThat(expiration()).isEqualTo(now() + VALIDITY.toSeconds());
        assertThat(counters.get(Counter.DDT_REFERRALS_SIGNED)).isEqualTo(2);
    }

    @Test
    void shouldNeverGiveASignatureThatIsOverOrOfAClockThatWasWrong() {
        Referral record = record(ReferralAction.MS_REFERRAL, 1);
        ask(record);
        work();
        timers.advance(VALIDITY);
        ask(record);
        assertThat(given).hasSize(1);
        work();
        assertThat(expiration()).isEqualTo(now() + VALIDITY.toSeconds());
        timers.stepWallClock(Duration.ofDays(-10));
        ask(record);
        work();
        assertThat(given).hasSize(3);
        assertThat(expiration()).isEqualTo(now() + VALIDITY.toSeconds());
    }

    @Test
    void shouldNotLetAFloodOfUnregisteredEidsKeepItFromSigningDelegations() {
        for (int i = 0; i < 100_000; i++) {
            ask(record(ReferralAction.MS_NOT_REGISTERED, i));
            if (i % 1_000 == 0) {
                timers.advance(Duration.ofMillis(10));
            }
        }
        assertThat(background).hasSizeLessThanOrEqualTo(210);
        assertThat(counters.get(Counter.DDT_REFERRALS_DROPPED_UNSIGNED)).isGreaterThan(99_000);
        ask(record(ReferralAction.NODE_REFERRAL, 7));
        work();
        assertThat(given.getLast().action()).isEqualTo(ReferralAction.NODE_REFERRAL);
    }

    @Test
    void shouldBoundWhatWaits() {
        for (int i = 0; i < 10_000; i++) {
            ask(record(ReferralAction.MS_ACK, i));
        }
        for (int i = 0; i < 10_000; i++) {
            ask(record(ReferralAction.MS_ACK, 0));
        }
        assertThat(background).hasSize(256);
        work();
        assertThat(given).hasSize(256 + 63);
        assertThat(given.getFirst().eid()).isEqualTo(IpAddress.parse("0.0.0.0"));
        ask(record(ReferralAction.MS_ACK, 9_999));
        assertThat(background).as("later there is time").hasSize(1);
    }
}
