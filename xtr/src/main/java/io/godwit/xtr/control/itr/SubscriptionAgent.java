package io.godwit.xtr.control.itr;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscriptions of this xTR to the mappings it uses (RFC 9437): its Map-Requests ask for them, Map-Notifies that a map-server of its own has
 * signed confirm them and tell of changes. Whether there are any is tried with a mapping that has just been learned, so that no packet waits
 * for it; as long as the mapping system does not confirm one, Map-Requests are plain, and Solicit-Map-Requests tell of changes.
 */
public final class SubscriptionAgent {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionAgent.class);
    /** How long plain Map-Requests are sent after a refusal. */
    private static final Duration REFUSED = Duration.ofMinutes(10);
    /** How long a confirmation that was asked for on trial may take. */
    private static final Duration TRIAL = Duration.ofSeconds(10);

    private static final Duration LOG_INTERVAL = Duration.ofMinutes(10);
    private static final int MAX_SUBSCRIPTIONS = 200_000;
    private static final int MAX_ENDING = 10_000;
    private static final int SECONDS_SHIFT = 32;
    private static final long LOW_HALF = 0xffff_ffffL;

    private final ControlContext context;
    private final XtrIdentity identity;
    private final boolean wanted;
    private final EidTable<Subscription> subscriptions = EidTable.create();
    /** By the nonce of the Map-Request that ends them. */
    private final Long2ObjectHashMap<EidPrefix> ending = new Long2ObjectHashMap<>();

    /** One was confirmed, and none refused since. */
    private boolean offered;

    private boolean tried;
    private long nextTrialNanos;
    private long loggedNanos;
    private boolean logged;

    private static final class Subscription {
        /** Of the last Map-Notify. */
        private long nonce;

        Subscription(long nonce) {
            this.nonce = nonce;
        }
    }

    /** @param wanted whether a map-server is to be asked for subscriptions at all */
    public SubscriptionAgent(ControlContext context, XtrIdentity identity, boolean wanted) {
        this.context = context;
        this.identity = identity;
        this.wanted = wanted;
    }

    public int size() {
        return subscriptions.size();
    }

    /** Whether a Map-Request for what is needed now is to ask for a subscription. */
    boolean isOffered() {
        return wanted && offered && subscriptions.size() < MAX_SUBSCRIPTIONS;
    }

    /** Whether to find out, with a mapping that is known already; if so, that is taken to happen. */
    boolean startsTrial() {
        long now = context.timers().nanoTime();
        if (!wanted || offered || (tried && now - nextTrialNanos < 0)) {
            return false;
        }
        tried = true;
        nextTrialNanos = now + TRIAL.toNanos();
        return true;
    }

    private void pause() {
        offered = false;
        tried = true;
        nextTrialNanos = context.timers().nanoTime() + REFUSED.toNanos();
    }

    /** A request for a subscription was not answered: who serves the EID has no association with this xTR, or takes the nonce for an old one. */
    void onSilence() {
        pause();
    }

    Optional<XtrIdentity> identity() {
        return Optional.of(identity);
    }

    /**
     * Of a request for {@code eid}: above that of every Map-Notify so far, and above those of an earlier run, which the wall clock sees to;
     * half of it is random, so that nobody else can answer.
     */
    long nonce(EidPrefix eid) {
        long seconds = context.timers().epochMillis() / 1_000;
        long fresh = (seconds << SECONDS_SHIFT) | (context.random().nextLong() & LOW_HALF);
        long last = subscriptions
                .longestMatch(eid)
                .map(match -> match.value().nonce)
                .orElse(0L);
        return Long.compareUnsigned(fresh, last) > 0 ? fresh : last + 1;
    }

    /** A Map-Notify answered a request for a subscription: the map-server publishes what becomes of the records. */
    void confirmed(long nonce, List<EidRecord> records) {
        context.count(ControlCounter.SUBSCRIPTIONS_CONFIRMED);
        offered = true;
        for (EidRecord one : records) {
            EidPrefix.of(one.eid(), one.maskLength()).ifPresent(eid -> subscriptions.put(eid, new Subscription(nonce)));
        }
    }

    /**
     * A Map-Reply answered a request for a subscription: there are none.
     *
     * @return whether the answer is only that, so that the request must be made again without
     */
    boolean onRefusal(MapReply reply) {
        context.count(ControlCounter.SUBSCRIPTIONS_REFUSED);
        pause();
        return reply.records().stream()
                .anyMatch(one -> one.locators().isEmpty()
                        && (one.action() == Action.DROP_POLICY_DENIED || one.action() == Action.DROP_AUTH_FAILURE));
    }

    /**
     * An authentic Map-Notify that answers no request under way.
     *
     * @param news gets what it says, if that is newer than what is known
     * @return whether it was about a subscription
     */
    public boolean onNotify(
            MapNotify notify, AuthenticationKey key, Endpoint from, BiConsumer<EidPrefix, EidRecord> news) {
        if (ending.remove(notify.nonce()) != null) {
            acknowledge(notify, key, from);
            return true;
        }
        Optional<Subscription> subscription = notify.records().stream()
                .flatMap(one -> EidPrefix.of(one.eid(), one.maskLength()).stream())
                .flatMap(eid -> subscriptions.longestMatch(eid).stream())
                .map(EidTable.Entry::value)
                .findFirst();
        if (subscription.isEmpty()) {
            return false;
        }
        int order = Long.compareUnsigned(notify.nonce(), subscription.get().nonce);
        if (order < 0) {
            onStale(notify, subscription.get());
            return true;
        }
        // The same once more: the acknowledgement was lost.
        acknowledge(notify, key, from);
        if (order > 0) {
            context.count(ControlCounter.PUBLICATIONS_RECEIVED);
            subscription.get().nonce = notify.nonce();
            notify.records()
                    .forEach(one -> EidPrefix.of(one.eid(), one.maskLength()).ifPresent(eid -> news.accept(eid, one)));
        }
        return true;
    }

    private void onStale(MapNotify notify, Subscription known) {
        context.count(ControlCounter.PUBLICATIONS_STALE);
        long now = context.timers().nanoTime();
        if (!logged || now - loggedNanos >= LOG_INTERVAL.toNanos()) {
            logged = true;
            loggedNanos = now;
            LOG.warn(
                    "a publication about {} is older than what is known (nonce {}, last {}): dropped",
                    notify.records().getFirst().eid(),
                    Long.toHexString(notify.nonce()),
                    Long.toHexString(known.nonce));
        }
    }

    public void acknowledge(MapNotify notify, AuthenticationKey key, Endpoint to) {
        context.sender()
                .sendSigned(
                        new MapNotifyAck(
                                notify.nonce(), AuthenticationData.UNSIGNED, notify.records(), notify.identity()),
                        key,
                        to);
        context.count(ControlCounter.MAP_NOTIFY_ACKS_SENT);
    }

    /**
     * The mapping is in use no more. If it was subscribed to, the Map-Request that ends that; its one ITR-RLOC is none (RFC 9437 section 5).
     */
    Optional<MapRequest> end(EidPrefix eid) {
        if (subscriptions.get(eid).isEmpty() || ending.size() >= MAX_ENDING) {
            return Optional.empty();
        }
        long nonce = nonce(eid);
        subscriptions.remove(eid);
        ending.put(nonce, eid);
        context.timers().after(REFUSED, () -> ending.remove(nonce));
        context.count(ControlCounter.SUBSCRIPTIONS_ENDED);
        return Optional.of(new MapRequest(
                Set.of(),
                nonce,
                NoAddress.INSTANCE,
                List.of(NoAddress.INSTANCE),
                List.of(new MapRequest.RequestedEid(true, eid.length(), eid.toAddress())),
                Optional.empty(),
                identity()));
    }

    /** The own address a Map-Notify about {@code eid} can come to, which is the source of the request that ends its subscription. */
    Optional<IpAddress> source(EidPrefix eid) {
        return eid.address() instanceof IpAddress address ? context.locators().sameFamily(address) : Optional.empty();
    }
}
