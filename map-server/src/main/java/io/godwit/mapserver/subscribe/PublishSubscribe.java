package io.godwit.mapserver.subscribe;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.RateTable;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.database.Departure;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.intake.SourceLimits;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.mapserver.state.StateValues;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EcmAuthentication;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.XtrIdentity;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;

/**
 * Subscriptions to EID-prefixes and the publication of their changes (RFC 9437). An xTR may subscribe when its Site-ID is that of a site
 * with {@code subscribe: true}; that site's first key is the security association: it signs what is published, and the xTR's
 * acknowledgements must be signed with one of the site's keys.
 */
public final class PublishSubscribe {
    private final Sites sites;
    private final StateValues state;
    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final Subscriptions subscriptions;
    private final Publisher publisher;
    private final OneTimeKeys oneTimeKeys = new OneTimeKeys();
    private final RateTable pace;
    private final RecentChanges recent;
    /** Publishes; of the members of a cluster one does. */
    private boolean leads;

    private Peers peers = (subscription, xtr, eid) -> {};

    /** The other members of a cluster. */
    @FunctionalInterface
    public interface Peers {
        /** The subscriber missed a change of {@code eid} while it subscribed: whoever leads is to tell it, by {@link #onMissed}. */
        void missed(EidPrefix subscription, XtrKey.XtrId xtr, EidPrefix eid);
    }

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
        /** To be answered with Drop/Auth-Failure: no such site, or a one-time key that was used before. */
        NO_ASSOCIATION
    }

    public PublishSubscribe(
            Sites sites,
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            LimitsConfig limits,
            StateValues state) {
        this.sites = sites;
        this.state = state;
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        subscriptions =
                new Subscriptions(limits.subscriptions(), new SavedSubscriptions(state, timers), timers.nanoTime());
        leads = !state.isShared();
        recent = new RecentChanges(timers);
        pace = SourceLimits.table(1, limits.rates().subscriptions());
        publisher = new Publisher(
                out, timers, counters, limits.pendingNotifies(), limits.rates().notifies(), new Outcomes());
        subscriptions.restore(sites, this::onAgreed, publisher::cancel);
    }

    /** Keeps subscriptions together with these. */
    public void peers(Peers others) {
        peers = others;
    }

    /** This member of a cluster publishes from now on, or does not any more. */
    public void leads(boolean now) {
        leads = now;
        subscriptions.leads(now);
        if (now) {
            recent.forEach(this::tell);
        } else {
            publisher.cancelChanges();
        }
    }

    /** Members of a cluster agreed on what this one may have waited for. */
    private void onAgreed(Subscription subscription) {
        for (EidRecord news : subscription.takeMissed()) {
            EidPrefix.of(news.eid(), news.maskLength())
                    .ifPresent(eid -> peers.missed(subscription.prefix(), subscription.xtr(), eid));
        }
    }

    /**
     * A subscriber is to be told of what it missed at another member.
     *
     * @param current as it is now
     */
    public void onMissed(EidPrefix subscribed, XtrKey.XtrId xtr, EidPrefix eid, EidRecord current) {
        if (leads) {
            subscriptions
                    .get(subscribed, xtr)
                    .filter(Subscription::isConfirmed)
                    .ifPresent(subscription -> publisher.publish(subscription, eid, current));
        }
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

    /**
     * @param security of the ECM that the request came in
     * @param record what is to be answered: its EID-prefix is what is subscribed to
     */
    public Verdict subscribe(
            MapRequest request, Optional<EcmAuthentication> security, EidPrefix prefix, EidRecord record) {
        XtrIdentity identity = request.identity().orElseThrow();
        Optional<Site> site = sites.withSiteId(identity.siteId());
        if (site.isEmpty()) {
            counters.increment(Counter.SUBSCRIPTIONS_REFUSED);
            return Verdict.NO_ASSOCIATION;
        }
        if (!site.get().subscribe()) {
            counters.increment(Counter.SUBSCRIPTIONS_REFUSED);
            return Verdict.DENIED;
        }
        XtrKey.XtrId xtr = new XtrKey.XtrId(identity.xtrIdHigh(), identity.xtrIdLow());
        if (isReplayed(request, prefix, xtr)) {
            return Verdict.DROP;
        }
        if (!oneTimeKeys.isFresh(security)) {
            counters.increment(Counter.SUBSCRIPTIONS_REFUSED_KEY_REUSED);
            return Verdict.NO_ASSOCIATION;
        }
        if (!pace.allow(0, timers.nanoTime())) {
            counters.increment(Counter.SUBSCRIPTIONS_REFUSED_RATE_LIMITED);
            return Verdict.ANSWER;
        }
        List<IpAddress> rlocs = request.itrRlocs().stream()
                .filter(rloc -> rloc instanceof IpAddress ip && out.canReach(ip))
                .map(rloc -> (IpAddress) rloc)
                .toList();
        Optional<Subscription> subscription =
                rlocs.isEmpty() || !state.hasRoom() ? Optional.empty() : subscriptions.add(prefix, xtr, site.get());
        if (subscription.isEmpty()) {
            counters.increment(Counter.SUBSCRIPTIONS_REFUSED_FULL);
            return Verdict.ANSWER;
        }
        propose(subscription.get(), new Proposal(rlocs, request.nonce(), false), record);
        subscriptions.temporary(
                subscription.get(), record.locators().isEmpty(), timers.nanoTime() + Subscription.TEMPORARY_NANOS);
        return Verdict.SUBSCRIBED;
    }

    private void propose(Subscription subscription, Proposal proposal, EidRecord record) {
        subscription.propose(proposal);
        publisher.confirm(subscription, proposal, record);
    }

    private boolean isReplayed(MapRequest request, EidPrefix prefix, XtrKey.XtrId xtr) {
        Optional<Long> last = subscriptions.lastNonce(prefix, xtr);
        if (last.isPresent() && Long.compareUnsigned(request.nonce(), last.get()) <= 0) {
            counters.increment(Counter.SUBSCRIPTIONS_DROPPED_REPLAYED);
            return true;
        }
        return false;
    }

    /** Asks where the request came from to confirm that the subscription is to end (RFC 9437 section 5). */
    public void unsubscribe(MapRequest request, EidPrefix asked, EidRecord record, IpAddress source) {
        XtrIdentity identity = request.identity().orElseThrow();
        XtrKey.XtrId xtr = new XtrKey.XtrId(identity.xtrIdHigh(), identity.xtrIdLow());
        EidPrefix prefix = EidPrefix.of(record.eid(), record.maskLength()).orElse(asked);
        Optional<Subscription> known = subscriptions.get(asked, xtr).or(() -> subscriptions.get(prefix, xtr));
        if (known.isPresent()
                && out.canReach(source)
                && !isReplayed(request, known.get().prefix(), xtr)) {
            propose(known.get(), new Proposal(List.of(source), request.nonce(), true), record);
        }
    }

    /** Tells the subscribers; not the xTR that caused the change nor those that are told that they lost the EID-prefix. */
    public void onChange(MappingChange change) {
        if (subscriptions.size() == 0) {
            return;
        }
        if (subscriptions.isShared()) {
            recent.add(change);
        }
        tell(change);
    }

    private void tell(MappingChange change) {
        EidPrefix prefix = change.mapping().prefix();
        EidRecord record = record(change);
        subscriptions.concernedBy(prefix, subscription -> {
            if (!isInformed(subscription.xtr(), change)) {
                publish(subscription, prefix, record);
            }
        });
    }

    private static boolean isInformed(XtrKey xtr, MappingChange change) {
        boolean informed = xtr.equals(change.by().xtr());
        List<Departure> departures = change.mapping().departures();
        for (int i = 0; i < departures.size() && !informed; i++) {
            informed = xtr.equals(departures.get(i).registrant().xtr());
        }
        return informed;
    }

    private void publish(Subscription subscription, EidPrefix prefix, EidRecord record) {
        if (subscription.isConfirmed()) {
            if (leads) {
                publisher.publish(subscription, prefix, record);
            }
        } else if (!subscription.miss(prefix, record)) {
            end(subscription);
        }
    }

    private void end(Subscription subscription) {
        counters.increment(Counter.SUBSCRIPTIONS_ENDED);
        publisher.cancel(subscription);
        subscriptions.remove(subscription);
    }

    /** As it is now; TTL 0 when nobody has it any more. */
    private static EidRecord record(MappingChange change) {
        EidPrefix prefix = change.mapping().prefix();
        return change.mapping().contributions().isEmpty()
                ? gone(prefix)
                : change.mapping().view();
    }

    /** What is published of an EID-prefix that nobody has. */
    public static EidRecord gone(EidPrefix prefix) {
        return new EidRecord(0, prefix.length(), Action.NO_ACTION, false, 0, prefix.toAddress(), List.of());
    }

    public boolean onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length, IpAddress source) {
        return publisher.onAck(ack, buffer, offset, length, source);
    }

    private final class Outcomes implements Publisher.Outcome {
        @Override
        public void used(Subscription subscription) {
            subscriptions.used(subscription);
        }

        @Override
        public void confirmed(Subscription subscription, Proposal proposal) {
            if (!subscription.isProposed(proposal)) {
                return;
            }
            if (subscriptions.isShared()) {
                counters.increment(Counter.SUBSCRIPTIONS);
                subscriptions.propose(subscription, proposal);
                return;
            }
            subscriptions.confirm(subscription, proposal);
            if (proposal.end()) {
                end(subscription);
                return;
            }
            counters.increment(Counter.SUBSCRIPTIONS);
            for (EidRecord news : subscription.takeMissed()) {
                EidPrefix.of(news.eid(), news.maskLength())
                        .ifPresent(eid -> publisher.publish(subscription, eid, news));
            }
        }

        /** A subscriber is gone: one that never confirmed is told so, once (RFC 9437 section 5). */
        @Override
        public void silent(Subscription subscription, Optional<Proposal> proposal) {
            if (proposal.isEmpty() && !leads) {
                return; // whoever leads judges
            }
            proposal.ifPresent(subscription::reject);
            if (proposal.isPresent() && (subscription.isConfirmed() || subscription.hasProposals())) {
                return; // somebody else asked, or pretended to
            }
            counters.increment(Counter.SUBSCRIPTIONS_ENDED_SILENT);
            publisher.cancel(subscription);
            subscriptions.remove(subscription);
            proposal.ifPresent(asked -> publisher.tell(
                    subscription,
                    asked.nonce(),
                    removed(subscription.prefix()),
                    asked.rlocs().getFirst()));
        }

        private static EidRecord removed(EidPrefix prefix) {
            return new EidRecord(0, prefix.length(), Action.DROP_AUTH_FAILURE, false, 0, prefix.toAddress(), List.of());
        }
    }

    /** Retransmits and ends what is due, {@code limit} of each at most; returns whether nothing due is left. */
    public boolean poll(int limit) {
        boolean swept = subscriptions.sweep(timers.nanoTime(), limit, this::end);
        return publisher.poll(limit) && swept;
    }
}
