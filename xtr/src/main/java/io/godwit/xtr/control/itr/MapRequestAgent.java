package io.godwit.xtr.control.itr;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.itr.PendingRequest.Phase;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agrona.collections.Long2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the mapping system (RFC 9301 sections 5.2, 5.3, 8.1): an encapsulated Map-Request to a map-resolver, at most one a second for an
 * EID-prefix, repeated after 1, 2, 4 ... 32 s with a new nonce and, if there are several, to the next resolver; after 10 repetitions
 * without an answer silence for 30 s. The number of requests under way is bounded.
 */
public final class MapRequestAgent {
    private static final Logger LOG = LoggerFactory.getLogger(MapRequestAgent.class);
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
    private static final Duration MAX_WAIT = Duration.ofSeconds(32);
    private static final Duration HOLD = Duration.ofSeconds(30);
    private static final int MAX_RETRANSMISSIONS = 10;
    private static final int MAX_PENDING = 10_000;

    private final ControlContext context;
    private final List<IpAddress> resolvers;
    private final MapReplies replies;
    private final SubscriptionAgent subscriptions;
    private final Map<EidPrefix, PendingRequest> pending = new HashMap<>();
    private final Long2ObjectHashMap<PendingRequest> byNonce = new Long2ObjectHashMap<>();
    /** The resolver that answered last, or is tried next. */
    private int current;

    /** @param resolvers of families this xTR has */
    public MapRequestAgent(
            ControlContext context, List<IpAddress> resolvers, MapReplies replies, SubscriptionAgent subscriptions) {
        this.subscriptions = subscriptions;
        this.context = context;
        this.resolvers = List.copyOf(resolvers);
        this.replies = replies;
    }

    public int pending() {
        return pending.size();
    }

    /** For a packet that missed. */
    public void onMiss(EidPrefix eid, IpAddress sourceEid) {
        request(eid, Optional.of(sourceEid), false);
    }

    /** For an entry that is about to expire, or to find out who holds an EID. */
    public void refresh(EidPrefix eid) {
        request(eid, Optional.empty(), false);
    }

    /** As {@link #refresh}; an answer to what was asked before does not count, because it is of an earlier time. */
    public void askAnew(EidPrefix eid) {
        PendingRequest known = pending.get(eid);
        if (known != null && known.phase == Phase.WAITING && !known.trial) {
            forgetNonces(known);
            long since = context.timers().nanoTime() - known.lastSentNanos;
            Duration rest = Duration.ofNanos(Math.max(0, MIN_INTERVAL.toNanos() - since));
            known.setTimer(context.timers().after(rest, () -> transmit(known)));
        } else {
            refresh(eid);
        }
    }

    /** For an EID-prefix that an SMR named (RFC 9301 section 6.1). */
    public void onSolicited(EidPrefix eid) {
        request(eid, Optional.empty(), true);
    }

    private void request(EidPrefix eid, Optional<IpAddress> sourceEid, boolean smrInvoked) {
        PendingRequest known = pending.get(eid);
        if (known != null) {
            known.again |= smrInvoked || known.trial || known.phase == Phase.ANSWERED;
            known.smrInvoked |= smrInvoked;
        } else if (pending.size() >= MAX_PENDING || resolvers.isEmpty()) {
            context.count(ControlCounter.MAP_REQUESTS_PENDING_FULL);
        } else {
            PendingRequest request = new PendingRequest(eid, sourceEid, smrInvoked);
            pending.put(eid, request);
            transmit(request);
        }
    }

    private void transmit(PendingRequest request) {
        boolean forPackets = request.eid.address() instanceof IpAddress;
        request.subscribes = forPackets && request.sent == 0 && (request.trial || subscriptions.isOffered());
        long nonce = request.subscribes
                ? subscriptions.nonce(request.eid)
                : context.random().nextLong();
        request.nonces.addLong(nonce);
        byNonce.put(nonce, request);
        IpAddress resolver = resolvers.get((current + request.sent) % resolvers.size());
        request.sent++;
        request.lastSentNanos = context.timers().nanoTime();
        request.wait = request.wait.isZero() ? MIN_INTERVAL : min(request.wait.multipliedBy(2), MAX_WAIT);
        request.setTimer(context.timers().after(request.wait, () -> onTimeout(request)));
        context.sender().send(encapsulated(request, nonce), new Endpoint(resolver, ControlCodec.PORT));
        context.count(ControlCounter.MAP_REQUESTS_SENT);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private EncapsulatedControlMessage encapsulated(PendingRequest request, long nonce) {
        LispAddress source = request.sourceEid
                .<LispAddress>map(
                        ip -> EidPrefix.host(request.eid.instanceId(), ip).toAddress())
                .orElse(NoAddress.INSTANCE);
        var message = new MapRequest(
                request.smrInvoked ? Set.of(MapRequest.Flag.SMR_INVOKED) : Set.of(),
                nonce,
                source,
                context.locators().itrRlocs(),
                List.of(new MapRequest.RequestedEid(request.subscribes, request.eid.length(), request.eid.toAddress())),
                Optional.empty(),
                request.subscribes ? subscriptions.identity() : Optional.empty());
        // A MAC is no address for an IP header: whom we ask stands in it then.
        IpAddress destination = request.eid.address() instanceof IpAddress ip ? ip : resolvers.get(current);
        // Without a source EID any address of the EID's family will do: the answer goes to the ITR-RLOCs.
        IpAddress innerSource = request.sourceEid
                .or(() -> context.locators().sameFamily(destination))
                .orElse(destination.mask(0));
        return encapsulated(message, innerSource, destination);
    }

    private EncapsulatedControlMessage encapsulated(MapRequest message, IpAddress source, IpAddress destination) {
        return new EncapsulatedControlMessage(
                false, source, destination, context.sender().transport().localPort(), ControlCodec.PORT, message, 0);
    }

    private void onTimeout(PendingRequest request) {
        if (request.subscribes) {
            subscriptions.onSilence();
        }
        if (request.trial) {
            forgetNonces(request);
            pending.remove(request.eid);
            if (request.again) {
                request(request.eid, request.sourceEid, request.smrInvoked);
            }
            return;
        }
        if (request.sent <= MAX_RETRANSMISSIONS) {
            transmit(request);
            return;
        }
        forgetNonces(request);
        current = (current + 1) % resolvers.size();
        request.phase = Phase.HELD;
        request.setTimer(context.timers().after(HOLD, () -> pending.remove(request.eid)));
        context.count(ControlCounter.MAP_REQUESTS_UNANSWERED);
        context.events()
                .add(
                        EventKind.MAP_REQUEST_UNANSWERED,
                        request.eid,
                        "no map-resolver answered " + request.sent + " requests");
        LOG.warn("no map-resolver of {} answered {} Map-Requests for {}", resolvers, request.sent, request.eid);
    }

    /** A Map-Reply that came to us: used only when it answers one of our nonces (RFC 9301 section 5.3). */
    public void onMapReply(MapReply reply) {
        context.count(ControlCounter.MAP_REPLIES_RECEIVED);
        PendingRequest request = byNonce.get(reply.nonce());
        if (request == null || reply.probe()) {
            context.count(ControlCounter.MAP_REPLIES_UNKNOWN_NONCE);
            return;
        }
        Optional<EidPrefix> cover = cover(request, reply.records());
        if (cover.isEmpty()) {
            context.count(ControlCounter.MAP_REPLIES_NOT_COVERING);
            return;
        }
        boolean onlyTheSubscriptionIsRefused = request.subscribes && subscriptions.onRefusal(reply);
        request.again |= onlyTheSubscriptionIsRefused && !request.trial;
        settle(request);
        if (!onlyTheSubscriptionIsRefused) {
            deliver(request.eid, cover.get(), reply.records());
            request.startTrial =
                    request.eid.address() instanceof IpAddress && !request.subscribes && subscriptions.startsTrial();
        }
    }

    private static Optional<EidPrefix> cover(PendingRequest request, List<EidRecord> records) {
        return records.stream()
                .flatMap(r -> EidPrefix.of(r.eid(), r.maskLength()).stream())
                .filter(eid -> eid.covers(request.eid))
                .findFirst();
    }

    /** An authentic Map-Notify: whether it confirms a subscription that was asked for, and so answers the request too (RFC 9437 section 5). */
    public boolean onMapNotify(MapNotify notify) {
        PendingRequest request = byNonce.get(notify.nonce());
        Optional<EidPrefix> cover =
                request == null || !request.subscribes ? Optional.empty() : cover(request, notify.records());
        if (request == null || cover.isEmpty()) {
            return false;
        }
        settle(request);
        subscriptions.confirmed(notify.nonce(), notify.records());
        deliver(request.eid, cover.get(), notify.records());
        return true;
    }

    /** The mapping is in use no more: its changes need not be published. */
    public void onUnused(EidPrefix eid) {
        Optional<IpAddress> source = subscriptions.source(eid);
        if (source.isEmpty() || resolvers.isEmpty()) {
            return;
        }
        subscriptions.end(eid).ifPresent(request -> context.sender()
                .send(
                        encapsulated(request, source.get(), (IpAddress) eid.address()),
                        new Endpoint(resolvers.get(current), ControlCodec.PORT)));
    }

    /** More-specifics first, so that the covering one can be made to expire with them. */
    private void deliver(EidPrefix asked, EidPrefix cover, List<EidRecord> records) {
        Set<EidPrefix> listed = new HashSet<>();
        records.forEach(one -> EidPrefix.of(one.eid(), one.maskLength()).ifPresent(listed::add));
        for (boolean coverItself : new boolean[] {false, true}) {
            for (EidRecord eidRecord : records) {
                EidPrefix.of(eidRecord.eid(), eidRecord.maskLength())
                        .filter(eid -> eid.equals(cover) == coverItself && cover.covers(eid))
                        .ifPresent(eid -> replies.onRecord(asked, eid, eidRecord, listed));
            }
        }
    }

    private void settle(PendingRequest request) {
        forgetNonces(request);
        current = (current + request.sent - 1) % resolvers.size();
        request.phase = Phase.ANSWERED;
        long pause = MIN_INTERVAL.toNanos() - (context.timers().nanoTime() - request.lastSentNanos);
        request.setTimer(context.timers().after(Duration.ofNanos(Math.max(pause, 0)), () -> {
            pending.remove(request.eid);
            if (request.again) {
                request(request.eid, request.sourceEid, request.smrInvoked);
            } else if (request.startTrial) {
                PendingRequest trial = new PendingRequest(request.eid, Optional.empty(), false);
                trial.trial = true;
                pending.put(trial.eid, trial);
                transmit(trial);
            }
        }));
    }

    private void forgetNonces(PendingRequest request) {
        request.nonces.forEachLong(byNonce::remove);
        request.nonces.clear();
    }
}
