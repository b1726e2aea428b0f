package io.godwit.mapserver.database;

import io.godwit.mapping.EidIndex;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.HostQuery;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Registered EID-prefixes. Has one writer and no clock: time comes with each call, so the same calls always give the same database. Every
 * change of what lookups see goes to the listener, once; refreshes do not.
 *
 * <p><b>Moves.</b> The newest registration wins, unless the registrants ask for merging. An xTR of whose locators none is left has lost the
 * EID-prefix, and does not know yet: its periodic registrations, which it sent before it could know, must not win the EID-prefix back. They
 * are {@link Outcome.Stale} until it has acknowledged the Map-Notify of the move ({@link #acknowledged}), or withdrawn the EID-prefix, or
 * nobody has it any more. Nonces of different xTRs cannot be compared, so this is what decides who is late.
 */
public final class MappingDatabase {
    /** No entry. */
    public static final int NONE = EidIndex.NONE;
    /** How long an EID-prefix stays without a Map-Register (RFC 9301 section 8.2). */
    public static final long LIFETIME_NANOS = 180_000_000_000L;
    /** EID-prefixes at most, whatever the configuration asks for. */
    public static final int MAX_CAPACITY = 1 << 25;

    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final Store store;
    private final Restoration restoration;
    private final int capacity;
    private final Consumer<MappingChange> listener;
    private Watcher watcher = Watcher.NONE;

    /** @param capacity EID-prefixes at most */
    public MappingDatabase(int capacity, long nowNanos, Consumer<MappingChange> listener) {
        this.capacity = Math.min(capacity, MAX_CAPACITY);
        this.listener = listener;
        store = new Store(nowNanos);
        restoration = new Restoration(store, this.capacity);
    }

    /** In place of the one before. */
    public void watch(Watcher by) {
        watcher = by;
    }

    /** Stores an authenticated record, or withdraws the xTR's part when its TTL is 0 or it has no locators. */
    public Outcome register(EidPrefix prefix, Registrant by, EidRecord record, long nowNanos) {
        if (record.ttlMinutes() == 0 || record.locators().isEmpty()) {
            return withdraw(prefix, by);
        }
        int entry = store.find(prefix);
        if (entry == NONE) {
            if (store.index().size() >= capacity) {
                return new Outcome.Full();
            }
            entry = store.add(prefix, nowNanos);
            watcher.added(entry);
        }
        Departure departure = departure(entry, by.xtr());
        if (departure != null) {
            return new Outcome.Stale(store.mapping(entry, prefix), departure);
        }
        long deadline = nowNanos + lifetime(by, record);
        if (!refresh(entry, by, record, deadline)) {
            store(entry, prefix, new Contribution(by, record, nowNanos, deadline));
        }
        return new Outcome.Accepted(entry);
    }

    /** Whether registering it changes nothing but deadlines, or is {@link Outcome.Stale}: not worth agreeing on with others. */
    public boolean isRefresh(EidPrefix prefix, Registrant by, EidRecord record) {
        int entry = store.find(prefix);
        if (entry == NONE || record.ttlMinutes() == 0 || record.locators().isEmpty()) {
            return false;
        }
        if (departure(entry, by.xtr()) != null) {
            return true;
        }
        if (store.isSingle(entry)) {
            return store.registrant(entry).equals(by)
                    && store.binding(entry).content().matches(record);
        }
        return store.contributions(entry).stream()
                .anyMatch(one -> one.registrant().equals(by) && one.record().equals(record));
    }

    /** Of an xTR that lost the EID-prefix and has not said that it knows. */
    private @Nullable Departure departure(int entry, XtrKey xtr) {
        List<Departure> all = store.departures.of(entry);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).registrant().xtr().equals(xtr)) {
                return all.get(i);
            }
        }
        return null;
    }

    /** The common case: the xTR that has it says the same again. Returns whether it was that. */
    private boolean refresh(int entry, Registrant by, EidRecord record, long deadline) {
        if (!store.isSingle(entry)) {
            return false;
        }
        Registrant known = store.registrant(entry);
        if (!known.xtr().equals(by.xtr())
                || known.proxyReply() != by.proxyReply()
                || !known.site().name().equals(by.site().name())
                || !store.binding(entry).content().matches(record)) {
            return false;
        }
        if (!known.equals(by)) {
            watcher.changes(entry);
        }
        store.refresh(entry, by, deadline);
        return true;
    }

    private void store(int entry, EidPrefix prefix, Contribution mine) {
        watcher.changes(entry);
        List<Contribution> before = store.contributions(entry, prefix);
        List<RlocRecord> viewBefore = before.isEmpty() ? List.of() : store.viewLocators(entry, prefix);
        List<Contribution> after = before.isEmpty() ? List.of(mine) : new ArrayList<>(before.size() + 1);
        List<Departure> departed = before.isEmpty() ? List.of() : Replacement.replaceOthers(before, mine, after);
        store.contributions(entry, after);
        departed.forEach(departure -> store.departures.add(entry, departure));
        Registrant by = mine.registrant();
        if (before.isEmpty()) {
            store.nextEpoch(entry);
            emit(MappingChange.Kind.REGISTERED, store.mapping(entry, prefix), viewBefore, by, departed);
        } else if (!departed.isEmpty()) {
            store.nextEpoch(entry);
            emit(MappingChange.Kind.MOVED, store.mapping(entry, prefix), viewBefore, by, departed);
        } else if (!viewBefore.equals(store.viewLocators(entry, prefix))) {
            emit(MappingChange.Kind.CHANGED, store.mapping(entry, prefix), viewBefore, by, departed);
        }
    }

    /** How long what is registered now lasts. */
    public static long lifetime(Registrant by, EidRecord record) {
        return by.useTtl() ? Integer.toUnsignedLong(record.ttlMinutes()) * MINUTE_NANOS : LIFETIME_NANOS;
    }

    private Outcome withdraw(EidPrefix prefix, Registrant by) {
        int entry = store.find(prefix);
        if (entry != NONE) {
            watcher.changes(entry);
            store.departures.remove(entry, by.xtr());
            leave(entry, by, MappingChange.Kind.WITHDRAWN, one -> one.registrant()
                    .xtr()
                    .equals(by.xtr()));
        }
        return new Outcome.Withdrawn();
    }

    /** Takes contributions out. */
    private void leave(int entry, Registrant by, MappingChange.Kind kind, Predicate<Contribution> who) {
        watcher.changes(entry);
        Mapping before = store.mapping(entry);
        List<Contribution> rest =
                before.contributions().stream().filter(who.negate()).toList();
        if (rest.size() == before.contributions().size()) {
            store.contributions(entry, rest);
            return;
        }
        store.contributions(entry, rest);
        List<RlocRecord> viewBefore = before.view().locators();
        if (rest.isEmpty()) {
            Mapping gone = store.mapping(entry);
            store.remove(entry);
            listener.accept(new MappingChange(kind, gone, viewBefore, by, List.of()));
        } else if (!viewBefore.equals(store.mapping(entry).view().locators())) {
            emit(MappingChange.Kind.CHANGED, store.mapping(entry), viewBefore, by, List.of());
        }
    }

    private void emit(
            MappingChange.Kind kind, Mapping now, List<RlocRecord> before, Registrant by, List<Departure> departed) {
        listener.accept(new MappingChange(kind, now, before, by, departed));
    }

    /** An xTR said that it knows that it lost the EID-prefix: what it registers from now on is news. */
    public void acknowledged(EidPrefix prefix, XtrKey xtr) {
        int entry = store.find(prefix);
        if (entry != NONE) {
            watcher.changes(entry);
            store.departures.remove(entry, xtr);
        }
    }

    /**
     * Removes what was not refreshed in time, looking at {@code limit} entries at most.
     *
     * @return whether nothing that is due is left
     */
    public boolean expire(long nowNanos, int limit) {
        return expire(nowNanos, limit, Living.NOBODY);
    }

    /**
     * As {@link #expire(long, int)}.
     *
     * @param living keeps what it says it does
     */
    public boolean expire(long nowNanos, int limit, Living living) {
        return store.poll(nowNanos, limit, entry -> {
            if (living.equals(Living.NOBODY) || !store.keep(entry, living, nowNanos)) {
                expire(entry, nowNanos);
            }
        });
    }

    /** Hands to {@code due} what was not refreshed in time, looking at {@code limit} entries at most; it must {@link #postpone} each. */
    public boolean due(long nowNanos, int limit, IntConsumer due) {
        return store.poll(nowNanos, limit, due);
    }

    /** Looks at an entry again when {@code deadlineNanos} is past. */
    public void postpone(int entry, long deadlineNanos) {
        store.postpone(entry, deadlineNanos);
    }

    /** Gives what {@code who} registered for the EID-prefix a whole lifetime again. */
    public void renew(EidPrefix prefix, Set<XtrKey> who, long nowNanos) {
        int entry = store.find(prefix);
        if (entry != NONE) {
            renew(entry, who::contains, nowNanos);
        }
    }

    /** As a refresh by everyone who registered it. */
    public void renew(int entry, long nowNanos) {
        if (store.isUsed(entry)) {
            renew(entry, xtr -> true, nowNanos);
        }
    }

    private void renew(int entry, Predicate<XtrKey> who, long nowNanos) {
        List<Contribution> renewed = new ArrayList<>();
        for (Contribution one : store.contributions(entry)) {
            renewed.add(
                    who.test(one.registrant().xtr())
                            ? one.renewed(nowNanos, nowNanos + lifetime(one.registrant(), one.record()))
                            : one);
        }
        if (renewed.size() > 1) {
            store.contributions(entry, renewed);
        } else if (!renewed.isEmpty()) {
            store.postpone(entry, renewed.getFirst().deadlineNanos());
        }
    }

    /** Takes out what {@code who} registered for the EID-prefix and did not refresh. */
    public void expire(EidPrefix prefix, Set<XtrKey> who) {
        int entry = store.find(prefix);
        if (entry != NONE) {
            store.contributions(entry).stream()
                    .map(Contribution::registrant)
                    .filter(one -> who.contains(one.xtr()))
                    .findFirst()
                    .ifPresent(silent -> leave(
                            entry,
                            silent,
                            MappingChange.Kind.EXPIRED,
                            one -> who.contains(one.registrant().xtr())));
        }
    }

    private void expire(int entry, long nowNanos) {
        List<Contribution> contributions = store.contributions(entry);
        Registrant silent = contributions.getFirst().registrant();
        if (contributions.size() == 1) {
            leave(entry, silent, MappingChange.Kind.EXPIRED, one -> true);
        } else {
            leave(entry, silent, MappingChange.Kind.EXPIRED, one -> one.deadlineNanos() <= nowNanos);
        }
    }

    /** Puts back what an earlier run, or another member of a cluster, knew. */
    public Restoration restoration() {
        return restoration;
    }

    /** Mappings that some xTR lost and has not said that it knows. */
    public void forEachDeparted(Consumer<Mapping> visitor) {
        for (int entry : store.departures.entries()) {
            visitor.accept(store.mapping(entry));
        }
    }

    /** Entries are numbered below this. */
    public int entries() {
        return store.end();
    }

    /** What the entry of this number is now, if it is in use. */
    public Optional<Mapping> entry(int number) {
        return store.isUsed(number) ? Optional.of(store.mapping(number)) : Optional.empty();
    }

    /** The longest registered prefix that covers {@code eid}. */
    public Optional<Mapping> lookup(EidPrefix eid) {
        return at(store.index().longestMatch(eid));
    }

    public Optional<Mapping> get(EidPrefix prefix) {
        return at(store.index().find(prefix));
    }

    private Optional<Mapping> at(long place) {
        return place == EidIndex.NOWHERE
                ? Optional.empty()
                : Optional.of(store.mapping(store.index().number(place)));
    }

    /** Of an entry just returned. */
    public Mapping mapping(int entry) {
        return store.mapping(entry);
    }

    /**
     * What proxy replies about these hosts say.
     *
     * @param answers gets what one xTR registered for exactly the host, if it asked for proxy replies; else null
     */
    public void proxies(HostQuery hosts, @Nullable Binding[] answers) {
        store.index().hosts(hosts);
        for (int i = 0; i < hosts.size(); i++) {
            int entry = hosts.number(i);
            boolean answered = entry != NONE
                    && store.isSingle(entry)
                    && store.registrant(entry).proxyReply();
            answers[i] = answered ? store.binding(entry) : null;
        }
    }

    /** Up to {@code limit} of the mappings strictly within {@code prefix}. */
    public List<Mapping> moreSpecifics(EidPrefix prefix, int limit) {
        return store.within(prefix, limit);
    }

    /** The widest prefix around {@code eid} that touches no registered one, if none covers it or lies within it. */
    public Optional<EidPrefix> hole(EidPrefix eid) {
        return store.index().hole(eid);
    }

    /** The widest part of {@code cover} around {@code eid} that no more-specific registration touches. */
    public Optional<EidPrefix> holeWithin(EidPrefix cover, EidPrefix eid) {
        return store.index().holeWithin(cover, eid);
    }

    public int size() {
        return store.index().size();
    }

    /** Registrations of a site's xTRs. */
    public int registrations(String site) {
        return store.registrations(site);
    }

    /** In no order, while {@code visitor} says true; it must not change the database. */
    public void forEach(Predicate<Mapping> visitor) {
        store.index().forEach(place -> visitor.test(store.mapping(store.index().number(place))));
    }
}
