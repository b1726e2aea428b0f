package io.godwit.xtr.control.itr;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.mapping.ExpiryWheel;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.core.NativeForwarding;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The map-cache (RFC 9301 section 5.5): what was learned from Map-Replies, as long as it lasts, and the entries of the data plane that
 * follow from it. Bounded; expiry is bounded work a tick.
 */
public final class MapCache {
    /** A bound that only a flood reaches. */
    public static final int MAX_ENTRIES = 2_000_000;
    /** The longest lifetime accepted: what a peer that counts in other units than minutes gets. */
    private static final long MAX_TTL_MINUTES = 1440;
    /** Where no locator is usable, perhaps only for now, we ask again after this. */
    private static final Duration UNUSABLE_LIFETIME = Duration.ofSeconds(10);

    private static final int SECONDS_FLAG = 0x8000_0000;
    private static final int HOLDER_DECIDES = -1;
    private static final long TICK_NANOS = 100_000_000;

    private static final int SLOTS = 8192;
    private static final int MAX_WORK_A_TICK = 10_000;

    /** A million of these have to be small: what mappings have in common is shared, a {@link Mapping} is made when one is asked for. */
    private static final class Entry {
        /** Of the EID-prefix, if it is none of IPv4. */
        private final @Nullable LispAddress address;

        private final int ipv4;
        private final int instanceId;
        private final short length;
        private Bindings.Binding binding;
        private long sinceMillis;
        private long expiresNanos;
        private long packetsAtStart;
        private int handle = ExpiryWheel.NONE;
        /** The next deadline is the end, not the time to refresh. */
        private boolean ending;

        private boolean authoritative;

        Entry(EidPrefix eid, Bindings.Binding binding) {
            boolean isIpv4 = eid.address() instanceof Ipv4Address;
            this.address = isIpv4 ? null : eid.address();
            this.ipv4 = eid.address() instanceof Ipv4Address(int value) ? value : 0;
            this.instanceId = eid.instanceId();
            this.length = (short) eid.length();
            this.binding = binding;
        }

        EidPrefix eid() {
            return new EidPrefix(instanceId, address == null ? new Ipv4Address(ipv4) : address, length);
        }

        Mapping mapping() {
            return new Mapping(
                    eid(),
                    binding.locators(),
                    binding.action(),
                    authoritative,
                    binding.forwarding(),
                    sinceMillis,
                    expiresNanos);
        }
    }

    private final ControlContext context;
    private final int maxEntries;
    private final Consumer<EidPrefix> refresh;
    private Consumer<EidPrefix> unused = eid -> {};
    private boolean versions;
    private final NativeForwarding past;
    private final List<Locator> proxyEtrs;
    private final Bindings bindings = new Bindings(this::forwarding);
    private final EidTable<Entry> table = EidTable.create();
    private final ExpiryWheel<Entry> wheel;

    /**
     * @param refresh asks for a mapping that is in use and about to expire
     * @param past where packets go that are to be forwarded natively
     * @param proxyEtrs where they go instead, if there are any (RFC 6832 section 6.1)
     */
    public MapCache(
            ControlContext context,
            int maxEntries,
            Consumer<EidPrefix> refresh,
            NativeForwarding past,
            List<Locator> proxyEtrs) {
        this.context = context;
        this.maxEntries = maxEntries;
        this.refresh = refresh;
        this.past = past;
        this.proxyEtrs = List.copyOf(proxyEtrs);
        wheel = new ExpiryWheel<>(TICK_NANOS, SLOTS, context.timers().nanoTime());
        context.timers().every(Duration.ofNanos(TICK_NANOS), this::tick);
    }

    /** @param listener is told of each mapping that ended because nothing was sent to it */
    public void onUnused(Consumer<EidPrefix> listener) {
        unused = listener;
    }

    /** The data plane is told the version of each mapping (RFC 9302). Before the first mapping. */
    public void useVersions() {
        versions = true;
    }

    public int size() {
        return table.size();
    }

    public void forEach(Consumer<Mapping> consumer) {
        table.forEach((eid, entry) -> consumer.accept(entry.mapping()));
    }

    /** Of the locator-sets that mappings have: those to encapsulate to, and one of the EID-prefixes. */
    public void forEachLocatorSet(BiConsumer<EidPrefix, List<Locator>> consumer) {
        bindings.forEach((eid, binding) -> {
            boolean current = table.get(eid)
                    .filter(entry -> entry.binding.equals(binding))
                    .isPresent();
            if (current && !binding.locators().isEmpty() && binding.forwarding() instanceof Forwarding.Remote remote) {
                consumer.accept(eid, remote.locators());
            }
        });
    }

    public Optional<Mapping> longestMatch(EidPrefix eid) {
        return table.longestMatch(eid).map(match -> match.value().mapping());
    }

    /** Adds or replaces the mapping of exactly {@code eid}; a TTL of 0 removes it. */
    public void install(EidPrefix eid, EidRecord eidRecord) {
        if (eidRecord.ttlMinutes() == 0) {
            remove(eid, "withdrawn");
            return;
        }
        Entry entry = table.get(eid).orElse(null);
        if (entry == null && table.size() >= maxEntries) {
            context.count(ControlCounter.MAP_CACHE_FULL);
            return;
        }
        Bindings.Binding binding = bindings.of(eid, eidRecord);
        long expires = expiry(eid, eidRecord, binding.forwarding());
        if (entry == null) {
            entry = new Entry(eid, binding);
            entry.sinceMillis = context.timers().epochMillis();
            table.put(eid, entry);
            apply(eid, binding.forwarding());
            context.events().add(EventKind.MAP_CACHE_ADDED, eid, entry.mapping().summary());
        } else {
            replace(entry, binding);
        }
        entry.expiresNanos = expires;
        entry.authoritative = eidRecord.authoritative();
        entry.packetsAtStart = context.dataPlane().packets(eid);
        schedule(entry);
    }

    /** Keeps the data plane's entry, and since when, if nothing changed for it. */
    private void replace(Entry entry, Bindings.Binding next) {
        Mapping old = entry.mapping();
        entry.binding = next;
        if (!next.forwarding().equals(old.forwarding())) {
            entry.sinceMillis = context.timers().epochMillis();
            apply(entry.eid(), next.forwarding());
            context.events()
                    .add(
                            EventKind.MAP_CACHE_CHANGED,
                            entry.eid(),
                            old.summary() + " -> " + entry.mapping().summary());
        }
    }

    /** The kernel's way is there before the packets that waited for the answer are let go. */
    private void apply(EidPrefix eid, Forwarding forwarding) {
        if (isNative(forwarding)) {
            past.begin(eid);
        } else {
            past.end(eid);
        }
        context.dataPlane().put(eid, forwarding);
    }

    private static boolean isNative(Forwarding forwarding) {
        return forwarding instanceof Forwarding.Negative(Action action) && action == Action.NATIVELY_FORWARD;
    }

    private Forwarding forwarding(EidRecord eidRecord) {
        Forwarding forwarding = RlocRules.forwarding(eidRecord, context.locators());
        if (versions && forwarding instanceof Forwarding.Remote remote) {
            return new Forwarding.Remote(remote.locators(), eidRecord.mapVersion());
        }
        return isNative(forwarding) && !proxyEtrs.isEmpty() ? new Forwarding.Remote(proxyEtrs) : forwarding;
    }

    private long expiry(EidPrefix eid, EidRecord eidRecord, Forwarding forwarding) {
        boolean unusable = !eidRecord.locators().isEmpty() && !(forwarding instanceof Forwarding.Remote);
        long lifetime = unusable ? UNUSABLE_LIFETIME.toNanos() : lifetimeNanos(eidRecord.ttlMinutes());
        return notAfterMoreSpecifics(eid, context.timers().nanoTime() + lifetime);
    }

    /** No more-specific entry may disappear while its cover stays (RFC 9301 section 5.5). */
    private long notAfterMoreSpecifics(EidPrefix eid, long expiresNanos) {
        long now = context.timers().nanoTime();
        long[] earliest = {expiresNanos - now};
        if (!eid.isHost()) {
            table.forEachMoreSpecific(
                    eid, (more, entry) -> earliest[0] = Math.min(earliest[0], entry.expiresNanos - now));
        }
        return now + earliest[0];
    }

    private static long lifetimeNanos(int ttlMinutes) {
        if (ttlMinutes != HOLDER_DECIDES && (ttlMinutes & SECONDS_FLAG) != 0) {
            // lispers.net: bit 31 says that the rest counts seconds.
            return TimeUnit.SECONDS.toNanos(Math.min(ttlMinutes & ~SECONDS_FLAG, MAX_TTL_MINUTES * 60));
        }
        return TimeUnit.MINUTES.toNanos(Math.min(Integer.toUnsignedLong(ttlMinutes), MAX_TTL_MINUTES));
    }

    /**
     * A less specific answer takes the place of all within it (RFC 9301 section 5.5) but what the same answer listed; those are the more
     * specific ones there are.
     */
    public void removeWithin(EidPrefix cover, Set<EidPrefix> listed) {
        if (cover.isHost()) {
            return;
        }
        List<EidPrefix> replaced = new ArrayList<>();
        table.forEachMoreSpecific(cover, (eid, entry) -> {
            if (!listed.contains(eid)) {
                replaced.add(eid);
            }
        });
        replaced.forEach(eid -> remove(eid, "part of " + cover));
    }

    public void remove(EidPrefix eid, String why) {
        if (forget(eid)) {
            context.dataPlane().remove(eid);
            context.events().add(EventKind.MAP_CACHE_REMOVED, eid, why);
        }
    }

    /** Removes the entry here, but leaves the data plane's to whoever replaces it. */
    public boolean forget(EidPrefix eid) {
        Optional<Entry> entry = table.remove(eid);
        entry.ifPresent(this::cancel);
        past.end(eid);
        return entry.isPresent();
    }

    private void schedule(Entry entry) {
        cancel(entry);
        long now = context.timers().nanoTime();
        long left = entry.expiresNanos - now;
        // A tenth of the lifetime is enough for all retries but the last.
        setTimer(entry, now + left - left / 10, false);
    }

    private void setTimer(Entry entry, long deadline, boolean ending) {
        entry.ending = ending;
        entry.handle = wheel.start(entry, deadline);
    }

    private void cancel(Entry entry) {
        if (entry.handle != ExpiryWheel.NONE) {
            wheel.cancel(entry.handle);
            entry.handle = ExpiryWheel.NONE;
        }
    }

    private void tick() {
        wheel.poll(context.timers().nanoTime(), MAX_WORK_A_TICK, this::onDeadline);
    }

    private void onDeadline(Entry entry) {
        EidPrefix eid = entry.eid();
        entry.handle = ExpiryWheel.NONE;
        if (entry.ending) {
            context.count(ControlCounter.MAP_CACHE_EXPIRED);
            remove(eid, "expired");
            unused.accept(eid);
            return;
        }
        setTimer(entry, entry.expiresNanos, true);
        if (context.dataPlane().packets(eid) > entry.packetsAtStart) {
            refresh.accept(eid);
        }
    }
}
