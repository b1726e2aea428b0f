package io.godwit.xtr.control.mobility;

import io.godwit.linux.Urgency;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.etr.RegistrationAgent;
import io.godwit.xtr.control.etr.SiteDatabase;
import io.godwit.xtr.control.itr.MapCache;
import io.godwit.xtr.control.itr.SmrAgent;
import io.godwit.xtr.control.mobility.MoveState.Absent;
import io.godwit.xtr.control.mobility.MoveState.Arriving;
import io.godwit.xtr.control.mobility.MoveState.Away;
import io.godwit.xtr.control.mobility.MoveState.Expected;
import io.godwit.xtr.control.mobility.MoveState.Local;
import io.godwit.xtr.control.segment.SiteNetwork;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The host EIDs of the dynamic prefixes and what follows from their states. {@link #enter} is the only place where a state changes; the
 * agents decide when.
 *
 * <p>Order matters where no packet is to be lost. In: neighbour and host route first, so that what the data plane then releases finds its
 * way. Out: the data plane first, so that what the kernel no longer keeps for itself is forwarded.
 */
public final class Hosts {
    private static final int MAX_HOSTS = 100_000;
    /** As long as an ITR may use what it was told before the move; the record TTL is far shorter. */
    private static final Duration AWAY_LIFETIME = Duration.ofHours(1);
    /** A move that the mapping system does not confirm is told to senders after this anyhow. */
    private static final Duration CONFIRMATION_WAIT = Duration.ofSeconds(1);

    /** Order is worth no more: a guest that paused for as long runs again by then, and its packets must not wait for an agent that is slow. */
    private static final Duration LONGEST_HOLD = Duration.ofMillis(5);

    private final ControlContext context;
    private final EidTable<DynamicPrefix> prefixes = EidTable.create();
    private final Map<EidPrefix, Host> hosts = new HashMap<>();
    private final Map<MacAddress, Set<Host>> byMac = new HashMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final SiteNetwork site;
    private final SiteDatabase database;
    private final RegistrationAgent registrations;
    private final MapCache mapCache;
    private final SmrAgent smr;
    private final PausedCards cards;
    private Witness witness = (host, previous) -> {};
    private final MoveTurn turn;

    /** As a {@link Listener}, but from within: it may change states. */
    @FunctionalInterface
    interface Witness {
        void entered(Host host, MoveState previous);

        /** A local host was seen again. */
        default void seen(Host host) {}

        /** Runs {@code moves}, which are of many hosts. */
        default void together(Runnable moves) {
            moves.run();
        }
    }

    public Hosts(
            ControlContext context,
            List<DynamicPrefix> prefixes,
            SiteNetwork site,
            SiteDatabase database,
            RegistrationAgent registrations,
            MapCache mapCache,
            SmrAgent smr) {
        this.context = context;
        this.site = site;
        this.database = database;
        this.registrations = registrations;
        this.mapCache = mapCache;
        this.smr = smr;
        cards = new PausedCards(context, site, this);
        turn = new MoveTurn(context.dataPlane()::together, moves -> witness.together(moves));
        prefixes.forEach(prefix -> this.prefixes.put(prefix.prefix(), prefix));
    }

    /** Tells the data plane which prefixes have hosts that come and go. */
    public void start() {
        prefixes.forEach((eid, prefix) -> context.dataPlane().put(eid, new Forwarding.Dynamic()));
    }

    /** A local host shows that it still is: the mapping system shall believe it too. */
    void seen(Host host) {
        host.lastSeenNanos = context.timers().nanoTime();
        if (host.disputed) {
            host.disputed = false;
            registrations.register(host.eid);
        }
        witness.seen(host);
    }

    PausedCards cards() {
        return cards;
    }

    void witness(Witness changes) {
        witness = changes;
    }

    public Optional<DynamicPrefix> dynamicPrefix(EidPrefix eid) {
        return prefixes.longestMatch(eid).map(EidTable.Entry::value);
    }

    public boolean isDynamicPrefix(EidPrefix eid) {
        return prefixes.get(eid).isPresent();
    }

    Optional<Host> find(EidPrefix eid) {
        return Optional.ofNullable(hosts.get(eid));
    }

    public MoveState state(EidPrefix eid) {
        return find(eid).map(host -> host.state).orElse(new Absent());
    }

    /** How many hosts of that MAC are known, here or not. */
    public int countOf(MacAddress mac) {
        return byMac.getOrDefault(mac, Set.of()).size();
    }

    Set<Host> withMac(MacAddress mac) {
        return Set.copyOf(byMac.getOrDefault(mac, Set.of()));
    }

    /** @param mac the last one seen */
    public record HostView(EidPrefix eid, MoveState state, long sinceMillis, Optional<MacAddress> mac) {}

    public void forEach(Consumer<HostView> consumer) {
        hosts.values().forEach(host -> consumer.accept(view(host)));
    }

    private static HostView view(Host host) {
        return new HostView(host.eid, host.state, host.sinceMillis, host.mac);
    }

    /** Who wants to know where hosts are. On the control thread, when everything that follows from a state has been done. */
    @FunctionalInterface
    public interface Listener {
        void onHost(HostView host, MoveState before, DynamicPrefix prefix);
    }

    public void listener(Listener listener) {
        listeners.add(listener);
    }

    private void tell(Host host, MoveState before) {
        HostView view = view(host);
        listeners.forEach(listener -> listener.onHost(view, before, host.prefix));
    }

    /** The known host, or a new one, absent as yet; empty when there are too many. */
    Optional<Host> findOrAdd(EidPrefix eid, DynamicPrefix prefix) {
        Host known = hosts.get(eid);
        if (known != null) {
            return Optional.of(known);
        }
        if (hosts.size() >= MAX_HOSTS) {
            context.count(ControlCounter.HOSTS_FULL);
            return Optional.empty();
        }
        Host fresh = new Host(eid, prefix);
        hosts.put(eid, fresh);
        return Optional.of(fresh);
    }

    /** Drops a host that is absent. */
    void forget(Host host) {
        forgetMac(host);
        hosts.remove(host.eid);
    }

    /** The same host behind another MAC: its neighbour entry follows. */
    void changeMac(Host host, Local local, MacAddress mac) {
        learnMac(host, mac);
        host.state = new Local(local.interfaceName(), Optional.of(mac));
        site.attach(host.eid, local.interfaceName(), host.mac);
        tell(host, local);
    }

    void learnMac(Host host, MacAddress mac) {
        if (host.mac.equals(Optional.of(mac))) {
            return;
        }
        forgetMac(host);
        host.mac = Optional.of(mac);
        byMac.computeIfAbsent(mac, m -> new HashSet<>()).add(host);
    }

    private void forgetMac(Host host) {
        host.mac.ifPresent(mac -> byMac.computeIfPresent(mac, (m, set) -> {
            set.remove(host);
            return set.isEmpty() ? null : set;
        }));
        host.mac = Optional.empty();
    }

    /** Runs {@code moves}, in which many hosts change their states. */
    public void together(Runnable moves) {
        turn.run(moves);
    }

    /** Changes the state and does everything that follows. The deadline of the state before is gone. */
    void enter(Host host, MoveState next) {
        turn.run(() -> change(host, next));
    }

    private void change(Host host, MoveState next) {
        // There may be a thousand.
        Urgency.check();
        context.dataPlane().hurry();
        MoveState previous = host.state;
        cards.beforeEntering(host, next);
        host.state = next;
        host.sinceMillis = context.timers().epochMillis();
        host.sinceNanos = context.timers().nanoTime();
        host.deadline(null);
        host.endDoubts(previous);
        switch (next) {
            case Local local -> arrive(host, previous, local);
            case Away away -> {
                boolean unannounced = previous instanceof Local && !host.held;
                forward(host, unannounced ? away.unannounced() : away.forwarding(host.held));
                if (host.held) {
                    context.timers().after(LONGEST_HOLD, () -> release(host.eid));
                }
                leave(host, previous, false);
                awaitConfirmation(host, away);
            }
            case Expected expected -> {
                forward(host, new Forwarding.Expected(expected.holders()));
                leave(host, previous, false);
            }
            case Arriving arriving -> {} // The data plane went ahead and told us.
            case Absent absent -> {
                context.dataPlane().remove(host.eid);
                leave(host, previous, true);
                forget(host);
            }
        }
        turn.news(() -> witness.entered(host, previous));
        turn.afterwards(() -> follow(host, previous, next));
    }

    private void forward(Host host, Forwarding forwarding) {
        mapCache.forget(host.eid);
        // What was so before a restart the data plane found already; a second time would let go of packets that wait.
        if (!host.restored) {
            context.dataPlane().put(host.eid, forwarding);
        }
    }

    private void follow(Host host, MoveState previous, MoveState next) {
        Urgency.check();
        if (next instanceof Local && host.state instanceof Local) {
            database.add(new SiteDatabase.SiteEid(host.eid, true, host.sinceMillis));
            registrations.register(host.eid);
            host.solicitWhenRegistered = true;
            context.timers().after(CONFIRMATION_WAIT, () -> solicit(host));
        }
        tell(host, previous);
    }

    private void arrive(Host host, MoveState previous, Local local) {
        host.held = false;
        host.endWaiting();
        mapCache.forget(host.eid);
        local.mac().ifPresent(mac -> learnMac(host, mac));
        host.lastSeenNanos = context.timers().nanoTime();
        if (previous instanceof Absent || previous instanceof Away) {
            // Nobody awaited it: where it was it is lost what is sent to it until that is known there.
            context.dataPlane().put(host.eid, new Forwarding.Arriving());
            turn.arrival(() -> {
                if (host.state instanceof Local now) {
                    settleIn(host, now);
                }
            });
        } else {
            settleIn(host, local);
        }
    }

    private void settleIn(Host host, Local local) {
        local.gateway()
                .ifPresentOrElse(
                        gateway -> site.attachBehind(host.eid, local.interfaceName(), gateway),
                        () -> site.attach(host.eid, local.interfaceName(), local.mac()));
        context.dataPlane().put(host.eid, new Forwarding.Local());
    }

    private void leave(Host host, MoveState previous, boolean withdraw) {
        host.solicitWhenRegistered = false;
        cards.leave(host);
        if (previous instanceof Local local) {
            turn.departure(() -> site.detach(host.eid, local.interfaceName()));
            database.remove(host.eid);
            if (withdraw) {
                registrations.withdraw(host.eid);
            } else {
                registrations.forget(host.eid);
            }
        }
    }

    /**
     * When {@code eid}, which is here, leaves, packets for it from other sites shall wait until {@link #release}, for
     * {@link #LONGEST_HOLD} at the most: whoever asks for it sends on before them what the host did not get.
     *
     * @return whether it is here
     */
    public boolean hold(EidPrefix eid) {
        Optional<Host> host = find(eid).filter(h -> h.state instanceof Local);
        host.ifPresent(h -> {
            h.held = true;
            context.dataPlane().hurry();
        });
        return host.isPresent();
    }

    /** What waits goes on. */
    public void release(EidPrefix eid) {
        find(eid).filter(host -> host.held).ifPresent(host -> {
            host.held = false;
            if (host.state instanceof Away away) {
                context.dataPlane().put(eid, away.forwarding(false));
            }
        });
    }

    private void awaitConfirmation(Host host, Away away) {
        host.deadline(context.timers().after(AWAY_LIFETIME, () -> enter(host, new Absent())));
        if (away.confirmed()) {
            tellStaleSenders(host);
        } else {
            context.timers().after(CONFIRMATION_WAIT, () -> tellStaleSenders(host));
        }
    }

    /** A map-server has confirmed the registration: now whoever is told to ask gets the new answer. */
    void onRegistered(EidPrefix eid) {
        find(eid).ifPresent(this::solicit);
    }

    private void solicit(Host host) {
        if (host.solicitWhenRegistered && host.state instanceof Local) {
            host.solicitWhenRegistered = false;
            smr.solicit(host.eid);
        }
    }

    /** Data-driven SMR: {@code host} is away, and its packets still come here. */
    void onStaleSender(Host host, IpAddress rloc) {
        host.addStaleSender(rloc);
        if (host.state instanceof Away away
                && (away.confirmed() || context.timers().nanoTime() - host.sinceNanos >= CONFIRMATION_WAIT.toNanos())) {
            tellStaleSenders(host);
        }
    }

    private void tellStaleSenders(Host host) {
        Set<IpAddress> senders = host.takeStaleSenders();
        if (host.state instanceof Away) {
            senders.forEach(rloc -> smr.solicit(host.eid, rloc));
        }
    }

    /** The locators of an EID that is away, by a newer word of the mapping system; it is confirmed then. */
    void redirect(Host host, Away away, List<Locator> locators) {
        settle(host, away, new Away(locators, true, Optional.empty()));
        tellStaleSenders(host);
    }

    /**
     * An EID that is away is known to have arrived. Packets that its new site sent on to here before it knew of the switch may still be under
     * way: so for a moment they are sent back, as before.
     */
    void settle(Host host, Away away, Away arrived) {
        host.state = arrived;
        if (away.before().isPresent() && away.locators().equals(arrived.locators())) {
            context.timers().after(DynamicEidAgent.STRAGGLERS, () -> {
                if (host.state instanceof Away now && now.before().isEmpty() && !host.held) {
                    context.dataPlane().put(host.eid, now.forwarding(false));
                }
            });
        } else if (!away.forwarding(false).equals(arrived.forwarding(false))) {
            host.sinceNanos = context.timers().nanoTime();
            context.dataPlane().put(host.eid, arrived.forwarding(false));
        }
        tell(host, away);
        witness.entered(host, away);
    }
}
