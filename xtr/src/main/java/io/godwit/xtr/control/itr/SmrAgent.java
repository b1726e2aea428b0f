package io.godwit.xtr.control.itr;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MapRequest;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.core.Pacer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Solicit-Map-Requests (RFC 9301 section 6.1). Out: at most one every 3 s to an RLOC, about one changed EID-prefix after the other. In: for
 * what we hold a mapping of, an SMR-invoked Map-Request through the mapping system, at most one every 3 s for an EID-prefix.
 */
public final class SmrAgent {
    private static final Duration INTERVAL = Duration.ofSeconds(3);
    /** To whom an SMR goes: the RLOCs encapsulated to in this time. */
    private static final Duration AUDIENCE = Duration.ofSeconds(60);

    private static final int MAX_RLOCS = 10_000;
    private static final int MAX_WAITING_FOR_AN_RLOC = 1_000;
    private static final int MAX_SOLICITED = 10_000;

    private final ControlContext context;
    private final Function<EidPrefix, Optional<EidPrefix>> interest;
    private final Map<IpAddress, LinkedHashSet<EidPrefix>> waiting = new HashMap<>();
    private final Pacer<IpAddress> outgoing;
    private final Pacer<EidPrefix> solicited;
    private Runnable locatorSetChanged = () -> {};

    /**
     * @param interest from an EID-prefix that an SMR names to what should be asked for, if we hold a mapping of it
     * @param request asks for it through the mapping system
     */
    public SmrAgent(
            ControlContext context, Function<EidPrefix, Optional<EidPrefix>> interest, Consumer<EidPrefix> request) {
        this.context = context;
        this.interest = interest;
        outgoing = new Pacer<>(context.timers(), INTERVAL, MAX_RLOCS, this::sendNext);
        solicited = new Pacer<>(context.timers(), INTERVAL, MAX_SOLICITED, request);
    }

    /** @param listener is told whenever an EID-prefix has other locators than before */
    public void onLocatorSetChanged(Runnable listener) {
        locatorSetChanged = listener;
    }

    /** Tells everyone we send to that the mapping of {@code changed} has other locators now. */
    public void solicit(EidPrefix changed) {
        locatorSetChanged.run();
        announce(changed);
    }

    /** Tells everyone we send to that there is news of {@code changed}. */
    public void announce(EidPrefix changed) {
        context.dataPlane().recentLocators(AUDIENCE).forEach(rloc -> solicit(changed, rloc));
    }

    /** Tells {@code rloc}, which we send to or which sent to us by an old mapping. */
    public void solicit(EidPrefix changed, IpAddress rloc) {
        if (context.locators().owns(rloc) || !context.locators().hasFamilyOf(rloc)) {
            return;
        }
        if (!waiting.containsKey(rloc) && waiting.size() >= MAX_RLOCS) {
            context.count(ControlCounter.SMRS_RATE_LIMITED);
            return;
        }
        LinkedHashSet<EidPrefix> queue = waiting.computeIfAbsent(rloc, r -> new LinkedHashSet<>());
        if (queue.size() < MAX_WAITING_FOR_AN_RLOC) {
            queue.add(changed);
        }
        if (!outgoing.request(rloc)) {
            context.count(ControlCounter.SMRS_RATE_LIMITED);
        }
    }

    private void sendNext(IpAddress rloc) {
        LinkedHashSet<EidPrefix> queue = waiting.get(rloc);
        if (queue == null) {
            return;
        }
        EidPrefix eid = queue.removeFirst();
        context.sender().send(message(eid), new Endpoint(rloc, ControlCodec.PORT));
        context.count(ControlCounter.SMRS_SENT);
        context.events().add(EventKind.SMR_SENT, eid, "to " + rloc);
        if (queue.isEmpty()) {
            waiting.remove(rloc);
        } else {
            outgoing.request(rloc);
        }
    }

    /** Peers look for the changed EID in Source-EID, the RFC has it in the record: it is in both. */
    private MapRequest message(EidPrefix eid) {
        return new MapRequest(
                Set.of(MapRequest.Flag.SMR, MapRequest.Flag.DO_NOT_REPLY),
                context.random().nextLong(),
                eid.toAddress(),
                context.locators().itrRlocs(),
                List.of(new MapRequest.RequestedEid(false, eid.length(), eid.toAddress())),
                Optional.empty(),
                Optional.empty());
    }

    /** An SMR came. It is not authenticated: it makes us ask, and changes nothing. */
    public void onSmr(MapRequest smr, IpAddress from) {
        context.count(ControlCounter.SMRS_RECEIVED);
        Set<EidPrefix> named = named(smr);
        Set<EidPrefix> wanted = new LinkedHashSet<>();
        named.forEach(eid -> interest.apply(eid).ifPresent(wanted::add));
        if (wanted.isEmpty()) {
            context.count(ControlCounter.SMRS_NOT_CACHED);
        }
        for (EidPrefix eid : wanted) {
            context.events().add(EventKind.SMR_RECEIVED, eid, "from " + from);
            if (!solicited.request(eid)) {
                context.count(ControlCounter.SMRS_RATE_LIMITED);
            }
        }
    }

    /** The record's EID-prefixes, and the Source-EID unless a record covers it. */
    private static Set<EidPrefix> named(MapRequest smr) {
        Set<EidPrefix> named = new LinkedHashSet<>();
        smr.records().forEach(r -> EidPrefix.of(r.eid(), r.maskLength()).ifPresent(named::add));
        EidPrefix.of(smr.sourceEid(), 128)
                .or(() -> EidPrefix.of(smr.sourceEid(), 32))
                .filter(EidPrefix::isHost)
                .filter(source -> named.stream().noneMatch(eid -> eid.covers(source)))
                .ifPresent(named::add);
        return named;
    }
}
