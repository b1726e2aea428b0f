package io.godwit.xtr.control.etr;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.RateLimiter;
import io.godwit.xtr.control.etr.SiteDatabase.SiteEid;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers Map-Requests for the EIDs at this site, encapsulated or direct, and RLOC-probes (RFC 9301 sections 5.3 to 5.5, 7.1). */
public final class EtrAgent {
    /** Of the same mapping to the same ITR-RLOC; others and probes are not held up (RFC 9301 section 5.4). */
    private static final Duration REPLY_INTERVAL = Duration.ofSeconds(3);

    private static final int MAX_REPLIES_REMEMBERED = 50_000;
    /** Keeps a Map-Reply, with up to four locators a record, within 1280 octets. */
    private static final int MAX_RECORDS = 16;

    private final ControlContext context;
    private final SiteDatabase database;
    private final RateLimiter<ReplyKey> limiter;

    /** @param asked the best match, with the time it is there since: an EID that left and came back is news */
    private record ReplyKey(IpAddress itrRloc, SiteEid asked) {}

    private final boolean echoes;
    private final OutgoingRloc outgoing;

    /** @param echoes whether replies say that this router echoes nonces (E) */
    public EtrAgent(ControlContext context, SiteDatabase database, OutgoingRloc outgoing, boolean echoes) {
        this.outgoing = outgoing;
        this.echoes = echoes;
        this.context = context;
        this.database = database;
        limiter = new RateLimiter<>(context.timers(), REPLY_INTERVAL, MAX_REPLIES_REMEMBERED);
    }

    /**
     * @param local the address the request came to
     * @param port where the answer goes: the source port of the request, the inner one of an encapsulated request
     */
    public void onMapRequest(MapRequest request, IpAddress local, int port) {
        if (request.has(Flag.DO_NOT_REPLY)) {
            return;
        }
        Optional<IpAddress> itrRloc = request.itrRlocs().stream()
                .filter(IpAddress.class::isInstance)
                .map(IpAddress.class::cast)
                .filter(context.locators()::hasFamilyOf)
                .findFirst();
        if (itrRloc.isEmpty()) {
            context.count(ControlCounter.MAP_REQUESTS_NO_ITR_RLOC);
            return;
        }
        Map<EidPrefix, SiteEid> matches = matches(request, itrRloc.get());
        if (!matches.isEmpty()) {
            reply(request, matches.keySet().stream().toList(), local, new Endpoint(itrRloc.get(), port));
        }
    }

    private Map<EidPrefix, SiteEid> matches(MapRequest request, IpAddress itrRloc) {
        Map<EidPrefix, SiteEid> matches = new LinkedHashMap<>();
        for (MapRequest.RequestedEid requested : request.records()) {
            List<SiteEid> found = EidPrefix.of(requested.eid(), requested.maskLength())
                    .map(eid -> database.matches(eid, MAX_RECORDS))
                    .orElse(List.of());
            if (found.isEmpty()) {
                context.count(ControlCounter.MAP_REQUESTS_NOT_LOCAL);
            } else if (!request.has(Flag.PROBE) && !limiter.allow(new ReplyKey(itrRloc, found.getFirst()))) {
                context.count(ControlCounter.MAP_REPLIES_RATE_LIMITED);
            } else {
                found.stream().limit(MAX_RECORDS - matches.size()).forEach(eid -> matches.put(eid.eid(), eid));
            }
        }
        return matches;
    }

    private void reply(MapRequest request, List<EidPrefix> eids, IpAddress local, Endpoint to) {
        boolean probe = request.has(Flag.PROBE);
        List<RlocRecord> rlocs = probe
                ? context.locators().recordsProbed(local)
                : context.locators().records();
        List<EidRecord> records =
                eids.stream().map(eid -> database.eidRecord(eid, rlocs)).toList();
        MapReply reply = new MapReply(probe, echoes, request.nonce(), records);
        outgoing.towards(to.address())
                .or(() -> Optional.of(local).filter(asked -> probe && canAnswerFrom(asked, to)))
                .ifPresentOrElse(source -> context.sender().send(reply, source, to), () -> context.sender()
                        .send(reply, to));
        context.count(ControlCounter.MAP_REPLIES_SENT);
    }

    private boolean canAnswerFrom(IpAddress local, Endpoint to) {
        return context.locators().owns(local) && local.bits() == to.address().bits();
    }
}
