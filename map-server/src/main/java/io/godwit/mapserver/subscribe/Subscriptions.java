package io.godwit.mapserver.subscribe;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.mapping.ExpiryWheel;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All subscriptions, by EID-prefix. Bounded in all and for each xTR. */
final class Subscriptions {
    /** Last nonces of subscriptions that ended, kept so that an old request does not bring one back. */
    private static final int ENDED_NONCES = 65_536;

    private static final long SECOND_NANOS = 1_000_000_000L;
    /** Longer than a temporary subscription lasts. */
    private static final int WHEEL_SECONDS = 1024;
    /** What somebody else is to end is looked at this often. */
    private static final long AGAIN_NANOS = 60 * SECOND_NANOS;

    private final SavedSubscriptions saved;
    private final int capacity;
    private final int capacityForAnXtr;
    private final int capacityForUnconfirmed;
    private final EidTable<Map<XtrKey.XtrId, Subscription>> table = EidTable.create();
    private final Map<XtrKey.XtrId, Integer> byXtr = new HashMap<>();
    private final Map<Ended, Long> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.@Nullable Entry<Ended, Long> eldest) {
            boolean over = size() > ENDED_NONCES;
            if (over && eldest != null && leads) {
                saved.forget(eldest.getKey().prefix(), eldest.getKey().xtr());
            }
            return over;
        }
    };
    private final ExpiryWheel<Subscription> ends;
    private final Subscription.Terms terms = new Subscription.Terms();
    private int size;
    private int unconfirmed;
    /** Says what becomes of what is kept: nobody else does. */
    private boolean leads;

    private record Ended(XtrKey.XtrId xtr, EidPrefix prefix) {}

    Subscriptions(int capacity, SavedSubscriptions saved, long nowNanos) {
        this.saved = saved;
        ends = new ExpiryWheel<>(SECOND_NANOS, WHEEL_SECONDS, nowNanos);
        leads = !saved.isShared();
        this.capacity = capacity;
        capacityForAnXtr = Math.max(1, capacity / 8);
        capacityForUnconfirmed = Math.max(1, capacity / 4);
    }

    int size() {
        return size;
    }

    Optional<Subscription> get(EidPrefix prefix, XtrKey.XtrId xtr) {
        return table.get(prefix).map(all -> all.get(xtr));
    }

    /** The nonce that a request of the xTR for the EID-prefix must exceed, if there is one. */
    Optional<Long> lastNonce(EidPrefix prefix, XtrKey.XtrId xtr) {
        return get(prefix, xtr)
                .map(Subscription::floor)
                .or(() -> Optional.ofNullable(ended.get(new Ended(xtr, prefix))));
    }

    /** The xTR's subscription, a new one if need be; empty when there is no room for another. */
    Optional<Subscription> add(EidPrefix prefix, XtrKey.XtrId xtr, Site site) {
        Optional<Subscription> known = get(prefix, xtr);
        if (known.isPresent()) {
            return known;
        }
        // What nobody has confirmed may be made up: it must not take the place of what is not.
        if (size >= capacity
                || byXtr.getOrDefault(xtr, 0) >= capacityForAnXtr
                || unconfirmed >= capacityForUnconfirmed) {
            return Optional.empty();
        }
        Long last = ended.remove(new Ended(xtr, prefix));
        Subscription fresh = new Subscription(prefix, xtr, site, last == null ? 0 : last);
        insert(fresh);
        unconfirmed++;
        return Optional.of(fresh);
    }

    private void insert(Subscription fresh) {
        EidPrefix prefix = fresh.prefix();
        Map<XtrKey.XtrId, Subscription> all = table.get(prefix).orElseGet(() -> {
            Map<XtrKey.XtrId, Subscription> none = new LinkedHashMap<>(2);
            table.put(prefix, none);
            return none;
        });
        all.put(fresh.xtr(), fresh);
        fresh.join(terms);
        byXtr.merge(fresh.xtr(), 1, Integer::sum);
        size++;
    }

    boolean isShared() {
        return saved.isShared();
    }

    /** This member of a cluster publishes from now on, or does not any more. */
    void leads(boolean now) {
        leads = now;
        if (now) {
            terms.next(); // each sees it when it is published to
        }
    }

    /**
     * What an earlier run knew, and what members of a cluster agree on.
     *
     * @param agreed gets each that is confirmed by then
     * @param over gets each that is none any more
     */
    void restore(Sites sites, Consumer<Subscription> agreed, Consumer<Subscription> over) {
        saved.restore(sites, new SavedSubscriptions.Restorer() {
            @Override
            public void ended(EidPrefix prefix, XtrKey.XtrId xtr, long nonce) {
                get(prefix, xtr).ifPresent(known -> {
                    over.accept(known);
                    take(known);
                });
                ended.put(new Ended(xtr, prefix), nonce);
            }

            @Override
            public void confirmed(Subscription subscription) {
                Optional<Subscription> known = get(subscription.prefix(), subscription.xtr());
                if (known.isPresent()) {
                    unconfirmed -= known.get().isConfirmed() ? 0 : 1;
                    known.get().agreed(subscription);
                    watch(known.get());
                    agreed.accept(known.get());
                } else if (size < capacity) {
                    ended.remove(new Ended(subscription.xtr(), subscription.prefix()));
                    insert(subscription);
                    watch(subscription);
                    agreed.accept(subscription);
                }
            }

            @Override
            public void forgotten(EidPrefix prefix, XtrKey.XtrId xtr) {
                ended.remove(new Ended(xtr, prefix));
            }
        });
    }

    /** Has the members of a cluster agree on what an xTR confirmed. */
    void propose(Subscription subscription, Proposal proposal) {
        long nonce = Long.compareUnsigned(proposal.nonce(), subscription.floor()) > 0
                ? proposal.nonce()
                : subscription.floor();
        if (proposal.end()) {
            saved.ended(subscription, nonce);
        } else {
            long reserved = Long.compareUnsigned(nonce, subscription.reserved()) > 0 ? nonce : subscription.reserved();
            saved.save(subscription, nonce, reserved + Subscription.RESERVE, proposal.rlocs());
        }
    }

    /** A nonce of it was used. */
    void used(Subscription subscription) {
        if (subscription.isConfirmed() && subscription.reserve()) {
            saved.save(subscription);
        }
    }

    /** To be called where the xTR confirms one of its proposals, so that it counts. */
    void confirm(Subscription subscription, Proposal proposal) {
        unconfirmed -= subscription.isConfirmed() ? 0 : 1;
        subscription.confirm(proposal);
        saved.save(subscription);
    }

    void remove(Subscription subscription) {
        if (!take(subscription)) {
            return;
        }
        if (subscription.isConfirmed() && leads) {
            saved.ended(subscription, subscription.nonce());
        }
        ended.put(new Ended(subscription.xtr(), subscription.prefix()), subscription.nonce());
    }

    /** Returns whether it was there. */
    private boolean take(Subscription subscription) {
        EidPrefix prefix = subscription.prefix();
        Map<XtrKey.XtrId, Subscription> all = table.get(prefix).orElse(Map.of());
        if (all.get(subscription.xtr()) != subscription) {
            return false;
        }
        unwatch(subscription);
        all.remove(subscription.xtr());
        if (all.isEmpty()) {
            table.remove(prefix);
        }
        byXtr.computeIfPresent(subscription.xtr(), (xtr, count) -> count == 1 ? null : count - 1);
        size--;
        unconfirmed -= subscription.isConfirmed() ? 0 : 1;
        return true;
    }

    /** Those of exactly {@code prefix}, of the prefixes that cover it, and the temporary ones within it. */
    void concernedBy(EidPrefix prefix, Consumer<Subscription> consumer) {
        if (size == 0) {
            return;
        }
        table.get(prefix).ifPresent(all -> all.values().forEach(consumer));
        table.forEachLessSpecific(prefix, (covering, all) -> all.values().forEach(consumer));
        if (!prefix.isHost()) {
            table.forEachMoreSpecific(prefix, (within, all) -> all.values().stream()
                    .filter(Subscription::isTemporary)
                    .forEach(consumer));
        }
    }

    /** Of a subscription that is here: whether it ends at {@code endNanos}, as nobody has the EID-prefix. */
    void temporary(Subscription subscription, boolean isTemporary, long endNanos) {
        subscription.temporary(isTemporary, endNanos);
        watch(subscription);
    }

    private void watch(Subscription subscription) {
        unwatch(subscription);
        if (subscription.isTemporary()) {
            subscription.timer(ends.start(subscription, subscription.endsNanos()));
        }
    }

    private void unwatch(Subscription subscription) {
        if (subscription.timer() != ExpiryWheel.NONE) {
            ends.cancel(subscription.timer());
            subscription.timer(ExpiryWheel.NONE);
        }
    }

    /** Hands out temporary ones whose time has come, {@code limit} at most; returns whether none is left. */
    boolean sweep(long nowNanos, int limit, Consumer<Subscription> over) {
        return ends.poll(nowNanos, limit, subscription -> {
            subscription.timer(ExpiryWheel.NONE);
            if (leads) {
                over.accept(subscription);
            } else {
                subscription.timer(ends.start(subscription, nowNanos + AGAIN_NANOS));
            }
        });
    }
}
