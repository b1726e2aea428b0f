package io.godwit.mapserver.subscribe;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ExpiryWheel;
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
    /** How long one to what nobody has registered lasts (RFC 9437 section 5). */
    static final long TEMPORARY_NANOS = 15 * 60_000_000_000L;

    /** Requests that wait for their confirmation. */
    private static final int MAX_PROPOSALS = 4;
    /** Nonces that are used before the next ones are reserved. */
    static final int RESERVE = 64;
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
    /** What a request's nonce must exceed. */
    private long floor;
    /** A restart goes on behind this. */
    private long reserved;

    private Terms terms = Terms.ALONE;
    /** The one in which nonces were used last. */
    private int term;

    private boolean temporary;
    private long endsNanos;
    /** While it is temporary: when its end is looked at. */
    private int timer = ExpiryWheel.NONE;
    /** The Publisher's: what waits to be acknowledged. */
    private Publisher.@Nullable News waiting;

    /** How often this member of a cluster has begun to publish. */
    static final class Terms {
        private static final Terms ALONE = new Terms();
        private int number;

        void next() {
            number++;
        }
    }

    Subscription(EidPrefix prefix, XtrKey.XtrId xtr, Site site, long nonce) {
        this.prefix = prefix;
        this.xtr = xtr;
        this.site = site;
        this.nonce = nonce;
        floor = nonce;
        reserved = nonce;
    }

    /**
     * As it was confirmed in an earlier run.
     *
     * @param lastReserved no nonce above it has been used
     */
    void restore(List<IpAddress> itsRlocs, long lastReserved) {
        rlocs = itsRlocs;
        confirmed = true;
        nonce = lastReserved;
        reserved = lastReserved;
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

    /** As members of a cluster agreed on; what is newer here stays. */
    void agreed(Subscription on) {
        rlocs = on.rlocs;
        confirmed = true;
        floor = higher(floor, on.floor);
        reserved = higher(reserved, on.reserved);
        nonce = higher(nonce, on.floor);
        temporary = on.temporary;
        endsNanos = on.endsNanos;
        proposals.removeIf(other -> Long.compareUnsigned(other.nonce(), floor) <= 0);
    }

    /** It is one of those that this member publishes to in its {@code itsTerms}. */
    void join(Terms itsTerms) {
        terms = itsTerms;
        term = itsTerms.number;
    }

    /** After another sent what was published before, nonces go on above all that it can have used. */
    private void takeOver() {
        if (term != terms.number) {
            term = terms.number;
            nonce = higher(nonce, reserved + RESERVE);
        }
    }

    private static long higher(long one, long other) {
        return Long.compareUnsigned(one, other) > 0 ? one : other;
    }

    /** The xTR confirmed: that takes the place of all that was known (RFC 9437 section 5), older requests included. */
    void confirm(Proposal proposal) {
        takeOver();
        rlocs = proposal.rlocs();
        nonce = Long.compareUnsigned(proposal.nonce(), nonce) > 0 ? proposal.nonce() : nonce;
        floor = nonce;
        reserved = nonce + RESERVE;
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
        takeOver();
        return nonce;
    }

    long nextNonce() {
        takeOver();
        floor = ++nonce;
        return nonce;
    }

    /** What a request's nonce must exceed: the last one used; after a restart the last one known to have been. */
    long floor() {
        return floor;
    }

    long reserved() {
        return reserved;
    }

    /** Whether more nonces were used than reserved; then they are reserved anew. */
    boolean reserve() {
        boolean over = Long.compareUnsigned(nonce, reserved) > 0;
        reserved = over ? nonce + RESERVE : reserved;
        return over;
    }

    boolean isTemporary() {
        return temporary;
    }

    long endsNanos() {
        return endsNanos;
    }

    int timer() {
        return timer;
    }

    void timer(int handle) {
        timer = handle;
    }

    Publisher.@Nullable News waiting() {
        return waiting;
    }

    void waiting(Publisher.@Nullable News first) {
        waiting = first;
    }
}
