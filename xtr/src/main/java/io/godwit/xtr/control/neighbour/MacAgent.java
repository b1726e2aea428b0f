package io.godwit.xtr.control.neighbour;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.TokenBucket;
import io.godwit.xtr.control.etr.RegistrationAgent;
import io.godwit.xtr.control.etr.SiteDatabase;
import io.godwit.xtr.control.mobility.DynamicPrefix;
import io.godwit.xtr.control.mobility.Hosts;
import io.godwit.xtr.control.mobility.MoveState;
import io.godwit.xtr.control.segment.Sighting;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Which addresses a MAC has, told from site to site through the mapping system: a hypervisor announces a guest that has come by a RARP,
 * which names the MAC only. Each MAC at this site is registered as an EID of its own; behind the locators its record lists the hosts'
 * EIDs, each within an Instance-ID LCAF (RFC 8060 section 4.2) and with priority 255, so that nobody sends packets there.
 */
public final class MacAgent implements Hosts.Listener {
    private static final int NEVER = 255;
    private static final int MAX_LOOKUPS_A_SECOND = 100;
    private static final int MAX_WAITING = 256;
    /** Fits a record that others read, too. */
    private static final int MAX_EIDS = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ControlContext context;
    private final Hosts hosts;
    private final SiteDatabase database;
    private final RegistrationAgent registrations;
    private final Set<EidPrefix> prefixes;
    private final Consumer<EidPrefix> lookUp;
    private final ObjIntConsumer<Sighting> detection;
    private final TokenBucket lookUps;
    private final Map<EidPrefix, Set<EidPrefix>> here = new HashMap<>();
    private final Map<EidPrefix, Sighting> waiting = new HashMap<>();

    /**
     * @param prefixes the dynamic EID-prefixes whose hosts' MACs are registered
     * @param lookUp asks the mapping system
     * @param detection is told of a host that was seen, and of its instance
     */
    public MacAgent(
            ControlContext context,
            Hosts hosts,
            SiteDatabase database,
            RegistrationAgent registrations,
            Set<EidPrefix> prefixes,
            Consumer<EidPrefix> lookUp,
            ObjIntConsumer<Sighting> detection) {
        this.context = context;
        this.hosts = hosts;
        this.database = database;
        this.registrations = registrations;
        this.prefixes = Set.copyOf(prefixes);
        this.lookUp = lookUp;
        this.detection = detection;
        lookUps = new TokenBucket(context.timers(), MAX_LOOKUPS_A_SECOND);
    }

    @Override
    public void onHost(Hosts.HostView host, MoveState before, DynamicPrefix prefix) {
        if (!prefixes.contains(prefix.prefix())) {
            return;
        }
        Optional<EidPrefix> old = macHere(host.eid(), before);
        Optional<EidPrefix> now = macHere(host.eid(), host.state());
        if (!old.equals(now)) {
            old.ifPresent(mac -> remove(mac, host.eid(), host.state() instanceof MoveState.Absent));
            now.ifPresent(mac -> add(mac, host.eid()));
        }
    }

    private static Optional<EidPrefix> macHere(EidPrefix eid, MoveState state) {
        return state instanceof MoveState.Local local
                ? local.mac().map(mac -> EidPrefix.host(eid.instanceId(), mac))
                : Optional.empty();
    }

    private void add(EidPrefix mac, EidPrefix host) {
        Set<EidPrefix> eids = here.computeIfAbsent(mac, m -> new LinkedHashSet<>());
        if (eids.size() < MAX_EIDS && eids.add(host)) {
            if (eids.size() == 1) {
                database.add(
                        new SiteDatabase.SiteEid(mac, true, context.timers().epochMillis()));
            }
            register(mac, eids);
        }
    }

    private void remove(EidPrefix mac, EidPrefix host, boolean withdraw) {
        Set<EidPrefix> eids = here.getOrDefault(mac, Set.of());
        if (eids.isEmpty() || !eids.remove(host)) {
            return;
        }
        if (!eids.isEmpty()) {
            attach(mac, eids);
            if (withdraw) {
                registrations.register(mac);
            }
            // Else the card has gone with the host to another site, which says so itself: said now, the last word would
            // be ours.
            return;
        }
        here.remove(mac);
        database.remove(mac);
        if (withdraw) {
            registrations.withdraw(mac);
        } else {
            registrations.forget(mac);
        }
    }

    private void register(EidPrefix mac, Set<EidPrefix> eids) {
        attach(mac, eids);
        registrations.register(mac);
    }

    private void attach(EidPrefix mac, Set<EidPrefix> eids) {
        database.attach(mac, eids.stream().map(MacAgent::rlocRecord).toList());
    }

    private static RlocRecord rlocRecord(EidPrefix host) {
        return RlocRecord.unicast(new InstanceIdAddress(host.instanceId(), host.address()), NEVER, 0, false);
    }

    /** A RARP of a MAC that nobody here had. */
    public void onSighting(Sighting sighting, int instanceId) {
        boolean ours = prefixes.stream()
                .flatMap(prefix -> hosts.dynamicPrefix(prefix).stream())
                .anyMatch(prefix -> prefix.interfaceName().equals(sighting.interfaceName()));
        if (!ours || sighting.ip().isPresent() || hosts.countOf(sighting.mac()) > 0) {
            return;
        }
        EidPrefix mac = EidPrefix.host(instanceId, sighting.mac());
        if (waiting.containsKey(mac)) {
            return;
        }
        if (waiting.size() >= MAX_WAITING || !lookUps.take()) {
            context.count(ControlCounter.MAC_LOOKUPS_RATE_LIMITED);
            return;
        }
        waiting.put(mac, sighting);
        context.timers().after(PATIENCE, () -> waiting.remove(mac));
        context.count(ControlCounter.MACS_LOOKED_UP);
        lookUp.accept(mac);
    }

    /** The mapping system's answer. What it lists is detected as if the host had announced it: on its segment, if the policy permits. */
    public void onRecord(EidPrefix asked, EidPrefix answered, EidRecord eidRecord) {
        Sighting seen = answered.equals(asked) ? waiting.remove(asked) : null;
        if (seen == null) {
            return;
        }
        hosts.together(() -> eidRecord.locators().stream()
                .filter(rloc -> rloc.priority() == NEVER)
                .limit(MAX_EIDS)
                .forEach(rloc -> address(rloc.locator(), asked.instanceId())
                        .ifPresent(ip -> detection.accept(
                                new Sighting(
                                        seen.interfaceName(),
                                        (MacAddress) asked.address(),
                                        Optional.of(ip),
                                        seen.epochMillis(),
                                        true),
                                asked.instanceId()))));
    }

    private static Optional<IpAddress> address(LispAddress locator, int instanceId) {
        return locator instanceof InstanceIdAddress in
                        && in.instanceId() == instanceId
                        && in.address() instanceof IpAddress ip
                ? Optional.of(ip)
                : Optional.empty();
    }
}
