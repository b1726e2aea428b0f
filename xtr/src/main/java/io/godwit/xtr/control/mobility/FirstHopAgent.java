package io.godwit.xtr.control.mobility;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.config.FirstHopRouterConfig;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.core.TokenBucket;
import io.godwit.xtr.control.etr.ReceivedNonces;
import io.godwit.xtr.control.mobility.MoveState.Absent;
import io.godwit.xtr.control.mobility.MoveState.Arriving;
import io.godwit.xtr.control.mobility.MoveState.Away;
import io.godwit.xtr.control.mobility.MoveState.Local;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;

/**
 * First-hop routers: routers between hosts and this xTR that find the hosts, and say so by a Map-Register with the E-bit (RFC 9301 section
 * 5.6). What one registers is here, and registered with this xTR's locators, as long as the router repeats itself; when it leaves in any
 * other way the router is told.
 *
 * <p>A router that has not heard yet that an EID left repeats its registration: until it has acknowledged that, it does not count.
 */
public final class FirstHopAgent implements Hosts.Listener {
    /** As a map-server keeps a registration that is not refreshed. */
    private static final Duration LIFETIME = Duration.ofMinutes(3);

    private static final int MAX_REGISTERS_A_SECOND = 1_000;

    private final ControlContext context;
    private final Hosts hosts;
    private final DynamicEidAgent detection;
    private final List<FirstHopRouter> routers;
    private final ReceivedNonces nonces;
    private final FirstHopNotifier notifier;
    private final TokenBucket registers;

    public FirstHopAgent(
            ControlContext context,
            Hosts hosts,
            DynamicEidAgent detection,
            List<FirstHopRouterConfig> routers,
            ReceivedNonces nonces) {
        this.context = context;
        this.hosts = hosts;
        this.detection = detection;
        this.routers = routers.stream().map(FirstHopRouter::new).toList();
        this.nonces = nonces;
        notifier = new FirstHopNotifier(context);
        registers = new TokenBucket(context.timers(), MAX_REGISTERS_A_SECOND);
        detection.behindRouters(eid -> routers.stream().anyMatch(router -> router.covers(eid)));
    }

    private Optional<FirstHopRouter> router(IpAddress address) {
        return routers.stream()
                .filter(router -> router.config.addresses().contains(address))
                .findFirst();
    }

    /** The name of the router with that address. */
    public Optional<String> name(IpAddress address) {
        return router(address).map(FirstHopRouter::name);
    }

    // --- what a router says

    /** @param local the address of ours that it came to */
    public void onMapRegister(
            MapRegister register, DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        Optional<FirstHopRouter> sender = router(remote.address());
        if (sender.isEmpty()) {
            context.count(ControlCounter.UNEXPECTED_MESSAGES);
            return;
        }
        FirstHopRouter router = sender.get();
        context.count(ControlCounter.FIRST_HOP_REGISTERS_RECEIVED);
        Optional<ControlCounter> refusal = refusal(router, register, buffer, offset, length);
        if (refusal.isPresent()) {
            context.count(refusal.get());
            return;
        }
        router.local = Optional.of(local);
        router.endpoint = remote;
        List<EidRecord> accepted = new ArrayList<>();
        hosts.together(() -> register.records().stream()
                .filter(eidRecord -> accept(router, eidRecord, lifetime(register, eidRecord)))
                .forEach(accepted::add));
        if (register.has(MapRegister.Flag.WANT_MAP_NOTIFY) && !accepted.isEmpty()) {
            var notify = new MapNotify(register.nonce(), AuthenticationData.UNSIGNED, accepted, register.identity());
            context.sender().sendSigned(notify, router.key, local, remote);
        }
    }

    /** Why the message as a whole does not count. */
    private Optional<ControlCounter> refusal(
            FirstHopRouter router, MapRegister register, DirectBuffer buffer, int offset, int length) {
        if (!register.has(MapRegister.Flag.EID_NOTIFY)) {
            return Optional.of(ControlCounter.FIRST_HOP_NOT_EID_NOTIFY);
        }
        if (!context.sender().verify(buffer, offset, length, router.key)) {
            return Optional.of(ControlCounter.FIRST_HOP_BAD_AUTHENTICATION);
        }
        if (!registers.take()) {
            return Optional.of(ControlCounter.FIRST_HOP_RATE_LIMITED);
        }
        return nonces.isNew(router.sender(), register.nonce())
                ? Optional.empty()
                : Optional.of(ControlCounter.FIRST_HOP_REPLAYED);
    }

    private static Duration lifetime(MapRegister register, EidRecord eidRecord) {
        return register.has(MapRegister.Flag.USE_TTL) ? Duration.ofMinutes(eidRecord.ttlMinutes()) : LIFETIME;
    }

    private boolean accept(FirstHopRouter router, EidRecord eidRecord, Duration lifetime) {
        Optional<EidPrefix> host = EidPrefix.of(eidRecord.eid(), eidRecord.maskLength())
                .filter(eid -> eid.isHost() && router.config.covers(eid));
        Optional<DynamicPrefix> prefix =
                host.flatMap(hosts::dynamicPrefix).filter(p -> !detection.isOwn(host.orElseThrow(), p));
        if (prefix.isEmpty()) {
            context.count(ControlCounter.FIRST_HOP_EIDS_OUTSIDE_PREFIX);
            return false;
        }
        EidPrefix eid = host.orElseThrow();
        if (eidRecord.ttlMinutes() == 0) {
            end(router, eid, "withdrawn by first-hop router " + router.name());
            return true;
        }
        if (notifier.isUnacknowledged(router, eid)) {
            context.count(ControlCounter.FIRST_HOP_EIDS_STALE);
            return false;
        }
        if (!router.has(eid) && router.isFull()) {
            context.count(ControlCounter.FIRST_HOP_EIDS_FULL);
            return false;
        }
        return isHere(router, eid, prefix.get()) && keep(router, eid, lifetime);
    }

    private boolean isHere(FirstHopRouter router, EidPrefix eid, DynamicPrefix prefix) {
        Host host = hosts.findOrAdd(eid, prefix).orElse(null);
        if (host == null) {
            return false;
        }
        if (isBehind(router, host.state)) {
            hosts.seen(host);
            return true;
        }
        Local local = new Local(prefix.interfaceName(), Optional.empty(), router.config.gatewayOf(host.address()));
        boolean here = detection.onRegistered(host, local, router.name());
        if (!here) {
            context.count(ControlCounter.FIRST_HOP_EIDS_REFUSED);
        }
        if (host.state instanceof Absent) {
            hosts.forget(host);
        }
        return here;
    }

    private static boolean isBehind(FirstHopRouter router, MoveState state) {
        return state instanceof Local local
                && local.gateway().filter(router.config.addresses()::contains).isPresent();
    }

    private boolean keep(FirstHopRouter router, EidPrefix eid, Duration lifetime) {
        notifier.cancel(router, eid);
        router.keep(eid, context.timers(), lifetime, () -> {
            context.count(ControlCounter.FIRST_HOP_EIDS_EXPIRED);
            end(router, eid, "first-hop router " + router.name() + " is silent");
        });
        return true;
    }

    /** The router does not have it any more, and knows. */
    private void end(FirstHopRouter router, EidPrefix eid, String why) {
        router.drop(eid);
        notifier.cancel(router, eid);
        hosts.find(eid).filter(host -> isBehind(router, host.state)).ifPresent(host -> {
            context.events().add(EventKind.WITHDRAWN, eid, why);
            hosts.enter(host, new Absent());
        });
    }

    // --- what a router is told

    public void onMapNotifyAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length, Endpoint remote) {
        Optional<FirstHopRouter> router = router(remote.address());
        if (router.isEmpty()) {
            context.count(ControlCounter.UNEXPECTED_MESSAGES);
        } else if (!context.sender().verify(buffer, offset, length, router.get().key)) {
            context.count(ControlCounter.FIRST_HOP_BAD_AUTHENTICATION);
        } else if (!notifier.onAck(router.get(), ack.nonce())) {
            context.count(ControlCounter.UNEXPECTED_MESSAGES);
        }
    }

    @Override
    public void onHost(Hosts.HostView host, MoveState before, DynamicPrefix prefix) {
        for (FirstHopRouter router : routers) {
            boolean behind = isBehind(router, host.state());
            if (behind && !router.has(host.eid())) {
                // A move was rolled back: the router knows that the host is there when it hears it.
                keep(router, host.eid(), LIFETIME);
            } else if (!behind && (router.drop(host.eid()) || wasPerhapsBehind(router, host, before))) {
                notifier.left(router, host.eid(), whereItIs(host));
            }
        }
    }

    /** It was here before a restart, and has left meanwhile: behind which router is not known any more. */
    private static boolean wasPerhapsBehind(FirstHopRouter router, Hosts.HostView host, MoveState before) {
        return before instanceof Arriving arriving
                && arriving.isRecovering()
                && host.state() instanceof Away
                && router.config.covers(host.eid());
    }

    private EidRecord whereItIs(Hosts.HostView host) {
        List<RlocRecord> locators =
                switch (host.state()) {
                    case Away away ->
                        away.locators().stream()
                                .map(to -> RlocRecord.unicast(to.address(), to.priority(), to.weight(), false))
                                .toList();
                    case Local local -> context.locators().records();
                    case Absent absent -> List.of();
                    case MoveState.Expected expected -> List.of();
                    case Arriving arriving -> List.of();
                };
        EidPrefix eid = host.eid();
        int ttl = locators.isEmpty() ? 0 : 1;
        return new EidRecord(ttl, eid.length(), Action.NO_ACTION, false, 0, eid.toAddress(), locators);
    }
}
