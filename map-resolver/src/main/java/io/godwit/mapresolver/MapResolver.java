package io.godwit.mapresolver;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.RateTable;
import io.godwit.mapresolver.ddt.DdtClient;
import io.godwit.mapresolver.ddt.ReferralTrust;
import io.godwit.mapresolver.discovery.Directory;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.control.MalformedReason;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.OptionalMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.DirectBuffer;

/**
 * A map-resolver (RFC 9301 section 8.4): takes Map-Requests in ECMs only, and sends the inner packet as it is to a map-server, which sees to
 * the answer. Caches nothing.
 */
public final class MapResolver {
    private static final int NOT_AN_EID_MINUTES = 15;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int PLACES = 1 << 13;
    /** Negative replies to one RLOC a second: what makes a request's sender pay with as many packets as it causes is enough. */
    private static final int NEGATIVES_PER_SECOND = 1_000;

    /** Octets of a datagram that is kept while the tree is asked: a Map-Request fits the smallest IPv6 packet. */
    private static final int MAX_KEPT = 1280;

    private static final int MAX_BURST = 1_000_000;

    private final Directory directory;
    private final ControlTransport transport;
    private final ControlSender out;
    private final Timers timers;
    private final RepeatedRequests repeated = new RepeatedRequests();
    private final RateTable negatives =
            new RateTable(PLACES, SECOND_NANOS / NEGATIVES_PER_SECOND, NEGATIVES_PER_SECOND);
    private final RateTable sources;
    private final Optional<DdtClient> ddt;
    private final Counters<Counter> counters;
    private final Counters<MalformedReason> malformed = new Counters<>(MalformedReason.class);

    /** One without limits that only knows the map-servers of {@code directory}. */
    MapResolver(Directory directory, ControlTransport transport, Timers timers, Counters<Counter> counters) {
        this(directory, List.of(), ReferralTrust.ofEverything(timers), Integer.MAX_VALUE, transport, timers, counters);
    }

    /**
     * @param roots of the delegated database tree, for EIDs that no map-server of {@code directory} serves; may be empty
     * @param trust which referrals are believed
     * @param requestsPerSource in a second
     */
    public MapResolver(
            Directory directory,
            List<IpAddress> roots,
            ReferralTrust trust,
            int requestsPerSource,
            ControlTransport transport,
            Timers timers,
            Counters<Counter> counters) {
        this.directory = directory;
        this.transport = transport;
        this.timers = timers;
        this.counters = counters;
        out = new ControlSender(transport, new MessageAuthentication());
        sources = new RateTable(
                PLACES, Math.max(1, SECOND_NANOS / requestsPerSource), Math.min(requestsPerSource, MAX_BURST));
        ddt = roots.isEmpty()
                ? Optional.empty()
                : Optional.of(new DdtClient(roots, trust, out, timers, counters, this::answerNegatively));
    }

    /** Begins to receive. */
    public void start() {
        transport.handler(this::onDatagram);
    }

    public void close() {
        transport.close();
    }

    private void onDatagram(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        switch (ControlCodec.decode(buffer, offset, length)) {
            case EncapsulatedControlMessage ecm -> onEncapsulated(ecm, buffer, offset, length, remote);
            case MapRequest request -> counters.increment(Counter.MAP_REQUESTS_DROPPED_NOT_ENCAPSULATED);
            case MapReply reply -> counters.increment(Counter.NOT_FOR_A_MAP_RESOLVER);
            case AuthenticatedMessage message -> counters.increment(Counter.NOT_FOR_A_MAP_RESOLVER);
            case MapReferral referral
            when ddt.isPresent() -> ddt.get().onReferral(referral, buffer, offset, length, remote);
            case OptionalMessage message -> counters.increment(Counter.NOT_FOR_A_MAP_RESOLVER);
            case MalformedMessage(var reason, var at) -> {
                counters.increment(Counter.MALFORMED);
                malformed.increment(reason);
            }
        }
    }

    private void onEncapsulated(
            EncapsulatedControlMessage ecm, DirectBuffer buffer, int offset, int length, Endpoint remote) {
        if (!(ecm.message() instanceof MapRequest request)) {
            counters.increment(Counter.ECM_DROPPED_NOT_A_REQUEST);
            return;
        }
        counters.increment(Counter.MAP_REQUESTS);
        Optional<EidPrefix> eid = request.records().stream()
                .flatMap(one -> EidPrefix.of(one.eid(), one.maskLength()).stream())
                .findFirst();
        if (!sources.allow(remote.address().hashCode(), timers.nanoTime())) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_SOURCE_LIMITED);
        } else if (request.has(MapRequest.Flag.PROBE)) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_PROBE);
        } else if (request.has(MapRequest.Flag.SMR)) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_SMR);
        } else if (eid.isEmpty()) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_NO_EID);
        } else {
            switch (directory.route(eid.get())) {
                case Directory.Route.Servers(var servers) -> {
                    int inner = ecm.innerOffset();
                    choose(servers, request, eid.get())
                            .ifPresent(server -> out.sendEncapsulated(buffer, offset + inner, length - inner, server));
                }
                case Directory.Route.Hole(var hole) -> onUnknown(ecm, request, eid.get(), hole, buffer, offset, length);
            }
        }
    }

    /** The first map-server; the next one each time the ITR asks again because it got no answer. */
    private Optional<Endpoint> choose(List<Endpoint> servers, MapRequest request, EidPrefix eid) {
        List<Endpoint> usable = servers.stream()
                .filter(server -> out.canReach(server.address()))
                .toList();
        if (usable.isEmpty()) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_NO_MAP_SERVER);
            return Optional.empty();
        }
        int index = 0;
        // A request that an SMR invoked follows on an answer: it is no repetition.
        if (usable.size() > 1 && !request.has(MapRequest.Flag.SMR_INVOKED)) {
            LispAddress itr = request.itrRlocs().getFirst();
            index = repeated.repetition(eid, itr, timers.nanoTime()) % usable.size();
        }
        if (index > 0) {
            counters.increment(Counter.MAP_REQUESTS_FAILED_OVER);
        }
        counters.increment(Counter.MAP_REQUESTS_FORWARDED);
        return Optional.of(usable.get(index));
    }

    /** No map-server named here serves the EID: the tree knows, if there is one. */
    private void onUnknown(
            EncapsulatedControlMessage ecm,
            MapRequest request,
            EidPrefix eid,
            EidPrefix hole,
            DirectBuffer buffer,
            int offset,
            int length) {
        Optional<Endpoint> itr =
                out.firstReachable(request.itrRlocs()).map(address -> new Endpoint(address, ecm.sourcePort()));
        if (itr.isEmpty()) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_NO_ITR_RLOC);
        } else if (ddt.isPresent() && length > MAX_KEPT) {
            counters.increment(Counter.MAP_REQUESTS_DROPPED_TOO_LONG);
        } else if (ddt.isPresent()) {
            byte[] packet = new byte[length - ecm.innerOffset()];
            buffer.getBytes(offset + ecm.innerOffset(), packet);
            ddt.get().request(eid, request.nonce(), itr.get(), packet);
        } else {
            answerNegatively(request.nonce(), hole, NOT_AN_EID_MINUTES, itr.get());
        }
    }

    private void answerNegatively(long nonceOfRequest, EidPrefix hole, int minutes, Endpoint itr) {
        if (!negatives.allow(itr.address().hashCode(), timers.nanoTime())) {
            counters.increment(Counter.MAP_REPLIES_DROPPED_RATE_LIMITED);
            return;
        }
        counters.increment(Counter.MAP_REPLIES_NEGATIVE);
        EidRecord record =
                new EidRecord(minutes, hole.length(), Action.NATIVELY_FORWARD, false, 0, hole.toAddress(), List.of());
        out.send(new MapReply(false, false, nonceOfRequest, List.of(record)), itr);
    }

    /** Every counter by name, those of malformed messages by reason, and the transport's. */
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>(counters.snapshot());
        Counters.addTo(all, "malformed", malformed.snapshot());
        Counters.addTo(all, "datagrams", transport.counters());
        return all;
    }
}
