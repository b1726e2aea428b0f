package io.godwit.xtr.control.reach;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.config.ProbingConfig;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RLOC-probing (RFC 9301 section 7.1): the RLOCs of mappings that packets go by are asked for a sign of life, straight, by a Map-Request with P,
 * every interval give or take a quarter. One that stops answering gives way to the others of its mappings, until it answers again; one that never
 * answered only to others that do, as it may not know probes. Where nothing else is left it is used all the same: an answer can be lost where
 * packets are not.
 */
public final class ProbeAgent {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeAgent.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int TICKS_A_LOOK = 10;
    private static final Duration IN_USE = Duration.ofSeconds(60);
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** For an answer, and between a question and one for which somebody else gave cause. */
    private static final long PATIENCE_NANOS = ProbingConfig.LEAST.toNanos();

    private static final int MISSES = 3;
    private static final int MAX_PROBED = 4_096;
    private static final int MAX_SENT_A_TICK = 64;

    private final ControlContext context;
    private final long intervalNanos;
    private final LocatorSets sets;
    private final BiConsumer<EidPrefix, EidRecord> heard;
    private final Map<IpAddress, ProbedRloc> probed = new LinkedHashMap<>();
    private final Long2ObjectHashMap<ProbedRloc> byNonce = new Long2ObjectHashMap<>();
    private int ticks;

    /** Where to find what is to be probed. */
    @FunctionalInterface
    public interface LocatorSets {
        /** Tells of each locator-set that mappings have one of the EID-prefixes that have it. */
        void forEach(BiConsumer<EidPrefix, List<Locator>> consumer);
    }

    /** @param heard is told what an answer says of the EID-prefix that it was asked by, when that is news */
    public ProbeAgent(
            ControlContext context, ProbingConfig config, LocatorSets sets, BiConsumer<EidPrefix, EidRecord> heard) {
        this.context = context;
        this.sets = sets;
        this.heard = heard;
        intervalNanos = config.interval().toNanos();
        if (config.enabled()) {
            context.timers().every(TICK, this::tick);
        }
    }

    private void tick() {
        if (ticks++ % TICKS_A_LOOK == 0) {
            look();
        }
        long now = context.timers().nanoTime();
        int sent = 0;
        for (ProbedRloc one : probed.values()) {
            if (one.isOverdue(now, PATIENCE_NANOS)) {
                onSilence(one, now);
            }
            if (sent < MAX_SENT_A_TICK && one.isDue(now)) {
                send(one, now);
                sent++;
            }
        }
    }

    /** All of a set in use are probed: those of a lower priority are to be known when they are needed. */
    private void look() {
        long now = context.timers().nanoTime();
        Set<IpAddress> recent = new HashSet<>(context.dataPlane().recentLocators(IN_USE));
        probed.values().forEach(one -> one.othersAnswer = false);
        sets.forEach((eid, locators) -> {
            if (locators.stream().anyMatch(locator -> recent.contains(locator.address()))) {
                want(eid, locators, now);
            }
        });
        probed.values().removeIf(one -> {
            boolean unused = one.wantedNanos != now;
            if (unused) {
                forget(one);
            }
            return unused;
        });
    }

    private void want(EidPrefix eid, List<Locator> locators, long now) {
        boolean answers = false;
        for (Locator locator : locators) {
            ProbedRloc one = probed.get(locator.address());
            if (one == null && probed.size() < MAX_PROBED) {
                one = new ProbedRloc(
                        locator.address(), eid, context.random().nextLong(), now + jittered(SECOND_NANOS / 2));
                probed.put(one.address, one);
                byNonce.put(one.nonce(), one);
            }
            if (one != null) {
                one.eid = eid;
                one.wantedNanos = now;
                answers |= one.hasAnswered() && !one.isSilent();
            }
        }
        if (answers) {
            locators.forEach(locator ->
                    Optional.ofNullable(probed.get(locator.address())).ifPresent(one -> one.othersAnswer = true));
        }
    }

    private void forget(ProbedRloc one) {
        byNonce.remove(one.nonce());
        if (one.isSilent()) {
            context.dataPlane().silent(one.address, false);
        }
    }

    /** Give or take a quarter. */
    private long jittered(long nanos) {
        return nanos - nanos / 4 + context.random().nextLong(nanos / 2);
    }

    /** Answered to an own RLOC of the same family: both ways are tried. */
    private void send(ProbedRloc one, long now) {
        one.sent(now);
        List<LispAddress> answerTo = context.locators()
                .sameFamily(one.address)
                .map(own -> List.<LispAddress>of(own))
                .orElseGet(() -> context.locators().itrRlocs());
        MapRequest probe = new MapRequest(
                Set.of(MapRequest.Flag.PROBE),
                one.nonce(),
                NoAddress.INSTANCE,
                answerTo,
                List.of(new MapRequest.RequestedEid(false, one.eid.length(), one.eid.toAddress())),
                Optional.empty(),
                Optional.empty());
        context.sender().send(probe, new Endpoint(one.address, ControlCodec.PORT));
        context.count(ControlCounter.PROBES_SENT);
    }

    private void onSilence(ProbedRloc one, long now) {
        boolean again = one.misses() + 1 < MISSES;
        one.missed(again ? now : now + jittered(intervalNanos));
        context.count(ControlCounter.PROBES_UNANSWERED);
        if (!again && !one.isSilent() && (one.hasAnswered() || one.othersAnswer)) {
            tell(one, true);
        }
    }

    private void tell(ProbedRloc one, boolean silent) {
        one.silent(silent);
        context.dataPlane().silent(one.address, silent);
        context.count(silent ? ControlCounter.LOCATORS_SILENT : ControlCounter.LOCATORS_ANSWER_AGAIN);
        if (silent) {
            LOG.warn("RLOC {} does not answer: others of its mappings are used", one.address);
        } else {
            LOG.info("RLOC {} answers again", one.address);
        }
        context.events()
                .add(silent ? EventKind.LOCATOR_SILENT : EventKind.LOCATOR_ANSWERS, one.eid, one.address.toString());
    }

    /** A Map-Reply with P; counts only as an answer to a question of ours, by its nonce. */
    public void onReply(MapReply reply) {
        ProbedRloc asked = byNonce.get(reply.nonce());
        if (asked == null) {
            context.count(ControlCounter.MAP_REPLIES_UNKNOWN_NONCE);
            return;
        }
        if (!reply.records().stream().allMatch(EidRecord::authoritative)) {
            context.count(ControlCounter.PROBE_REPLIES_NOT_AUTHORITATIVE);
            return;
        }
        context.count(ControlCounter.PROBE_REPLIES_RECEIVED);
        ProbedRloc one = named(reply).orElse(asked);
        byNonce.remove(one.nonce());
        long now = context.timers().nanoTime();
        one.answered(now, now + jittered(intervalNanos), context.random().nextLong());
        byNonce.put(one.nonce(), one);
        if (one.isSilent()) {
            tell(one, false);
        }
        said(asked, reply);
    }

    /** The RLOC that the answer is of: the first with p, if any has it, whatever was asked (RFC 9301 section 5.4). */
    private Optional<ProbedRloc> named(MapReply reply) {
        return reply.records().stream()
                .flatMap(one -> one.locators().stream())
                .filter(RlocRecord::probed)
                .findFirst()
                .flatMap(rloc ->
                        Optional.ofNullable(rloc.locator() instanceof IpAddress address ? probed.get(address) : null));
    }

    private void said(ProbedRloc one, MapReply reply) {
        for (EidRecord eidRecord : reply.records()) {
            boolean ofIt = EidPrefix.of(eidRecord.eid(), eidRecord.maskLength())
                    .filter(one.eid::equals)
                    .isPresent();
            int hash = eidRecord.locators().hashCode();
            if (ofIt && hash != one.saidHash) {
                one.saidHash = hash;
                heard.accept(one.eid, eidRecord);
            }
        }
    }

    /** An ICMP error says that {@code rloc} is out of reach. Anybody can say that: it is asked at once, and believed itself only. */
    public void onUnreachable(IpAddress rloc) {
        ProbedRloc one = probed.get(rloc);
        if (one != null && one.hurry(context.timers().nanoTime(), PATIENCE_NANOS)) {
            context.count(ControlCounter.PROBES_AFTER_ICMP);
        }
    }

    /**
     * @param state {@code answers}, {@code silent}, or {@code unknown} as long as it never answered
     * @param misses questions in a row that were not answered
     * @param roundTripMicros of the last answer to a first question, -1 when there was none
     * @param eid of a mapping in use that lists it
     */
    public record View(String address, String state, int misses, long roundTripMicros, String eid) {}

    public Collection<View> views() {
        return probed.values().stream()
                .map(one -> new View(
                        one.address.toString(),
                        one.isSilent() ? "silent" : one.hasAnswered() ? "answers" : "unknown",
                        one.misses(),
                        one.roundTripMicros(),
                        one.eid.toString()))
                .toList();
    }
}
