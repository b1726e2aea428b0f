package io.godwit.mapresolver.ddt;

import io.godwit.daemon.net.Timers;
import io.godwit.mapresolver.Counter;
import io.godwit.packet.address.Octets;
import io.godwit.packet.address.SecurityKey;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.MapReferral.Signature;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.referral.ReferralKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which referrals are believed (RFC 8111 section 10): each record must be signed with a key of the node that was asked, which the roots' are
 * by configuration and all others by the referral to them. Where a believed referral names no keys the tree goes on unsigned, which is
 * followed unless signatures are required.
 */
public final class ReferralTrust {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int MAX_KEYS = 8;
    /** Of one record: what a datagram can make the control thread do is bounded. */
    private static final int MAX_VERIFICATIONS = 4;
    /** Of what is not signed: no end of its own. */
    private static final long ENDLESS = Duration.ofDays(366).toNanos();

    private final List<ReferralKey> anchors;
    private final boolean required;
    private final Timers timers;

    /**
     * @param anchors keys of the roots; with none nothing is verified
     * @param required refuse what nobody vouches for
     */
    public ReferralTrust(List<ReferralKey> anchors, boolean required, Timers timers) {
        this.anchors = List.copyOf(anchors);
        this.required = required;
        this.timers = timers;
    }

    /** One that believes everything. */
    public static ReferralTrust ofEverything(Timers timers) {
        return new ReferralTrust(List.of(), false, timers);
    }

    List<ReferralKey> anchors() {
        return anchors;
    }

    /** What to do with a record. */
    sealed interface Judgement {}

    /**
     * @param keys of those it refers to; none when these are not known to sign
     * @param validNanos for which it may be remembered at most
     */
    record Believed(List<ReferralKey> keys, long validNanos) implements Judgement {}

    /** @param why what to count */
    record Refused(Counter why) implements Judgement {}

    /**
     * @param signedForm of {@link io.godwit.packet.control.ControlCodec#signedForms}
     * @param keys of the node that was asked
     */
    Judgement judge(Referral record, byte[] signedForm, List<ReferralKey> keys) {
        if (keys.isEmpty()) {
            return required ? new Refused(Counter.MAP_REFERRALS_REFUSED_UNSIGNED) : new Believed(List.of(), ENDLESS);
        }
        Counter why = Counter.MAP_REFERRALS_REFUSED_UNSIGNED;
        List<ReferralKey> usable = keys.stream()
                .filter(key -> securityKeys(record, true).noneMatch(key.material()::equals))
                .toList();
        int verifications = 0;
        for (Signature signature : record.signatures()) {
            Optional<Counter> obstacle = obstacle(record, signature);
            if (obstacle.isPresent()) {
                why = obstacle.get();
                continue;
            }
            why = Counter.MAP_REFERRALS_REFUSED_WRONG_KEY;
            for (ReferralKey key : usable) {
                if (key.tag() == signature.keyTag() && verifications++ < MAX_VERIFICATIONS) {
                    why = Counter.MAP_REFERRALS_REFUSED_BAD_SIGNATURE;
                    if (key.verifies(signedForm, signature)) {
                        return verified(record, signature, keys);
                    }
                }
            }
        }
        return new Refused(why);
    }

    /** What stands against a signature before it is verified. */
    private Optional<Counter> obstacle(Referral record, Signature signature) {
        long now = timers.epochMillis() / 1000;
        if (signature.algorithm() != ReferralKey.RSA_SHA256) {
            return Optional.of(Counter.MAP_REFERRALS_REFUSED_ALGORITHM);
        }
        if (now < Integer.toUnsignedLong(signature.inception())) {
            return Optional.of(Counter.MAP_REFERRALS_REFUSED_NOT_YET_VALID);
        }
        if (now >= Integer.toUnsignedLong(signature.expiration())) {
            return Optional.of(Counter.MAP_REFERRALS_REFUSED_EXPIRED);
        }
        // What was signed is the original TTL: a longer one is somebody else's.
        return Integer.compareUnsigned(record.ttlMinutes(), signature.originalTtl()) > 0
                ? Optional.of(Counter.MAP_REFERRALS_REFUSED_BAD_SIGNATURE)
                : Optional.empty();
    }

    private Judgement verified(Referral record, Signature signature, List<ReferralKey> ofTheAsked) {
        long seconds = Integer.toUnsignedLong(signature.expiration()) - timers.epochMillis() / 1000;
        List<ReferralKey> named = securityKeys(record, false)
                .distinct()
                .limit(MAX_KEYS)
                .flatMap(material -> ReferralKey.of(material).stream())
                .toList();
        boolean down = record.action() == ReferralAction.NODE_REFERRAL || record.action() == ReferralAction.MS_REFERRAL;
        if (down && named.isEmpty() && required) {
            return new Refused(Counter.MAP_REFERRALS_REFUSED_KEYLESS);
        }
        // A map-server's peers are those that its own parent delegated to: if it does not name their keys, they have
        // the same.
        List<ReferralKey> next = named.isEmpty() && !down ? ofTheAsked : named;
        return new Believed(next, Math.min(seconds * SECOND_NANOS, ENDLESS));
    }

    private static Stream<Octets> securityKeys(Referral record, boolean revoked) {
        return record.locators().stream()
                .filter(locator -> locator.locator() instanceof SecurityKey keys
                        && keys.revoked() == revoked
                        && keys.suite() == ReferralKey.RSA_SHA256)
                .flatMap(locator -> ((SecurityKey) locator.locator()).keys().stream());
    }
}
