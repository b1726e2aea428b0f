package io.godwit.mapserver.request;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.RateTable;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.NameDatabase;
import io.godwit.mapserver.ddt.DdtNode;
import io.godwit.mapserver.ddt.SignedReferrals;
import io.godwit.mapserver.intake.RequestQueue;
import io.godwit.mapserver.intake.SourceLimits;
import io.godwit.mapserver.site.Sites;
import io.godwit.mapserver.solicit.Solicitor;
import io.godwit.mapserver.subscribe.PublishSubscribe;
import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EcmAuthentication;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.ReferralAction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** A Map-Request's way: checks, an answer for each requested EID, then a Map-Reply to the ITR or the request itself to the ETRs. */
public final class RequestHandler {
    private static final int PLACES = 1 << 14;
    /** To whom one request is sent on at most: it has one EID, unless somebody wants many packets for one. */
    private static final int MAX_ETRS = 4;

    private static final int MAX_REPLY_IPV4 = 576 - 20 - 8;
    private static final int MAX_REPLY_IPV6 = 1280 - 40 - 8;

    private final Resolver resolver;
    private final MappingDatabase database;
    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final PublishSubscribe subscriptions;
    private final Solicitor solicitor;
    private final ReplyLimits limits;
    private final RateTable confirmations = ReplyLimits.sameEid();
    private final RateTable negatives;
    private final RateTable referrals;
    private @Nullable DdtNode ddt;
    private Optional<SignedReferrals> signed = Optional.empty();

    public RequestHandler(
            Sites sites,
            MappingDatabase database,
            NameDatabase names,
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            PublishSubscribe subscriptions,
            Solicitor solicitor,
            LimitsConfig limits) {
        resolver = new Resolver(sites, database, names, out::canReach);
        this.database = database;
        this.out = out;
        this.timers = timers;
        this.subscriptions = subscriptions;
        this.solicitor = solicitor;
        this.counters = counters;
        this.limits = new ReplyLimits(limits.repliesPerSecond());
        negatives = SourceLimits.table(1, limits.rates().negativeReplies());
        referrals = SourceLimits.table(PLACES, limits.rates().requestsPerSource());
    }

    /** The short way of nearly all requests; {@code others} gets what has to go the long one. */
    public HostRequests hosts(RequestQueue.Handler others) {
        return new HostRequests(database, out, timers, counters, limits, others);
    }

    /** A request in an ECM; {@code buffer} holds the whole datagram. */
    public void onEncapsulated(
            EncapsulatedControlMessage ecm,
            DirectBuffer buffer,
            int offset,
            int length,
            IpAddress local,
            Endpoint remote) {
        if (ecm.message() instanceof MapRequest request) {
            if (ecm.ddt() && !isServedAfterReferral(request, local, remote)) {
                return;
            }
            int inner = ecm.innerOffset();
            handle(
                    request,
                    ecm.sourcePort(),
                    ecm.source(),
                    ecm.authentication(),
                    etr -> out.sendEncapsulated(buffer, offset + inner, length - inner, etr));
        } else {
            counters.increment(Counter.ECM_DROPPED_NOT_A_REQUEST);
        }
    }

    /** Answers a DDT Map-Request with a Map-Referral. Returns whether it is to be handled as a Map-Request too: the EID is registered here. */
    private boolean isServedAfterReferral(MapRequest request, IpAddress local, Endpoint remote) {
        if (request.has(MapRequest.Flag.PROBE)) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_PROBE);
            return false;
        }
        Optional<EidPrefix> eid = eids(request).stream().findFirst();
        if (ddt == null || eid.isEmpty()) {
            return ddt == null;
        }
        if (!referrals.allow(remote.address().hashCode(), timers.nanoTime())) {
            counters.increment(Counter.DDT_REQUESTS_DROPPED_RATE_LIMITED);
            return false;
        }
        counters.increment(Counter.DDT_REQUESTS);
        MapReferral.Referral referral = ddt.refer(eid.get(), local);
        Consumer<MapReferral.Referral> answer =
                record -> out.send(new MapReferral(request.nonce(), List.of(record)), local, remote);
        signed.ifPresentOrElse(its -> its.sign(referral, answer), () -> answer.accept(referral));
        return referral.action() == ReferralAction.MS_ACK;
    }

    /** @param referralsOfIt signs what it refers to */
    public void ddt(DdtNode node, Optional<SignedReferrals> referralsOfIt) {
        ddt = node;
        signed = referralsOfIt;
    }

    /** A request that came as it is. */
    public void onPlain(MapRequest request, Endpoint source) {
        handle(
                request,
                source.port(),
                source.address(),
                Optional.empty(),
                etr -> out.send(encapsulate(request, source), etr));
    }

    /** How the request gets to an ETR. */
    private interface Forwarder {
        void forward(Endpoint etr);
    }

    private void handle(
            MapRequest request,
            int replyPort,
            IpAddress source,
            Optional<EcmAuthentication> security,
            Forwarder forwarder) {
        counters.increment(Counter.MAP_REQUESTS);
        if (request.has(MapRequest.Flag.PROBE)) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_PROBE);
        } else if (request.has(MapRequest.Flag.SMR) || request.has(MapRequest.Flag.DO_NOT_REPLY)) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_SMR);
        } else if (PublishSubscribe.isFor(request)) {
            notification(request, replyPort, source, security, forwarder);
        } else {
            answer(request, replyPort, forwarder);
        }
    }

    /** The request is to start or end a subscription (RFC 9437 section 5), or is answered like any other. */
    private void notification(
            MapRequest request,
            int replyPort,
            IpAddress source,
            Optional<EcmAuthentication> security,
            Forwarder forwarder) {
        MapRequest.RequestedEid first = request.records().getFirst();
        Optional<EidPrefix> eid = EidPrefix.of(first.eid(), first.maskLength());
        Optional<EidRecord> record = eid.flatMap(asked -> switch (resolver.resolve(asked, request.nonce())) {
            case Answer.Records(var found) -> Optional.of(found.getFirst());
            case Answer.Negative(var negative) -> Optional.of(negative);
            // Subscriptions are for mappings that are answered here.
            case Answer.Forward(var etr) -> Optional.empty();
            case Answer.NoEtr() -> Optional.empty();
        });
        Optional<EidPrefix> prefix = record.flatMap(one -> EidPrefix.of(one.eid(), one.maskLength()));
        if (prefix.isPresent() && !mayConfirm(request, prefix.get(), source)) {
            counters.increment(Counter.MAP_REPLIES_DROPPED_RATE_LIMITED);
        } else if (PublishSubscribe.isUnsubscription(request)) {
            record.ifPresent(one -> subscriptions.unsubscribe(request, eid.orElseThrow(), one, source));
        } else if (prefix.isEmpty()) {
            answer(request, replyPort, forwarder);
        } else {
            switch (subscriptions.subscribe(request, security, prefix.get(), record.orElseThrow())) {
                case SUBSCRIBED, DROP -> {}
                case ANSWER -> answer(request, replyPort, forwarder);
                case DENIED -> refuse(request, replyPort, eid.orElseThrow(), Action.DROP_POLICY_DENIED);
                case NO_ASSOCIATION -> refuse(request, replyPort, eid.orElseThrow(), Action.DROP_AUTH_FAILURE);
            }
        }
    }

    /** A confirmation is repeated until it is acknowledged: whoever is named without having asked must not get many. */
    private boolean mayConfirm(MapRequest request, EidPrefix prefix, IpAddress source) {
        IpAddress rloc = out.firstReachable(request.itrRlocs()).orElse(source);
        return confirmations.allow(RateTable.key(prefix, rloc.hashCode()), timers.nanoTime());
    }

    private void refuse(MapRequest request, int replyPort, EidPrefix eid, Action action) {
        EidRecord record =
                new EidRecord(Resolver.NOT_AN_EID_MINUTES, eid.length(), action, false, 0, eid.toAddress(), List.of());
        Optional<IpAddress> itr = out.firstReachable(request.itrRlocs());
        if (itr.isPresent() && mayAnswer(itr.get(), RateTable.key(eid, itr.get().hashCode()))) {
            negative(record).ifPresent(one -> reply(request, itr, replyPort, List.of(List.of(one))));
        }
    }

    private void answer(MapRequest request, int replyPort, Forwarder forwarder) {
        Optional<IpAddress> itr = out.firstReachable(request.itrRlocs());
        List<List<EidRecord>> answers = new ArrayList<>();
        Set<IpAddress> etrs = new LinkedHashSet<>();
        boolean limited = false;
        boolean some = false;
        for (MapRequest.RequestedEid requested : request.records()) {
            Optional<Asked> asked = asked(requested, request.nonce());
            some |= asked.isPresent();
            if (asked.isEmpty()) {
                continue;
            }
            long itrKey = itr.map(rloc -> asked.get().key() + rloc.hashCode()).orElse(0L);
            if (itr.isPresent() && !mayAnswer(itr.get(), itrKey)) {
                limited = true;
                continue;
            }
            switch (asked.get().answer().get()) {
                case Answer.Records(var found) -> answers.add(found);
                case Answer.Negative(var record) -> negative(record).ifPresent(one -> answers.add(List.of(one)));
                case Answer.Forward(var etr) -> etrs.add(etr);
                case Answer.NoEtr() -> counters.increment(Counter.MAP_REQUESTS_DROPPED_NO_ETR);
            }
        }
        if (!some) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_NO_EID);
        }
        if (limited) {
            counters.increment(Counter.MAP_REPLIES_DROPPED_RATE_LIMITED);
        }
        if (!answers.isEmpty()) {
            reply(request, itr, replyPort, answers);
        }
        etrs.stream().limit(MAX_ETRS).forEach(etr -> {
            counters.increment(Counter.MAP_REQUESTS_FORWARDED);
            forwarder.forward(new Endpoint(etr, ControlCodec.PORT));
        });
    }

    /** One EID of a request. */
    private record Asked(long key, Supplier<Answer> answer) {}

    private Optional<Asked> asked(MapRequest.RequestedEid requested, long nonce) {
        if (requested.eid() instanceof DistinguishedName name) {
            return Optional.of(new Asked(name.hashCode(), () -> resolver.resolve(name, nonce)));
        }
        return EidPrefix.of(requested.eid(), requested.maskLength())
                .map(eid -> new Asked(RateTable.key(eid, 0), () -> resolver.resolve(eid, nonce)));
    }

    private Optional<EidRecord> negative(EidRecord record) {
        if (!negatives.allow(0, timers.nanoTime())) {
            counters.increment(Counter.MAP_REPLIES_DROPPED_NEGATIVE_LIMITED);
            return Optional.empty();
        }
        counters.increment(Counter.MAP_REPLIES_NEGATIVE);
        return Optional.of(record);
    }

    private List<EidPrefix> eids(MapRequest request) {
        List<EidPrefix> eids = new ArrayList<>(request.records().size());
        for (MapRequest.RequestedEid requested : request.records()) {
            EidPrefix.of(requested.eid(), requested.maskLength()).ifPresent(eids::add);
        }
        return eids;
    }

    private boolean mayAnswer(IpAddress itr, long sameEidKey) {
        return limits.allow(itr, sameEidKey, timers.nanoTime());
    }

    /** @param answers to the EIDs of the request, in their order */
    private void reply(MapRequest request, Optional<IpAddress> itr, int replyPort, List<List<EidRecord>> answers) {
        if (itr.isEmpty()) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_NO_ITR_RLOC);
            return;
        }
        MapReply reply = fitting(request, answers, itr.get().isIpv4() ? MAX_REPLY_IPV4 : MAX_REPLY_IPV6);
        counters.increment(Counter.MAP_REPLIES_SENT);
        solicitor.answered(itr.get(), reply.records().getFirst());
        out.send(reply, new Endpoint(itr.get(), replyPort));
    }

    /**
     * As much of the answers as one packet takes, so that a small request never causes a large reply. An EID left out is asked for again.
     */
    private MapReply fitting(MapRequest request, List<List<EidRecord>> answers, int octets) {
        for (int count = answers.size(); count > 1; count--) {
            MapReply reply = joined(request, answers.subList(0, count));
            if (out.size(reply) <= octets) {
                return reply;
            }
            counters.increment(Counter.MAP_REQUESTS_CUT_SHORT);
        }
        MapReply first = joined(request, answers.subList(0, 1));
        if (first.records().size() == 1 || out.size(first) <= octets) {
            return first;
        }
        EidRecord best = first.records().getFirst();
        EidPrefix asked = eids(request).stream()
                .filter(eid -> EidPrefix.of(best.eid(), best.maskLength())
                        .filter(it -> it.covers(eid))
                        .isPresent())
                .findFirst()
                .orElseThrow();
        return new MapReply(false, false, request.nonce(), resolver.narrowed(asked));
    }

    private static MapReply joined(MapRequest request, List<List<EidRecord>> answers) {
        return new MapReply(
                false,
                false,
                request.nonce(),
                answers.stream().flatMap(List::stream).toList());
    }

    /** The inner header says where the answer goes and what is asked for, as an ITR would have written it. */
    private static EncapsulatedControlMessage encapsulate(MapRequest request, Endpoint source) {
        IpAddress eid = EidPrefix.of(
                                        request.records().getFirst().eid(),
                                        request.records().getFirst().maskLength())
                                .map(EidPrefix::address)
                                .orElse(source.address())
                        instanceof IpAddress address
                ? address
                : source.address();
        IpAddress from = source.address();
        if (from.bits() != eid.bits()) {
            from = eid.isIpv4() ? new Ipv4Address(0) : new Ipv6Address(0, 0);
        }
        return new EncapsulatedControlMessage(false, from, eid, source.port(), ControlCodec.PORT, request, 0);
    }
}
