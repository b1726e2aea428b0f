package io.godwit.mapserver.subscribe;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.EidRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * That an xTR wants to hear of every change of an EID-prefix and of what lies within it. It exists from the first request on, and is told of
 * changes once the xTR has confirmed one.
 */
final class Subscription {
    /** Requests that wait for their confirmation. */
    private static final int MAX_PROPOSALS = 4;
    /** Changes before the confirmation. */
    private static final int MAX_MISSED = 256;

    private final EidPrefix prefix;
    private final XtrKey.XtrId xtr;
    private final Site site;
    private final Deque<Proposal> proposals = new ArrayDeque<>(1);
    private @Nullable Map<EidPrefix, EidRecord> missed;
    private List<IpAddress> rlocs = List.of();
    private boolean confirmed;
    /** Of the last Map-Notify, or of the request that was confirmed. */
    private long nonce;

    private boolean temporary;
    private long endsNanos;

    Subscription(EidPrefix prefix, XtrKey.XtrId xtr, Site site, long nonce) {
        this.prefix = prefix;
        this.xtr = xtr;
        this.site = site;
        this.nonce = nonce;
    }

    /** A request came; the oldest unconfirmed one makes room. */
    void propose(Proposal proposal) {
        if (proposals.size() == MAX_PROPOSALS) {
            proposals.removeFirst();
        }
        proposals.addLast(proposal);
    }

    boolean isProposed(Proposal proposal) {
        return proposals.contains(proposal);
    }

    /** Nobody confirmed it. */
    void reject(Proposal proposal) {
        proposals.remove(proposal);
    }

    boolean hasProposals() {
        return !proposals.isEmpty();
    }

    /** The xTR confirmed: that takes the place of all that was known (RFC 9437 section 5), older requests included. */
    void confirm(Proposal proposal) {
        rlocs = proposal.rlocs();
        nonce = Long.compareUnsigned(proposal.nonce(), nonce) > 0 ? proposal.nonce() : nonce;
        confirmed = true;
        proposals.removeIf(other -> Long.compareUnsigned(other.nonce(), proposal.nonce()) <= 0);
    }

    boolean isConfirmed() {
        return confirmed;
    }

    /** A change that must not be told before the xTR has confirmed. Returns false when there were too many. */
    boolean miss(EidPrefix eid, EidRecord news) {
        if (missed == null) {
            missed = new LinkedHashMap<>(2);
        }
        missed.put(eid, news);
        return missed.size() <= MAX_MISSED;
    }

    List<EidRecord> takeMissed() {
        List<EidRecord> all = missed == null ? List.of() : new ArrayList<>(missed.values());
        missed = null;
        return all;
    }

    /** Nobody has the EID-prefix: the subscription ends unless it is asked for again. */
    void temporary(boolean isTemporary, long endNanos) {
        temporary = isTemporary;
        endsNanos = endNanos;
    }

    EidPrefix prefix() {
        return prefix;
    }

    XtrKey.XtrId xtr() {
        return xtr;
    }

    Site site() {
        return site;
    }

    /** Where Map-Notifies go; the first that can be reached is used. */
    List<IpAddress> rlocs() {
        return rlocs;
    }

    long nonce() {
        return nonce;
    }

    long nextNonce() {
        return ++nonce;
    }

    boolean isTemporary() {
        return temporary;
    }

    boolean hasEnded(long nowNanos) {
        return temporary && endsNanos - nowNanos <= 0;
    }
}
