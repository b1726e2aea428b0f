package io.godwit.mapserver.database;

import io.godwit.mapping.EidPrefix;
import java.util.ArrayList;
import java.util.List;

/** Puts back into a {@link MappingDatabase} what an earlier run, or another member of a cluster, knew. Nobody is told. */
public final class Restoration {
    private final Store store;
    private final int capacity;

    /** @param capacity EID-prefixes at most */
    Restoration(Store store, int capacity) {
        this.store = store;
        this.capacity = capacity;
    }

    /** What follows, until {@link #end}, fills the empty database by {@code restore} alone. */
    public void begin() {
        store.index().fill();
    }

    public void end() {
        store.index().filled();
    }

    /**
     * Puts back what an earlier run knew, in place of what is known of the EID-prefix; without contributions nobody has it. Each
     * contribution gets a whole lifetime to be refreshed. Nobody is told.
     */
    public void restore(
            EidPrefix prefix,
            long sinceNanos,
            int epoch,
            List<Contribution> contributions,
            List<Departure> departures,
            long nowNanos) {
        int entry = contributions.isEmpty() ? Entries.NONE : renewed(prefix, sinceNanos);
        if (entry == Entries.NONE) {
            forget(prefix);
            return;
        }
        store.epoch(entry, epoch);
        List<Contribution> renewed = new ArrayList<>(contributions.size());
        for (Contribution one : contributions) {
            long deadline = nowNanos + MappingDatabase.lifetime(one.registrant(), one.record());
            renewed.add(new Contribution(one.registrant(), one.record(), nowNanos, deadline));
        }
        store.contributions(entry, renewed);
        departures.forEach(departure -> store.departures.add(entry, departure));
    }

    /** A new entry, in place of what is known; {@link Entries#NONE} when there is no room. */
    private int renewed(EidPrefix prefix, long sinceNanos) {
        boolean room = store.index().size() < capacity || store.find(prefix) != Entries.NONE;
        return room ? store.renew(prefix, sinceNanos) : Entries.NONE;
    }

    private void forget(EidPrefix prefix) {
        int known = store.find(prefix);
        if (known != Entries.NONE) {
            store.contributions(known, List.of());
            store.remove(known);
        }
    }

    /** Keeps what one xTR registered for many EID-prefixes, so that they can be {@linkplain #restore restored} fast. */
    public Pin pin(Contribution like) {
        return store.pin(like.registrant(), like.record());
    }

    public void unpin(Pin pin) {
        store.unpin(pin);
    }

    /** As {@link #restore(EidPrefix, long, int, List, List, long)}, where one xTR alone has it. */
    public void restore(EidPrefix prefix, long sinceNanos, int epoch, Pin like, long nowNanos) {
        int entry = renewed(prefix, sinceNanos);
        if (entry != Entries.NONE) {
            store.epoch(entry, epoch);
            store.contribution(entry, like, nowNanos + like.lifetimeNanos());
        }
    }
}
