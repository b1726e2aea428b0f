package io.godwit.mapserver.database;

import io.godwit.mapping.EidIndex;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.site.Site;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.MutableInteger;
import org.jspecify.annotations.Nullable;

/**
 * How {@link MappingDatabase} keeps what is registered: about 90 octets for an IPv4 host. An EID-prefix that one xTR has is an
 * {@linkplain Entries entry} with the numbers of a registrant and a binding, which many share; only one that several xTRs merge into has
 * objects of its own.
 */
final class Store {
    static final long TICK_NANOS = 100_000_000L;
    private static final int WHEEL_SLOTS = 4096;
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** Ticks; a deadline further away than three years is met then. */
    private static final int FURTHEST = 1 << 30;

    private final long startNanos;
    private final EidIndex index = new EidIndex();
    private final Entries entries = new Entries(WHEEL_SLOTS);
    private final Interned<Registrant, Registrant> registrants = new Interned<>();
    private final Interned<Binding.Content, Binding> bindings = new Interned<>();
    private final Int2ObjectHashMap<List<Contribution>> groups = new Int2ObjectHashMap<>();
    private final IntArrayList freeGroups = new IntArrayList();
    private final Map<String, MutableInteger> bySite = new HashMap<>();
    private @Nullable Site lastSite;
    private MutableInteger lastCount = new MutableInteger();
    final Departures departures = new Departures();

    Store(long nowNanos) {
        startNanos = nowNanos;
    }

    EidIndex index() {
        return index;
    }

    /** How many registrations the site's xTRs have. */
    int registrations(String site) {
        MutableInteger count = bySite.get(site);
        return count == null ? 0 : count.get();
    }

    @SuppressWarnings("ReferenceEquality") // the last one counted again: not worth looking at its content
    private void count(Registrant registrant, int change) {
        if (registrant.site() != lastSite) {
            lastSite = registrant.site();
            lastCount = bySite.computeIfAbsent(lastSite.name(), site -> new MutableInteger());
        }
        lastCount.addAndGet(change);
    }

    int find(EidPrefix prefix) {
        long place = index.find(prefix);
        return place == EidIndex.NOWHERE ? Entries.NONE : index.number(place);
    }

    int end() {
        return entries.end();
    }

    boolean isUsed(int entry) {
        return entries.isUsed(entry);
    }

    int add(EidPrefix prefix, long nowNanos) {
        // The entry's number must be known before the place is, and the other way round.
        long place = index.add(prefix, 0);
        int entry = entries.allocate(place, (int) ((nowNanos - startNanos) / SECOND_NANOS));
        index.number(place, entry);
        entries.bind(entry, NOBODY, NOBODY);
        return entry;
    }

    /** As {@link #add}, in place of the prefix's entry if it has one. */
    int renew(EidPrefix prefix, long nowNanos) {
        long place = index.findOrAdd(prefix, FRESH);
        int entry = index.number(place);
        int since = (int) ((nowNanos - startNanos) / SECOND_NANOS);
        if (entry == FRESH) {
            entry = entries.allocate(place, since);
            index.number(place, entry);
            entries.bind(entry, NOBODY, NOBODY);
        } else {
            drop(entry);
            departures.forget(entry);
            entries.since(entry, since);
        }
        return entry;
    }

    private static final int NOBODY = Integer.MIN_VALUE;
    /** No entry has this number. */
    private static final int FRESH = Integer.MAX_VALUE;

    /** Forgets an entry without contributions. */
    void remove(int entry) {
        index.remove(entries.place(entry));
        departures.forget(entry);
        entries.release(entry);
    }

    EidPrefix prefix(int entry) {
        return index.prefix(entries.place(entry));
    }

    int nextEpoch(int entry) {
        return entries.nextEpoch(entry);
    }

    void epoch(int entry, int epoch) {
        entries.epoch(entry, epoch);
    }

    /** Whether one xTR alone has it. */
    boolean isSingle(int entry) {
        return entries.registrant(entry) >= 0;
    }

    /** Of an entry that is single. */
    Registrant registrant(int entry) {
        return registrants.get(entries.registrant(entry));
    }

    /** Of an entry that is single. */
    Binding binding(int entry) {
        return bindings.get(entries.binding(entry));
    }

    List<Contribution> contributions(int entry) {
        return contributions(entry, prefix(entry));
    }

    /** @param prefix the entry's */
    List<Contribution> contributions(int entry, EidPrefix prefix) {
        int registrant = entries.registrant(entry);
        if (registrant == NOBODY) {
            return List.of();
        }
        if (registrant < 0) {
            return Objects.requireNonNull(groups.get(registrant));
        }
        Registrant by = registrants.get(registrant);
        EidRecord record = binding(entry).record(prefix);
        long deadline = startNanos + (entries.deadline(entry) + 1L) * TICK_NANOS;
        return List.of(new Contribution(by, record, deadline - MappingDatabase.lifetime(by, record), deadline));
    }

    /** Replaces all contributions. */
    void contributions(int entry, List<Contribution> contributions) {
        drop(entry);
        contributions.forEach(one -> count(one.registrant(), 1));
        if (contributions.isEmpty()) {
            return;
        }
        Contribution first = contributions.getFirst();
        long deadline = first.deadlineNanos();
        if (contributions.size() == 1) {
            entries.bind(entry, use(first.registrant()), use(first.record()));
        } else {
            int group = freeGroups.isEmpty() ? -1 - groups.size() : freeGroups.removeAt(freeGroups.size() - 1);
            groups.put(group, List.copyOf(contributions));
            entries.bind(entry, group, NOBODY);
            for (Contribution other : contributions) {
                deadline = Math.min(deadline, other.deadlineNanos());
            }
        }
        entries.schedule(entry, tick(deadline));
    }

    private void drop(int entry) {
        int registrant = entries.registrant(entry);
        if (registrant == NOBODY) {
            return;
        }
        if (registrant >= 0) {
            count(registrants.get(registrant), -1);
            registrants.release(registrant, registrants.get(registrant));
            int binding = entries.binding(entry);
            bindings.release(binding, bindings.get(binding).content());
        } else {
            Objects.requireNonNull(groups.remove(registrant)).forEach(one -> count(one.registrant(), -1));
            freeGroups.addInt(registrant);
        }
        entries.bind(entry, NOBODY, NOBODY);
        entries.unschedule(entry);
    }

    /** The same xTR again, of an entry that is single. */
    void refresh(int entry, Registrant by, long deadlineNanos) {
        int before = entries.registrant(entry);
        Registrant known = registrants.get(before);
        if (!known.equals(by)) {
            int number = use(by);
            entries.bind(entry, number, entries.binding(entry));
            registrants.release(before, known);
        }
        entries.schedule(entry, tick(deadlineNanos));
    }

    void postpone(int entry, long deadlineNanos) {
        entries.schedule(entry, tick(deadlineNanos));
    }

    /** Gives the entry a new deadline where who registered it lives; returns whether that is to come. */
    boolean keep(int entry, Living living, long nowNanos) {
        List<Contribution> kept = new ArrayList<>();
        boolean all = true;
        for (Contribution one : contributions(entry)) {
            long heard = living.heard(one.registrant(), one.refreshedNanos());
            kept.add(one.renewed(heard, heard + MappingDatabase.lifetime(one.registrant(), one.record())));
            all &= kept.getLast().deadlineNanos() - nowNanos > 0;
        }
        if (kept.size() > 1) {
            contributions(entry, kept);
        } else if (all) {
            postpone(entry, kept.getFirst().deadlineNanos());
        }
        return all;
    }

    /** Keeps what many entries are to have: {@link #contribution} makes them. */
    Pin pin(Registrant registrant, EidRecord record) {
        return new Pin(use(registrant), use(record), MappingDatabase.lifetime(registrant, record));
    }

    void unpin(Pin pin) {
        registrants.release(pin.registrant(), registrants.get(pin.registrant()));
        bindings.release(pin.binding(), bindings.get(pin.binding()).content());
    }

    /** What {@link #contributions} does, of an entry that has none. */
    void contribution(int entry, Pin pin, long deadlineNanos) {
        registrants.use(pin.registrant());
        bindings.use(pin.binding());
        count(registrants.get(pin.registrant()), 1);
        entries.bind(entry, pin.registrant(), pin.binding());
        entries.schedule(entry, tick(deadlineNanos));
    }

    private int use(Registrant registrant) {
        return registrants.use(registrant, one -> one);
    }

    /** The many EIDs of an xTR come one after the other. */
    private int use(EidRecord record) {
        Binding.Content last = bindings.lastKey();
        return last != null && last.matches(record)
                ? bindings.useLast()
                : bindings.use(Binding.Content.of(record), Binding::new);
    }

    private int tick(long deadlineNanos) {
        return (int) Math.min(FURTHEST, Math.floorDiv(deadlineNanos - startNanos - 1, TICK_NANOS));
    }

    Mapping mapping(int entry) {
        return mapping(entry, prefix(entry));
    }

    /** @param prefix the entry's */
    Mapping mapping(int entry, EidPrefix prefix) {
        List<Contribution> contributions = contributions(entry, prefix);
        EidRecord view = isSingle(entry) ? binding(entry).view(prefix) : Mapping.merged(prefix, contributions);
        return new Mapping(
                prefix,
                startNanos + entries.since(entry) * SECOND_NANOS,
                entries.epoch(entry),
                contributions,
                departures.of(entry),
                view);
    }

    /** The locators of {@link Mapping#view()}. */
    List<RlocRecord> viewLocators(int entry, EidPrefix prefix) {
        if (isSingle(entry)) {
            return binding(entry).viewLocators();
        }
        List<Contribution> all = contributions(entry, prefix);
        return all.isEmpty() ? List.of() : Mapping.merged(prefix, all).locators();
    }

    boolean poll(long nowNanos, int limit, IntConsumer consumer) {
        return entries.poll((int) Math.floorDiv(nowNanos - startNanos, TICK_NANOS), limit, consumer);
    }

    List<Mapping> within(EidPrefix prefix, int limit) {
        List<Mapping> found = new ArrayList<>();
        index.forEachWithin(prefix, place -> {
            found.add(mapping(index.number(place)));
            return found.size() < limit;
        });
        return found;
    }
}
