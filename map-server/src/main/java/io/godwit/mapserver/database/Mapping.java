package io.godwit.mapserver.database;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.LocatorOrder;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An EID-prefix, who registered it, and what that amounts to. Changed by {@link MappingDatabase} only. */
public final class Mapping {
    private static final int MAX_DEPARTURES = 8;

    private final EidPrefix prefix;
    private final long sinceNanos;
    /** One, or several that merge. */
    private final List<Contribution> contributions = new ArrayList<>(1);

    private List<Departure> departures = List.of();
    private EidRecord view;
    private boolean proxyReply;

    Mapping(EidPrefix prefix, long nowNanos) {
        this.prefix = prefix;
        this.sinceNanos = nowNanos;
        view = record(0, 0, List.of());
    }

    public EidPrefix prefix() {
        return prefix;
    }

    /** First registered, on the control thread's clock. */
    public long sinceNanos() {
        return sinceNanos;
    }

    public List<Contribution> contributions() {
        return Collections.unmodifiableList(contributions);
    }

    /** xTRs that lost this EID-prefix and have not acknowledged that they know. */
    public List<Departure> departures() {
        return departures;
    }

    /**
     * What a proxy reply says (RFC 9301 section 8.3): the locators of all contributions in order, not authoritative, none of them local,
     * with the shortest of the TTLs.
     */
    public EidRecord view() {
        return view;
    }

    /** Whether any xTR asked for proxy replies. */
    public boolean proxyReply() {
        return proxyReply;
    }

    Optional<Contribution> contribution(XtrKey xtr) {
        for (Contribution contribution : contributions) {
            if (contribution.registrant().xtr().equals(xtr)) {
                return Optional.of(contribution);
            }
        }
        return Optional.empty();
    }

    void add(Contribution contribution) {
        contributions.add(contribution);
    }

    void remove(Contribution contribution) {
        contributions.remove(contribution);
    }

    /** Whether the xTR lost this EID-prefix and has not said that it knows. */
    public boolean isDeparted(XtrKey xtr) {
        return departures.stream()
                .anyMatch(departure -> departure.registrant().xtr().equals(xtr));
    }

    /** Remembers that {@code departure}'s xTR must not win the EID-prefix back before it knows that it lost it. */
    void depart(Departure departure) {
        List<Departure> more = new ArrayList<>(departures);
        more.add(departure);
        departures = List.copyOf(more.size() > MAX_DEPARTURES ? more.subList(1, more.size()) : more);
    }

    /** The xTR knows. Returns whether it was waited for. */
    boolean reconcile(XtrKey xtr) {
        List<Departure> rest = departures.stream()
                .filter(departure -> !departure.registrant().xtr().equals(xtr))
                .toList();
        boolean waited = rest.size() < departures.size();
        departures = rest;
        return waited;
    }

    /** Puts the contributions together anew. */
    void refreshView() {
        List<RlocRecord> locators = new ArrayList<>();
        Set<LispAddress> seen = new HashSet<>();
        int ttl = -1;
        int version = 0;
        boolean proxy = false;
        for (Contribution contribution : contributions) {
            EidRecord record = contribution.record();
            ttl = Integer.compareUnsigned(record.ttlMinutes(), ttl) < 0 ? record.ttlMinutes() : ttl;
            version = record.mapVersion();
            proxy |= contribution.registrant().proxyReply();
            for (RlocRecord locator : record.locators()) {
                if (seen.add(locator.locator())) {
                    locators.add(notLocal(locator));
                }
            }
        }
        proxyReply = proxy;
        view = record(ttl, version, LocatorOrder.sorted(locators));
    }

    private EidRecord record(int ttl, int version, List<RlocRecord> locators) {
        return new EidRecord(ttl, prefix.length(), Action.NO_ACTION, false, version, prefix.toAddress(), locators);
    }

    private static RlocRecord notLocal(RlocRecord locator) {
        return new RlocRecord(
                locator.priority(),
                locator.weight(),
                locator.multicastPriority(),
                locator.multicastWeight(),
                false,
                false,
                locator.reachable(),
                locator.locator());
    }
}
