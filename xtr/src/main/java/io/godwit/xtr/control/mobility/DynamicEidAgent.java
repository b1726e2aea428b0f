package io.godwit.xtr.control.mobility;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.core.TokenBucket;
import io.godwit.xtr.control.mobility.MoveState.Absent;
import io.godwit.xtr.control.mobility.MoveState.Arriving;
import io.godwit.xtr.control.mobility.MoveState.Away;
import io.godwit.xtr.control.mobility.MoveState.Expected;
import io.godwit.xtr.control.mobility.MoveState.Local;
import io.godwit.xtr.control.segment.SegmentPort;
import io.godwit.xtr.control.segment.Sighting;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Hosts appear and fall silent. Whoever is seen to send from an address of a dynamic prefix, on that prefix's interface, is here; whoever
 * is not seen for the prefix's inactivity time is asked, and withdrawn when it does not answer.
 */
public final class DynamicEidAgent {
    /** Frames that a host sent just before it left may be handed to us after it. */
    static final Duration STRAGGLERS = Duration.ofMillis(300);

    private static final Duration PROBE_WAIT = Duration.ofSeconds(2);
    private static final int PROBES = 3;
    private static final int MAX_MACS_ELSEWHERE = 100_000;
    private static final int MAX_DETECTIONS_A_SECOND = 2_000;
    /** More are only counted: whoever pretends to be many hosts shall not fill the log. */
    private static final int MAX_REFUSALS_TOLD_A_SECOND = 2;

    private final ControlContext context;
    private final Hosts hosts;
    private final MacsElsewhere elsewhere = new MacsElsewhere(MAX_MACS_ELSEWHERE);
    private Set<IpAddress> ownAddresses = Set.of();
    private Set<MacAddress> ownMacs = Set.of();
    private final Function<String, Optional<SegmentPort>> ports;
    private final TokenBucket detections;
    private final TokenBucket refusals;
    private final MovePolicy policy;
    private final MoveAudit audit;
    private Predicate<EidPrefix> behindRouters = eid -> false;

    /** @param ports the open segment of an interface */
    public DynamicEidAgent(
            ControlContext context,
            Hosts hosts,
            Function<String, Optional<SegmentPort>> ports,
            MovePolicy policy,
            MoveAudit audit) {
        this.context = context;
        this.policy = policy;
        this.audit = audit;
        this.hosts = hosts;
        this.ports = ports;
        detections = new TokenBucket(context.timers(), MAX_DETECTIONS_A_SECOND);
        refusals = new TokenBucket(context.timers(), MAX_REFUSALS_TOLD_A_SECOND);
    }

    /** Gateways, other addresses of this xTR, and its MACs, which no host may claim. */
    public void exclude(Set<IpAddress> addresses, Set<MacAddress> macs) {
        ownAddresses = Set.copyOf(addresses);
        ownMacs = Set.copyOf(macs);
    }

    /** Hosts that only a first-hop router can say are here: on the segment nothing but that router is seen of them. */
    void behindRouters(Predicate<EidPrefix> eids) {
        behindRouters = eids;
    }

    /** On the control thread. */
    public void onSighting(Sighting sighting, int instanceId) {
        context.count(ControlCounter.SIGHTINGS);
        if (ownMacs.contains(sighting.mac())) {
            context.count(ControlCounter.SIGHTINGS_OWN_ADDRESS);
        } else if (sighting.ip().isPresent()) {
            EidPrefix eid = EidPrefix.host(instanceId, sighting.ip().get());
            hosts.together(() -> onAddress(sighting, eid));
        } else {
            hosts.together(() -> onMac(sighting, host -> true));
        }
    }

    /** A MAC is in one place: a host that comes with one address comes with all that it had, though it may be long silent of the others. */
    private void onAddress(Sighting sighting, EidPrefix eid) {
        boolean wasHere = isHere(eid);
        onHost(sighting, eid);
        if (!wasHere && isHere(eid)) {
            onMac(sighting, host -> !(host.state instanceof Local));
        }
    }

    private boolean isHere(EidPrefix eid) {
        return hosts.state(eid) instanceof Local;
    }

    /** A RARP, or as much as one: it is about every address the MAC had. */
    private void onMac(Sighting sighting, Predicate<Host> which) {
        hosts.withMac(sighting.mac()).stream().filter(which).forEach(host -> onHost(sighting, host.eid));
        elsewhere.eidsOf(sighting.mac()).stream()
                .filter(eid -> hosts.find(eid).isEmpty())
                .forEach(eid -> onHost(sighting, eid));
    }

    /** A peer has a host, with that MAC. */
    void heardOf(EidPrefix eid, MacAddress mac) {
        elsewhere.learn(eid, mac);
    }

    /** On the control thread: a frame came from the site, from that MAC, in a layer-2 instance. */
    public void onFrame(EidPrefix mac) {
        context.count(ControlCounter.SIGHTINGS);
        hosts.dynamicPrefix(mac)
                .ifPresent(prefix -> onHost(
                        new Sighting(
                                prefix.interfaceName(),
                                (MacAddress) mac.address(),
                                Optional.empty(),
                                context.timers().epochMillis(),
                                false),
                        mac));
    }

    private void onHost(Sighting sighting, EidPrefix eid) {
        Optional<DynamicPrefix> prefix =
                hosts.dynamicPrefix(eid).filter(p -> p.interfaceName().equals(sighting.interfaceName()));
        if (prefix.isEmpty()) {
            context.count(ControlCounter.SIGHTINGS_OUTSIDE_PREFIX);
        } else if (isOwn(eid, prefix.get())) {
            context.count(ControlCounter.SIGHTINGS_OWN_ADDRESS);
        } else if (behindRouters.test(eid)) {
            context.count(ControlCounter.SIGHTINGS_BEHIND_ROUTER);
        } else {
            hosts.findOrAdd(eid, prefix.get()).ifPresent(host -> {
                onHost(sighting, host);
                if (host.state instanceof Absent) {
                    hosts.forget(host);
                }
            });
        }
    }

    /** Gateways, and the first and last address of the prefix. */
    boolean isOwn(EidPrefix eid, DynamicPrefix prefix) {
        if (!(eid.address() instanceof IpAddress address)) {
            return false;
        }
        return ownAddresses.contains(address)
                || address.equals(prefix.prefix().address())
                || (address.isIpv4()
                        && isBroadcast(address.toBytes(), prefix.prefix().length()));
    }

    private static boolean isBroadcast(byte[] address, int length) {
        for (int bit = length; bit < Integer.SIZE; bit++) {
            if (((address[bit / 8] >> (7 - bit % 8)) & 1) == 0) {
                return false;
            }
        }
        return length < Integer.SIZE - 1;
    }

    private void onHost(Sighting sighting, Host host) {
        switch (host.state) {
            case Local local -> stillThere(host, local, sighting);
            case Away away
            when sighting.epochMillis() < host.sinceMillis + (host.hearsay ? 0 : STRAGGLERS.toMillis()) -> {
                context.count(ControlCounter.SIGHTINGS_AFTER_DEPARTURE);
                lookAgain(host);
            }
            case Absent absent -> detected(host, sighting, EventKind.DETECTED);
            case Away away -> detected(host, sighting, EventKind.DETECTED);
            case Expected expected
            when sighting.epochMillis() < host.sinceMillis -> context.count(ControlCounter.SIGHTINGS_AFTER_DEPARTURE);
            case Expected expected -> detected(host, sighting, EventKind.ARRIVED);
            case Arriving arriving -> hosts.together(() -> arrived(host, sighting));
        }
    }

    /** With all its addresses: those that its holder has let go too need not be seen by themselves. */
    private void arrived(Host host, Sighting sighting) {
        detected(host, sighting, EventKind.ARRIVED);
        for (Host same : hosts.withMac(sighting.mac())) {
            if (same.state instanceof Arriving && same.prefix.interfaceName().equals(sighting.interfaceName())) {
                detected(same, sighting, EventKind.ARRIVED);
            }
        }
    }

    /** It may have come back so soon: then it answers when frames from before can no longer be under way. */
    void lookAgain(Host host) {
        if (!host.lookAgain) {
            host.lookAgain = true;
            context.timers().after(STRAGGLERS.multipliedBy(2), () -> {
                host.lookAgain = false;
                if (!(host.state instanceof Local)) {
                    probe(host);
                }
            });
        }
    }

    /** Only one that nobody announced is in question: what is expected here was decided when it was prepared. */
    private boolean mayAppear(Host host, String how) {
        Optional<String> refusal = isAnnounced(host) ? Optional.empty() : policy.refusalToAppear(host.eid);
        if (refusal.isPresent()) {
            context.count(ControlCounter.SIGHTINGS_REFUSED);
            if (refusals.take()) {
                context.events().add(EventKind.MOVE_REFUSED, host.eid, refusal.get());
                audit.decided(host.eid, how, refusal.get());
            }
        }
        return refusal.isEmpty();
    }

    private static boolean isAnnounced(Host host) {
        return host.state instanceof Expected || host.state instanceof Arriving;
    }

    /**
     * The first-hop router {@code router} says that the host is behind it.
     *
     * @return whether it is here now
     */
    boolean onRegistered(Host host, Local local, String router) {
        if (!mayAppear(host, "registered by first-hop router " + router)) {
            return false;
        }
        if (!detections.take()) {
            context.count(ControlCounter.SIGHTINGS_RATE_LIMITED);
            return false;
        }
        EventKind kind = isAnnounced(host) ? EventKind.ARRIVED : EventKind.DETECTED;
        context.events().add(kind, host.eid, "behind first-hop router " + router);
        becomeLocal(host, local);
        return true;
    }

    private void detected(Host host, Sighting sighting, EventKind kind) {
        if (!mayAppear(host, "seen on " + sighting.interfaceName() + ", " + sighting.mac())) {
            return;
        }
        if (!detections.take()) {
            context.count(ControlCounter.SIGHTINGS_RATE_LIMITED);
            return;
        }
        context.events().add(kind, host.eid, "on " + sighting.interfaceName() + ", " + sighting.mac());
        becomeLocal(host, new Local(sighting.interfaceName(), Optional.of(sighting.mac())));
    }

    /** Also for whoever knows otherwise that the host is here. */
    void becomeLocal(Host host, Local local) {
        hosts.enter(host, local);
        if (local.gateway().isEmpty()) {
            watch(host, host.prefix.inactivity());
        }
    }

    private void stillThere(Host host, Local local, Sighting sighting) {
        hosts.seen(host);
        boolean moved = !local.mac().equals(Optional.of(sighting.mac()));
        if (moved && detections.take()) {
            hosts.changeMac(host, local, sighting.mac());
        }
    }

    private void watch(Host host, Duration wait) {
        host.deadline(context.timers().after(wait, () -> {
            if (host.state instanceof Local) {
                onQuiet(host, 0);
            }
        }));
    }

    private void onQuiet(Host host, int probesSent) {
        long quiet = context.timers().nanoTime() - host.lastSeenNanos;
        long left = host.prefix.inactivity().toNanos() - quiet;
        if (left > 0) {
            watch(host, Duration.ofNanos(left));
        } else if (probesSent < PROBES) {
            probe(host);
            host.deadline(context.timers().after(PROBE_WAIT, () -> onQuiet(host, probesSent + 1)));
        } else {
            context.events().add(EventKind.WITHDRAWN, host.eid, "does not answer");
            hosts.enter(host, new Absent());
        }
    }

    /** Asks the host on its segment whether it is there. */
    void probe(Host host) {
        if (behindRouters.test(host.eid)) {
            return;
        }
        ports.apply(host.prefix.interfaceName()).ifPresent(port -> port.probe(host.address(), host.mac));
    }
}
