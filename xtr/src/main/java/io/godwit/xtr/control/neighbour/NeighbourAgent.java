package io.godwit.xtr.control.neighbour;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.TokenBucket;
import io.godwit.xtr.control.mobility.DynamicPrefix;
import io.godwit.xtr.control.mobility.Hosts;
import io.godwit.xtr.control.mobility.MoveState;
import io.godwit.xtr.control.segment.SegmentPort;
import io.godwit.xtr.control.segment.Sighting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Proxy ARP and neighbour discovery for a subnet that is spread over sites. Whoever asks for an EID of a dynamic prefix that is somewhere
 * else gets our MAC; of one that nobody knows the mapping system is asked first, and a host that is here answers itself. When a host comes
 * or goes, those that know it hear where it is now, and a host that comes hears that its neighbours of before are behind the gateway.
 *
 * <p>Nobody is answered who asks for himself or from no address: that is how hosts find out whether an address is free (RFC 5227, RFC 4862
 * section 5.4).
 */
public final class NeighbourAgent implements Hosts.Listener {
    private static final int MAX_QUESTIONS_A_SECOND = 1_000;
    private static final int MAX_WAITING = 1_024;
    private static final int MAX_ASKERS = 8;
    private static final int MAX_REMEMBERED = 4_096;
    /** As many as a host that comes is told of: those that were asked for last. */
    private static final int MAX_TOLD = 128;
    /** Who got no answer until then asks again. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ControlContext context;
    private final Hosts hosts;
    private final Predicate<EidPrefix> isRemote;
    private final BiConsumer<EidPrefix, IpAddress> lookUp;
    private final Function<String, Optional<SegmentPort>> ports;
    private final TokenBucket questions;
    private final Map<EidPrefix, List<Sighting>> waiting = new LinkedHashMap<>();
    /** Hosts that have come within this turn. */
    private final Set<Arrival> arrivals = new LinkedHashSet<>();

    private record Arrival(MacAddress mac, DynamicPrefix prefix) {}

    /** Hosts elsewhere that somebody here knows, the last one last. */
    private final Map<EidPrefix, DynamicPrefix> elsewhere = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EidPrefix, DynamicPrefix> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /**
     * @param isRemote whether a mapping says that the EID is at another site
     * @param lookUp asks the mapping system for an EID, on behalf of a host
     * @param ports the open segment of an interface
     */
    public NeighbourAgent(
            ControlContext context,
            Hosts hosts,
            Predicate<EidPrefix> isRemote,
            BiConsumer<EidPrefix, IpAddress> lookUp,
            Function<String, Optional<SegmentPort>> ports) {
        this.context = context;
        this.hosts = hosts;
        this.isRemote = isRemote;
        this.lookUp = lookUp;
        this.ports = ports;
        questions = new TokenBucket(context.timers(), MAX_QUESTIONS_A_SECOND);
    }

    /** A host was seen, and perhaps asks for another. */
    public void onSighting(Sighting sighting, int instanceId) {
        if (sighting.asksFor().isEmpty() || sighting.ip().isEmpty()) {
            return;
        }
        EidPrefix eid = EidPrefix.host(instanceId, sighting.asksFor().get());
        Optional<DynamicPrefix> prefix =
                hosts.dynamicPrefix(eid).filter(p -> p.interfaceName().equals(sighting.interfaceName()));
        if (prefix.isEmpty()) {
            return;
        }
        if (!questions.take()) {
            context.count(ControlCounter.NEIGHBOUR_QUESTIONS_RATE_LIMITED);
            return;
        }
        switch (hosts.state(eid)) {
            case MoveState.Local here -> {}
            case MoveState.Absent absent when isRemote.test(eid) -> tell(sighting, eid, prefix.get());
            case MoveState.Absent absent -> ask(sighting, eid);
            case MoveState.Away away -> tell(sighting, eid, prefix.get());
            case MoveState.Expected expected -> tell(sighting, eid, prefix.get());
            case MoveState.Arriving arriving -> tell(sighting, eid, prefix.get());
        }
    }

    private void tell(Sighting asker, EidPrefix eid, DynamicPrefix prefix) {
        elsewhere.put(eid, prefix);
        IpAddress host = (IpAddress) eid.address();
        ports.apply(asker.interfaceName()).ifPresent(port -> {
            if (asker.announcement()) {
                port.answer(host, asker.ip().orElseThrow(), asker.mac());
            } else {
                port.announceHere(host, Optional.of(asker.mac()));
            }
            context.count(ControlCounter.NEIGHBOURS_ANSWERED);
        });
    }

    /** The answer comes to {@link #onMapping}; a host that is here has answered by then. */
    private void ask(Sighting asker, EidPrefix eid) {
        List<Sighting> askers = waiting.get(eid);
        if (askers == null && waiting.size() < MAX_WAITING) {
            waiting.put(eid, new ArrayList<>(List.of(asker)));
            context.timers().after(PATIENCE, () -> waiting.remove(eid));
            lookUp.accept(eid, asker.ip().orElseThrow());
        } else if (askers != null
                && askers.size() < MAX_ASKERS
                && askers.stream().noneMatch(a -> a.mac().equals(asker.mac()))) {
            askers.add(asker);
        }
    }

    /** The mapping system has told of {@code eid}. */
    public void onMapping(EidPrefix eid) {
        List<Sighting> askers = isRemote.test(eid) ? waiting.remove(eid) : null;
        if (askers != null && hosts.state(eid) instanceof MoveState.Absent) {
            hosts.dynamicPrefix(eid).ifPresent(prefix -> askers.forEach(asker -> tell(asker, eid, prefix)));
        }
    }

    @Override
    public void onHost(Hosts.HostView host, MoveState before, DynamicPrefix prefix) {
        if (!(host.eid().address() instanceof IpAddress)) {
            return;
        }
        boolean wasHere = before instanceof MoveState.Local;
        if (host.state() instanceof MoveState.Local local && !wasHere) {
            onArrival(host, local, before, prefix);
        } else if (wasHere && host.state() instanceof MoveState.Away) {
            elsewhere.put(host.eid(), prefix);
            announceHere(host.eid(), prefix, Optional.empty());
        }
    }

    private void onArrival(Hosts.HostView host, MoveState.Local local, MoveState before, DynamicPrefix prefix) {
        boolean wasKnown = elsewhere.remove(host.eid()) != null;
        waiting.remove(host.eid());
        if (local.mac().isEmpty() || (before instanceof MoveState.Absent && !wasKnown)) {
            return;
        }
        MacAddress mac = local.mac().get();
        ports.apply(local.interfaceName()).ifPresent(port -> {
            port.announce((IpAddress) host.eid().address(), mac, Optional.empty());
            context.count(ControlCounter.NEIGHBOURS_ANNOUNCED);
            port.follow(mac);
        });
        if (arrivals.isEmpty()) {
            context.timers().execute(this::tellArrivals);
        }
        if (arrivals.size() < MAX_WAITING) {
            arrivals.add(new Arrival(mac, prefix));
        }
    }

    /** Once for all addresses with which a host comes: none of them is elsewhere any more. */
    private void tellArrivals() {
        arrivals.forEach(arrival -> {
            List<EidPrefix> known = elsewhere.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(arrival.prefix()))
                    .map(Map.Entry::getKey)
                    .toList();
            known.subList(Math.max(0, known.size() - MAX_TOLD), known.size())
                    .forEach(eid -> announceHere(eid, arrival.prefix(), Optional.of(arrival.mac())));
        });
        arrivals.clear();
    }

    private void announceHere(EidPrefix eid, DynamicPrefix prefix, Optional<MacAddress> to) {
        ports.apply(prefix.interfaceName()).ifPresent(port -> {
            port.announceHere((IpAddress) eid.address(), to);
            context.count(ControlCounter.NEIGHBOURS_ANNOUNCED);
        });
    }
}
