package io.godwit.mapserver.database;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.mapping.ExpiryWheel;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
    /** How long an EID-prefix stays without a Map-Register (RFC 9301 section 8.2). */
    public static final long LIFETIME_NANOS = 180_000_000_000L;

    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final long TICK_NANOS = 100_000_000L;
    private static final int WHEEL_SLOTS = 4096;

    private final EidTable<Mapping> table = EidTable.create();
    private final ExpiryWheel<Contribution> expiry;
    private final int capacity;
    private final Consumer<MappingChange> listener;

    /** What became of a record of a Map-Register. */
    public sealed interface Outcome {
        /** Stored. */
        record Accepted(Mapping mapping) implements Outcome {}

        /** Withdrawn, or not there to begin with. */
        record Withdrawn() implements Outcome {}

        /** From an xTR that lost the EID-prefix to the one in {@code mapping} and has not said yet that it knows. */
        record Stale(Mapping mapping, Departure departure) implements Outcome {}

        /** No room for another EID-prefix. */
        record Full() implements Outcome {}
    }

    /** @param capacity EID-prefixes at most */
    public MappingDatabase(int capacity, long nowNanos, Consumer<MappingChange> listener) {
        this.capacity = capacity;
        this.listener = listener;
        expiry = new ExpiryWheel<>(TICK_NANOS, WHEEL_SLOTS, nowNanos);
    }

    /** Stores an authenticated record, or withdraws the xTR's part when its TTL is 0 or it has no locators. */
    public Outcome register(EidPrefix prefix, Registrant by, EidRecord record, long nowNanos) {
        if (record.ttlMinutes() == 0 || record.locators().isEmpty()) {
            return withdraw(prefix, by);
        }
        Optional<Mapping> known = table.get(prefix);
        if (known.isEmpty() && table.size() >= capacity) {
            return new Outcome.Full();
        }
        Mapping mapping = known.orElseGet(() -> new Mapping(prefix, nowNanos));
        for (Departure departure : mapping.departures()) {
            if (departure.registrant().xtr().equals(by.xtr())) {
                return new Outcome.Stale(mapping, departure);
            }
        }
        if (known.isEmpty()) {
            table.put(prefix, mapping);
        }
        store(mapping, by, record, nowNanos);
        return new Outcome.Accepted(mapping);
    }

    private void store(Mapping mapping, Registrant by, EidRecord record, long nowNanos) {
        List<RlocRecord> before = mapping.view().locators();
        boolean first = mapping.contributions().isEmpty();
        List<Departure> departed = replaceOthers(mapping, by, record);
        Contribution mine = mapping.contribution(by.xtr()).orElse(null);
        boolean unchanged = mine != null
                && departed.isEmpty()
                && mine.record().equals(record)
                && mine.registrant().proxyReply() == by.proxyReply();
        if (mine == null) {
            mine = new Contribution(mapping, by, record);
            mapping.add(mine);
        }
        mine.refresh(by, record, nowNanos, nowNanos + lifetime(by, record));
        schedule(mine);
        if (!unchanged) {
            mapping.refreshView();
            if (first) {
                emit(MappingChange.Kind.REGISTERED, mapping, before, by, departed);
            } else if (!departed.isEmpty()) {
                emit(MappingChange.Kind.MOVED, mapping, before, by, departed);
            } else if (!before.equals(mapping.view().locators())) {
                emit(MappingChange.Kind.CHANGED, mapping, before, by, departed);
            }
        }
    }

    /** Takes out the contributions that {@code by}'s replaces, and tells which of them lost the EID-prefix. */
    private List<Departure> replaceOthers(Mapping mapping, Registrant by, EidRecord record) {
        List<Departure> departed = List.of();
        for (Contribution other : List.copyOf(mapping.contributions())) {
            Registrant registrant = other.registrant();
            if (registrant.xtr().equals(by.xtr()) || (by.merge() && registrant.merge())) {
                continue;
            }
            remove(other);
            if (!shareLocator(other.record(), record)) {
                Departure departure = new Departure(registrant, other.record().locators());
                mapping.depart(departure);
                departed = departed.isEmpty() ? new ArrayList<>() : departed;
                departed.add(departure);
            }
        }
        return departed;
    }

    /** xTRs of one site that do not merge each register all the site's locators: no move. */
    private static boolean shareLocator(EidRecord one, EidRecord other) {
        Set<LispAddress> locators =
                one.locators().stream().map(RlocRecord::locator).collect(Collectors.toSet());
        return other.locators().stream().map(RlocRecord::locator).anyMatch(locators::contains);
    }

    private static long lifetime(Registrant by, EidRecord record) {
        return by.useTtl() ? Integer.toUnsignedLong(record.ttlMinutes()) * MINUTE_NANOS : LIFETIME_NANOS;
    }

    private void schedule(Contribution contribution) {
        if (contribution.timer() == ExpiryWheel.NONE) {
            contribution.timer(expiry.start(contribution, contribution.deadlineNanos()));
        } else {
            expiry.move(contribution.timer(), contribution.deadlineNanos());
        }
    }

    private void remove(Contribution contribution) {
        if (contribution.timer() != ExpiryWheel.NONE) {
            expiry.cancel(contribution.timer());
            contribution.timer(ExpiryWheel.NONE);
        }
        contribution.mapping().remove(contribution);
    }

    private Outcome withdraw(EidPrefix prefix, Registrant by) {
        table.get(prefix).ifPresent(mapping -> {
            mapping.reconcile(by.xtr());
            mapping.contribution(by.xtr()).ifPresent(mine -> leave(mine, by, MappingChange.Kind.WITHDRAWN));
        });
        return new Outcome.Withdrawn();
    }

    private void leave(Contribution contribution, Registrant by, MappingChange.Kind kind) {
        Mapping mapping = contribution.mapping();
        List<RlocRecord> before = mapping.view().locators();
        remove(contribution);
        mapping.refreshView();
        if (mapping.contributions().isEmpty()) {
            table.remove(mapping.prefix());
            emit(kind, mapping, before, by, List.of());
        } else if (!before.equals(mapping.view().locators())) {
            emit(MappingChange.Kind.CHANGED, mapping, before, by, List.of());
        }
    }

    private void emit(
            MappingChange.Kind kind,
            Mapping mapping,
            List<RlocRecord> before,
            Registrant by,
            List<Departure> departed) {
        listener.accept(new MappingChange(kind, mapping, before, by, departed));
    }

    /** An xTR said that it knows that it lost the EID-prefix: what it registers from now on is news. */
    public void acknowledged(EidPrefix prefix, XtrKey xtr) {
        table.get(prefix).ifPresent(mapping -> mapping.reconcile(xtr));
    }

    /**
     * Removes what was not refreshed in time, looking at {@code limit} entries at most.
     *
     * @return whether nothing that is due is left
     */
    public boolean expire(long nowNanos, int limit) {
        return expiry.poll(nowNanos, limit, contribution -> {
            contribution.timer(ExpiryWheel.NONE);
            leave(contribution, contribution.registrant(), MappingChange.Kind.EXPIRED);
        });
    }

    /** The longest registered prefix that covers {@code eid}. */
    public Optional<Mapping> lookup(EidPrefix eid) {
        return table.longestMatch(eid).map(EidTable.Entry::value);
    }

    public Optional<Mapping> get(EidPrefix prefix) {
        return table.get(prefix);
    }

    /** Up to {@code limit} of the mappings strictly within {@code prefix}. */
    public List<Mapping> moreSpecifics(EidPrefix prefix, int limit) {
        return table.moreSpecifics(prefix, limit).stream()
                .map(EidTable.Entry::value)
                .toList();
    }

    /** The widest prefix around {@code eid} that touches no registered one, if none covers it or lies within it. */
    public Optional<EidPrefix> hole(EidPrefix eid) {
        return table.hole(eid);
    }

    /** The widest part of {@code cover} around {@code eid} that no more-specific registration touches. */
    public Optional<EidPrefix> holeWithin(EidPrefix cover, EidPrefix eid) {
        return table.holeWithin(cover, eid);
    }

    public int size() {
        return table.size();
    }

    public void forEach(Consumer<Mapping> consumer) {
        table.forEach((prefix, mapping) -> consumer.accept(mapping));
    }
}
