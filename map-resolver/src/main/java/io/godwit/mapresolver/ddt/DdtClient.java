package io.godwit.mapresolver.ddt;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapresolver.Counter;
import io.godwit.mapresolver.ddt.ReferralCache.Referred;
import io.godwit.mapresolver.ddt.ReferralTrust.Believed;
import io.godwit.mapresolver.ddt.ReferralTrust.Refused;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.SecurityKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.referral.ReferralKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds the map-server of an EID by following Map-Referrals (RFC 8111 section 7.3): the Map-Request itself goes, in an ECM with the D bit and
 * without security data, to one node after the other until a map-server acknowledges it. Everything under way and everything remembered is
 * bounded.
 */
public final class DdtClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int ROUNDS = 2;
    private static final int MAX_PURSUITS = 10_000;
    private static final int MAX_REFERRALS = 32;
    private static final int NOT_REGISTERED_MINUTES = 1;
    private static final int HOLE_MINUTES = 15;
    private static final byte[] NOT_LOOKED_AT = new byte[0];

    private final List<IpAddress> roots;
    private final ReferralTrust trust;
    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final NegativeReplies negative;
    private final ReferralCache cache = new ReferralCache();
    private final Map<Key, Pursuit> pursuits = new HashMap<>();
    private final Long2ObjectHashMap<Pursuit> byNonce = new Long2ObjectHashMap<>();

    private record Key(IpAddress itr, EidPrefix eid) {}

    /** Answers that nobody has an EID. */
    @FunctionalInterface
    public interface NegativeReplies {
        void send(long nonce, EidPrefix hole, int ttlMinutes, Endpoint to);
    }

    /**
     * @param roots DDT nodes to begin with
     * @param trust which referrals are believed
     */
    public DdtClient(
            List<IpAddress> roots,
            ReferralTrust trust,
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            NegativeReplies negative) {
        this.roots = roots.stream().filter(out::canReach).toList();
        this.trust = trust;
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        this.negative = negative;
    }

    /** Map-Requests under way. */
    public int pending() {
        return pursuits.size();
    }

    /** Referrals remembered. */
    public int cached() {
        return cache.size();
    }

    /**
     * A Map-Request for an EID whose map-server is not known.
     *
     * @param replyTo the ITR
     * @param packet the IP packet in the ECM
     */
    public void request(EidPrefix eid, long nonce, Endpoint replyTo, byte[] packet) {
        Key key = new Key(replyTo.address(), eid);
        Pursuit underWay = pursuits.get(key);
        if (underWay != null) {
            // The ITR asks again: what comes back must have the nonce that it knows (RFC 8111 section 8.1.1).
            byNonce.remove(underWay.nonce);
            underWay.nonce = nonce;
            underWay.replyTo = replyTo;
            underWay.packet = packet;
            byNonce.put(nonce, underWay);
            counters.increment(Counter.DDT_REQUESTS_REPEATED);
            return;
        }
        Optional<Referred> referred = cache.longestMatch(eid, timers.nanoTime());
        if (referred.isPresent() && referred.get().isNegative()) {
            negative.send(nonce, referred.get().prefix(), referred.get().minutes(timers.nanoTime()), replyTo);
        } else if (pursuits.size() >= MAX_PURSUITS) {
            counters.increment(Counter.DDT_REQUESTS_DROPPED_FULL);
        } else {
            Pursuit pursuit = new Pursuit(eid, replyTo.address(), nonce, replyTo, packet);
            pursuits.put(key, pursuit);
            byNonce.put(nonce, pursuit);
            if (referred.isPresent()) {
                Referred known = referred.get();
                ask(pursuit, Optional.of(known.prefix()), known.targets(), known.keys());
            } else {
                restart(pursuit);
            }
        }
    }

    private void restart(Pursuit pursuit) {
        pursuit.throughRoot = true;
        ask(pursuit, Optional.empty(), roots, trust.anchors());
    }

    private void ask(Pursuit pursuit, Optional<EidPrefix> referred, List<IpAddress> targets, List<ReferralKey> keys) {
        pursuit.referred = referred;
        pursuit.targets = targets;
        pursuit.keys = keys;
        pursuit.refused = false;
        pursuit.sent = 0;
        askNext(pursuit);
    }

    /** The next of the targets; when all have had their turns nobody is told, and the ITR asks again (RFC 8111 section 7.3.2). */
    private void askNext(Pursuit pursuit) {
        pursuit.cancelTimer();
        if (pursuit.sent >= ROUNDS * pursuit.targets.size()) {
            if (pursuit.refused && !pursuit.throughRoot) {
                // The keys may have been replaced since they were remembered: their parent knows, and what it says
                // takes their place.
                restart(pursuit);
                return;
            }
            counters.increment(Counter.DDT_REQUESTS_UNANSWERED);
            finish(pursuit);
            return;
        }
        pursuit.sent++;
        counters.increment(Counter.DDT_REQUESTS_SENT);
        out.sendDdtRequest(
                new UnsafeBuffer(pursuit.packet),
                0,
                pursuit.packet.length,
                new Endpoint(pursuit.asked(), ControlCodec.PORT));
        pursuit.timer = timers.after(TIMEOUT, () -> askNext(pursuit));
    }

    private void finish(Pursuit pursuit) {
        pursuit.cancelTimer();
        pursuits.remove(new Key(pursuit.itr, pursuit.eid));
        byNonce.remove(pursuit.nonce, pursuit);
    }

    private void refuse(Pursuit pursuit, EidPrefix hole, int minutes) {
        negative.send(pursuit.nonce, hole, minutes, pursuit.replyTo);
        finish(pursuit);
    }

    /**
     * Used only when it answers a request under way, comes from the node that was asked, and is signed as it must be.
     *
     * @param buffer the datagram at {@code offset}, of {@code length} octets
     */
    public void onReferral(MapReferral message, DirectBuffer buffer, int offset, int length, Endpoint from) {
        counters.increment(Counter.MAP_REFERRALS);
        Pursuit pursuit = byNonce.get(message.nonce());
        if (pursuit == null || pursuit.sent == 0 || !from.address().equals(pursuit.asked())) {
            counters.increment(Counter.MAP_REFERRALS_UNKNOWN);
            return;
        }
        for (int i = 0; i < message.records().size(); i++) {
            Referral referral = message.records().get(i);
            Optional<EidPrefix> prefix = EidPrefix.of(referral.eid(), referral.maskLength())
                    .filter(covering -> covering.covers(pursuit.eid));
            if (prefix.isPresent()) {
                byte[] signedForm = pursuit.keys.isEmpty()
                        ? NOT_LOOKED_AT
                        : ControlCodec.signedForms(buffer, offset, length).get(i);
                switch (trust.judge(referral, signedForm, pursuit.keys)) {
                    case Believed believed -> follow(pursuit, prefix.get(), referral, believed);
                    case Refused(var why) -> refused(pursuit, why);
                }
                return;
            }
        }
        counters.increment(Counter.MAP_REFERRALS_UNKNOWN);
    }

    /** Nobody vouches for it: perhaps for what the next one says. */
    private void refused(Pursuit pursuit, Counter why) {
        counters.increment(why);
        pursuit.refused = true;
        askNext(pursuit);
    }

    private void follow(Pursuit pursuit, EidPrefix prefix, Referral referral, Believed believed) {
        boolean lessSpecific =
                pursuit.referred.filter(last -> prefix.length() < last.length()).isPresent();
        if (referral.action() != ReferralAction.NOT_AUTHORITATIVE && lessSpecific) {
            astray(pursuit);
            return;
        }
        switch (referral.action()) {
            case NODE_REFERRAL, MS_REFERRAL -> descend(pursuit, prefix, referral, believed);
            case MS_ACK -> {
                remember(prefix, referral, believed);
                counters.increment(Counter.DDT_REQUESTS_ACKNOWLEDGED);
                finish(pursuit);
            }
            case MS_NOT_REGISTERED -> notRegistered(pursuit, prefix, believed);
            case DELEGATION_HOLE -> {
                cache.putNegative(prefix, referral.action(), HOLE_MINUTES, believed.validNanos(), timers.nanoTime());
                refuse(pursuit, prefix, HOLE_MINUTES);
            }
            case NOT_AUTHORITATIVE -> {
                pursuit.referred.ifPresent(cache::remove);
                astray(pursuit);
            }
            case UNASSIGNED_6, UNASSIGNED_7 -> counters.increment(Counter.MAP_REFERRALS_UNKNOWN);
        }
    }

    /** A referral must lead further down each time: otherwise it leads around. */
    private void descend(Pursuit pursuit, EidPrefix prefix, Referral referral, Believed believed) {
        List<IpAddress> targets = targets(referral);
        boolean around = pursuit.referred
                .filter(last -> prefix.length() <= last.length())
                .isPresent();
        if (around || targets.isEmpty() || ++pursuit.referrals > MAX_REFERRALS) {
            astray(pursuit);
            return;
        }
        remember(prefix, referral, believed);
        ask(pursuit, Optional.of(prefix), targets, believed.keys());
    }

    private void remember(EidPrefix prefix, Referral referral, Believed believed) {
        List<IpAddress> targets = targets(referral);
        if (!referral.incomplete() && !targets.isEmpty()) {
            cache.put(
                    prefix,
                    referral.action(),
                    targets,
                    believed.keys(),
                    referral.ttlMinutes(),
                    believed.validNanos(),
                    timers.nanoTime());
        }
    }

    /** Another map-server of the EID-prefix may know it; when none does, nobody has it for a minute. */
    private void notRegistered(Pursuit pursuit, EidPrefix prefix, Believed believed) {
        if (pursuit.sent < pursuit.targets.size()) {
            askNext(pursuit);
            return;
        }
        cache.putNegative(
                prefix,
                ReferralAction.MS_NOT_REGISTERED,
                NOT_REGISTERED_MINUTES,
                believed.validNanos(),
                timers.nanoTime());
        refuse(pursuit, prefix, NOT_REGISTERED_MINUTES);
    }

    /** What was known led nowhere: once more from the root, and then no further. */
    private void astray(Pursuit pursuit) {
        counters.increment(Counter.DDT_REQUESTS_ASTRAY);
        if (pursuit.throughRoot) {
            refuse(pursuit, EidPrefix.host(pursuit.eid.instanceId(), pursuit.eid.address()), NOT_REGISTERED_MINUTES);
        } else {
            restart(pursuit);
        }
    }

    private List<IpAddress> targets(Referral referral) {
        return referral.locators().stream()
                .filter(one -> one.priority() < 255)
                .flatMap(one -> address(one.locator()).stream())
                .filter(out::canReach)
                .toList();
    }

    /** Of a locator with keys too, whether these are looked at or not. */
    private static Optional<IpAddress> address(LispAddress locator) {
        LispAddress inner = locator instanceof SecurityKey keys && !keys.revoked() ? keys.address() : locator;
        return inner instanceof IpAddress ip ? Optional.of(ip) : Optional.empty();
    }
}
