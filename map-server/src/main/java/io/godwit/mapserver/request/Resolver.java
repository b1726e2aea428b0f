package io.godwit.mapserver.request;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.NameDatabase;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Decides the answer for an EID (RFC 9301 section 8.3). */
final class Resolver {
    /** Minutes: not an EID, or a hole between the configured prefixes. */
    static final int NOT_AN_EID_MINUTES = 15;
    /** Minutes: a configured prefix that nobody has registered. */
    static final int NOT_REGISTERED_MINUTES = 1;
    /** More-specific records beside the best match; where there are more, the answer is narrowed to what none of them touches. */
    static final int MAX_MORE_SPECIFICS = 15;

    private final Sites sites;
    private final MappingDatabase database;
    private final NameDatabase names;
    private final Predicate<IpAddress> canReach;

    Resolver(Sites sites, MappingDatabase database, NameDatabase names, Predicate<IpAddress> canReach) {
        this.names = names;
        this.sites = sites;
        this.database = database;
        this.canReach = canReach;
    }

    /** @param nonce of the request, chooses among equal ETRs */
    Answer resolve(EidPrefix eid, long nonce) {
        Optional<Mapping> mapping = database.lookup(eid);
        Optional<Sites.Owner> owner = sites.owner(eid);
        if (mapping.isPresent() && !isForeign(mapping.get(), owner)) {
            return mapping.get().proxyReply()
                    ? new Answer.Records(records(mapping.get(), eid))
                    : etr(mapping.get().view(), nonce);
        }
        Optional<EidPrefix> hole = database.hole(eid);
        if (mapping.isEmpty() && hole.isEmpty() && !eid.isHost()) {
            // A prefix of which only parts are registered: what holds for its first address.
            return resolve(EidPrefix.host(eid.instanceId(), eid.address()), nonce);
        }
        return new Answer.Negative(owner.map(configured -> negative(
                        notRegistered(eid, configured.prefix()), NOT_REGISTERED_MINUTES, configured.unregistered()))
                .orElseGet(() -> negative(sites.hole(eid).orElse(eid), NOT_AN_EID_MINUTES, Action.NATIVELY_FORWARD)));
    }

    /** As {@link #resolve(EidPrefix, long)}; a name that nobody has registered is answered for itself alone. */
    Answer resolve(DistinguishedName name, long nonce) {
        Optional<NameDatabase.Named> found = names.lookup(name.name());
        if (found.isPresent()) {
            EidRecord view = found.get().view();
            return found.get().proxyReply() ? new Answer.Records(List.of(view)) : etr(view, nonce);
        }
        int minutes = sites.owner(name).isPresent() ? NOT_REGISTERED_MINUTES : NOT_AN_EID_MINUTES;
        return new Answer.Negative(
                new EidRecord(minutes, name.maskLength(), Action.NATIVELY_FORWARD, false, 0, name, List.of()));
    }

    /** Whether the best configured prefix is a more specific one of another site: that site has not registered it. */
    private static boolean isForeign(Mapping mapping, Optional<Sites.Owner> owner) {
        return owner.isPresent()
                && owner.get().prefix().length() > mapping.prefix().length()
                && mapping.contributions().stream()
                        .noneMatch(one ->
                                one.registrant().site().equals(owner.get().site()));
    }

    /** The widest part of the configured prefix around the EID that no registration touches. */
    private EidPrefix notRegistered(EidPrefix eid, EidPrefix configured) {
        return database.holeWithin(configured, eid).orElse(eid);
    }

    private static EidRecord negative(EidPrefix prefix, int minutes, Action action) {
        return new EidRecord(minutes, prefix.length(), action, false, 0, prefix.toAddress(), List.of());
    }

    /** The best match and what is more specific than it (RFC 9301 section 5.5), all with one TTL. */
    private List<EidRecord> records(Mapping mapping, EidPrefix eid) {
        List<Mapping> within = database.moreSpecifics(mapping.prefix(), MAX_MORE_SPECIFICS + 1);
        if (within.isEmpty()) {
            return List.of(mapping.view());
        }
        if (within.size() > MAX_MORE_SPECIFICS) {
            return narrowed(mapping, eid);
        }
        List<EidRecord> records = new ArrayList<>();
        int ttl = mapping.view().ttlMinutes();
        for (Mapping more : within) {
            int other = more.view().ttlMinutes();
            ttl = Integer.compareUnsigned(other, ttl) < 0 ? other : ttl;
        }
        records.add(with(mapping.view(), mapping.prefix(), ttl));
        for (Mapping more : within) {
            records.add(with(more.view(), more.prefix(), ttl));
        }
        return records;
    }

    /** The best match's locators for the widest part of it around the EID that nothing more specific touches. */
    List<EidRecord> narrowed(EidPrefix eid) {
        return database.lookup(eid).map(mapping -> narrowed(mapping, eid)).orElse(List.of());
    }

    private List<EidRecord> narrowed(Mapping mapping, EidPrefix eid) {
        EidPrefix host = EidPrefix.host(eid.instanceId(), eid.address());
        EidPrefix part = database.holeWithin(mapping.prefix(), eid)
                .or(() -> database.holeWithin(mapping.prefix(), host))
                .orElse(host);
        return List.of(with(mapping.view(), part, mapping.view().ttlMinutes()));
    }

    private static EidRecord with(EidRecord record, EidPrefix prefix, int ttlMinutes) {
        return new EidRecord(
                ttlMinutes,
                prefix.length(),
                record.action(),
                false,
                record.mapVersion(),
                prefix.toAddress(),
                record.locators());
    }

    /** One of the best locators that can be reached from here. */
    private Answer etr(EidRecord view, long nonce) {
        List<IpAddress> best = new ArrayList<>();
        int bestPriority = 255;
        for (RlocRecord locator : view.locators()) {
            if (locator.reachable()
                    && locator.priority() < 255
                    && locator.priority() <= bestPriority
                    && locator.locator() instanceof IpAddress address
                    && canReach.test(address)) {
                if (locator.priority() < bestPriority) {
                    best.clear();
                    bestPriority = locator.priority();
                }
                best.add(address);
            }
        }
        return best.isEmpty()
                ? new Answer.NoEtr()
                : new Answer.Forward(best.get((int) Long.remainderUnsigned(nonce, best.size())));
    }
}
