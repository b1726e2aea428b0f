package io.godwit.mapserver.subscribe;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.Departure;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.XtrIdentity;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agrona.DirectBuffer;

/**
 * Subscriptions to EID-prefixes and the publication of their changes (RFC 9437). An xTR may subscribe when its Site-ID is that of a site
 * with {@code subscribe: true}; that site's first key is the security association: it signs what is published, and the xTR's
 * acknowledgements must be signed with one of the site's keys.
 */
public final class PublishSubscribe {
    private static final long MINUTE_NANOS = 60_000_000_000L;
    /** Of a subscription to what nobody has registered (RFC 9437 section 5). */
    private static final long TEMPORARY_NANOS = 15 * MINUTE_NANOS;

    private final Sites sites;
    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final Subscriptions subscriptions;
    private final Publisher publisher;
    private long sweptNanos;

    /** What becomes of a Map-Request that asks for notification. */
    public enum Verdict {
        /** A Map-Notify confirms it. */
        SUBSCRIBED,
        /** To be answered like any other request. */
        ANSWER,
        /** Not to be answered. */
        DROP,
        /** To be answered with Drop/Policy-Denied. */
        DENIED,
        /** To be answered with Drop/Auth-Failure. */
        UNKNOWN_SITE
    }

    public PublishSubscribe(
            Sites sites, ControlSender out, Timers timers, Counters<Counter> counters, int capacity, int pending) {
        this.sites = sites;
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        subscriptions = new Subscriptions(capacity);
        publisher = new Publisher(out, timers, counters, pending, this::onSilence);
        sweptNanos = timers.nanoTime();
    }

    public int size() {
        return subscriptions.size();
    }

    /** Map-Notifies that wait for their acknowledgement. */
    public int pending() {
        return publisher.pending();
    }

    /** Whether the request's first record asks for notification in the form of RFC 9437. */
    public static boolean isFor(MapRequest request) {
        return request.identity().isPresent() && request.records().getFirst().notification();
    }

    /** Whether the request ends a subscription: its one ITR-RLOC has AFI 0. */
    public static boolean isUnsubscription(MapRequest request) {
        return request.itrRlocs().size() == 1 && request.itrRlocs().getFirst() instanceof NoAddress;
    }

    /** @param record what is to be answered: its EID-prefix is what is subscribed to */
    public Verdict subscribe(MapRequest request, EidPrefix prefix, EidRecord record) {
        XtrIdentity identity = request.identity().orElseThrow();
        Optional<Site> site = sites.withSiteId(identity.siteId());
        if (site.isEmpty()) {
            counters.increment(Counter.SUBSCRIPTIONS_REFUSED);
            return Verdict.UNKNOWN_SITE;
        }
        if (!site.get().subscribe()) {
            counters.increment(Counter.SUBSCRIPTIONS_REFUSED);
            return Verdict.DENIED;
        }
        XtrKey.XtrId xtr = new XtrKey.XtrId(identity.xtrIdHigh(), identity.xtrIdLow());
        if (isReplayed(request, prefix, xtr)) {
            return Verdict.DROP;
        }
        List<IpAddress> rlocs = request.itrRlocs().stream()
                .filter(rloc -> rloc instanceof IpAddress ip && out.canReach(ip))
                .map(rloc -> (IpAddress) rloc)
                .toList();
        Optional<Subscription> subscription =
                rlocs.isEmpty() ? Optional.empty() : subscriptions.add(prefix, xtr, site.get());
        if (subscription.isEmpty()) {
            counters.increment(Counter.SUBSCRIPTIONS_REFUSED_FULL);
            return Verdict.ANSWER;
        }
        subscription.get().renew(rlocs, request.nonce());
        subscription.get().temporary(record.locators().isEmpty(), timers.nanoTime() + TEMPORARY_NANOS);
        counters.increment(Counter.SUBSCRIPTIONS);
        publisher.confirm(subscription.get(), prefix, record);
        return Verdict.SUBSCRIBED;
    }

    private boolean isReplayed(MapRequest request, EidPrefix prefix, XtrKey.XtrId xtr) {
        Optional<Long> last = subscriptions.lastNonce(prefix, xtr);
        if (last.isPresent() && Long.compareUnsigned(request.nonce(), last.get()) <= 0) {
            counters.increment(Counter.SUBSCRIPTIONS_DROPPED_REPLAYED);
            return true;
        }
        return false;
    }

    /** Ends a subscription, and says so once to where the request came from (RFC 9437 section 5). */
    public void unsubscribe(MapRequest request, EidPrefix asked, EidRecord record, IpAddress source) {
        XtrIdentity identity = request.identity().orElseThrow();
        XtrKey.XtrId xtr = new XtrKey.XtrId(identity.xtrIdHigh(), identity.xtrIdLow());
        EidPrefix prefix = EidPrefix.of(record.eid(), record.maskLength()).orElse(asked);
        Optional<Subscription> known = subscriptions.get(asked, xtr).or(() -> subscriptions.get(prefix, xtr));
        if (known.isEmpty() || isReplayed(request, known.get().prefix(), xtr)) {
            return;
        }
        Subscription subscription = known.get();
        subscription.renew(List.of(), request.nonce());
        publisher.cancel(subscription);
        subscriptions.remove(subscription);
        counters.increment(Counter.SUBSCRIPTIONS_ENDED);
        if (out.canReach(source)) {
            publisher.tell(subscription, record, source);
        }
    }

    /** Tells the subscribers; not the xTR that caused the change nor those that are told that they lost the EID-prefix. */
    public void onChange(MappingChange change) {
        if (subscriptions.size() == 0) {
            return;
        }
        EidPrefix prefix = change.mapping().prefix();
        EidRecord record = record(change);
        Set<XtrKey> informed = new HashSet<>();
        informed.add(change.by().xtr());
        for (Departure departure : change.mapping().departures()) {
            informed.add(departure.registrant().xtr());
        }
        subscriptions.concernedBy(prefix, subscription -> {
            if (!informed.contains(subscription.xtr())) {
                publisher.publish(subscription, prefix, record);
            }
        });
    }

    /** As it is now; TTL 0 when nobody has it any more. */
    private static EidRecord record(MappingChange change) {
        EidPrefix prefix = change.mapping().prefix();
        return change.mapping().contributions().isEmpty()
                ? new EidRecord(0, prefix.length(), Action.NO_ACTION, false, 0, prefix.toAddress(), List.of())
                : change.mapping().view();
    }

    public boolean onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length) {
        return publisher.onAck(ack, buffer, offset, length);
    }

    /** A subscriber is gone: one that never confirmed is told so, once (RFC 9437 section 5). */
    private void onSilence(Subscription subscription, boolean confirmation) {
        counters.increment(Counter.SUBSCRIPTIONS_ENDED_SILENT);
        publisher.cancel(subscription);
        subscriptions.remove(subscription);
        if (confirmation && !subscription.rlocs().isEmpty()) {
            EidPrefix prefix = subscription.prefix();
            EidRecord removed = new EidRecord(
                    0, prefix.length(), Action.DROP_AUTH_FAILURE, false, 0, prefix.toAddress(), List.of());
            publisher.tell(subscription, removed, subscription.rlocs().getFirst());
        }
    }

    /** Retransmits and ends what is due, looking at {@code limit} Map-Notifies at most; returns whether nothing due is left. */
    public boolean poll(int limit) {
        long now = timers.nanoTime();
        if (now - sweptNanos >= MINUTE_NANOS) {
            sweptNanos = now;
            counters.add(Counter.SUBSCRIPTIONS_ENDED, subscriptions.sweep(now));
        }
        return publisher.poll(limit);
    }
}
