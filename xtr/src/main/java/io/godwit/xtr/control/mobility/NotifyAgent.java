package io.godwit.xtr.control.mobility;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.etr.MapServer;
import io.godwit.xtr.control.etr.RegistrationAgent;
import io.godwit.xtr.control.itr.MapRequestAgent;
import io.godwit.xtr.control.itr.RlocRules;
import io.godwit.xtr.control.mobility.MoveState.Away;
import io.godwit.xtr.control.mobility.MoveState.Local;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What map-servers tell (RFC 9301 section 5.7): that they have our registration, or that an EID of ours is registered by somebody else.
 *
 * <p>The second is how an xTR learns that a host has left, when nobody told it before. But a Map-Notify may be older than our own
 * registration: it crossed it, or is repeated because our acknowledgement was lost. A host that has just arrived must not be thrown out by
 * the news of its last stay elsewhere. So a Map-Notify without our locators is believed at once only if our registration was
 * confirmed and the host has been here for longer than a map-server repeats itself. Otherwise the mapping system is asked, after our
 * registration has been confirmed, and its answer counts: it is of one time with what it says.
 *
 * <p>With a move channel the other xTR has said so itself, and sooner. Without, nobody else tells that a host has left, and each packet until
 * then is lost: so it is believed as soon as it can hardly be older than our registration. Either way the host is asked too, and when it
 * answers it is here, whatever was said.
 */
public final class NotifyAgent {
    private static final Logger LOG = LoggerFactory.getLogger(NotifyAgent.class);
    /** A map-server repeats an unsolicited Map-Notify three times every 3 s at first. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    /** Nothing that crossed our registration is under way for longer. */
    private static final Duration CROSSED = Duration.ofMillis(1_500);

    /** An answer of the mapping system is not older than that. */
    private static final Duration ANSWERED = Duration.ofSeconds(3);

    /** How long a host may take to show that it is here. */
    private static final Duration PROOF = Duration.ofSeconds(1);

    /** And one that was here before a restart. */
    private static final Duration RECOVERY_PROOF = Duration.ofMillis(250);

    private static final int MAX_LOGGED = 100;

    private final ControlContext context;
    private final RegistrationAgent registrations;
    private final Hosts hosts;
    private final MapRequestAgent requests;
    private final DynamicEidAgent detection;
    private final MessageAuthentication authentication;
    private Publications publications = (notify, server, from) -> false;
    private boolean peers;
    private final Set<IpAddress> loggedSources = new HashSet<>();

    public NotifyAgent(
            ControlContext context,
            RegistrationAgent registrations,
            Hosts hosts,
            MapRequestAgent requests,
            DynamicEidAgent detection,
            MessageAuthentication authentication) {
        this.context = context;
        this.registrations = registrations;
        this.hosts = hosts;
        this.requests = requests;
        this.detection = detection;
        this.authentication = authentication;
    }

    /** What map-servers publish about other sites' EIDs (RFC 9437). */
    @FunctionalInterface
    public interface Publications {
        /** Whether the Map-Notify, which {@code server} signed and which answers no Map-Register, was that: then it has been dealt with. */
        boolean onNotify(MapNotify notify, MapServer server, Endpoint from);
    }

    public void publications(Publications receiver) {
        publications = receiver;
    }

    public void onMapNotify(MapNotify notify, DirectBuffer buffer, int offset, int length, Endpoint from) {
        context.count(ControlCounter.MAP_NOTIFIES_RECEIVED);
        Optional<MapServer> server = signer(buffer, offset, length, from.address());
        if (server.isEmpty()) {
            refuse(from.address());
            return;
        }
        Optional<Set<EidPrefix>> answered = registrations.onNotify(server.get(), notify);
        if (answered.isEmpty() && publications.onNotify(notify, server.get(), from)) {
            return;
        }
        if (answered.isEmpty()) {
            acknowledge(notify, server.get(), from);
            context.events().add(EventKind.NOTIFY_RECEIVED, eids(notify), "from " + from.address());
        }
        for (EidRecord eidRecord : notify.records()) {
            EidPrefix.of(eidRecord.eid(), eidRecord.maskLength())
                    .flatMap(hosts::find)
                    .ifPresent(host -> onRecord(host, eidRecord));
        }
        answered.ifPresent(eids -> eids.forEach(this::onRegistered));
    }

    private static String eids(MapNotify notify) {
        return notify.records().isEmpty()
                ? ""
                : notify.records().getFirst().eid() + "/"
                        + notify.records().getFirst().maskLength();
    }

    /** The map-server whose key signed it: the one it came from, or another that answers from a second address. */
    private Optional<MapServer> signer(DirectBuffer buffer, int offset, int length, IpAddress from) {
        Optional<MapServer> sender = registrations.server(from);
        return sender.isPresent()
                ? sender.filter(server -> authentication.verify(buffer, offset, length, server.key()))
                : registrations.servers().stream()
                        .filter(server -> authentication.verify(buffer, offset, length, server.key()))
                        .findFirst();
    }

    private void refuse(IpAddress from) {
        context.count(ControlCounter.MAP_NOTIFIES_BAD_AUTHENTICATION);
        if (loggedSources.size() < MAX_LOGGED && loggedSources.add(from)) {
            LOG.warn(
                    "Map-Notify from {} is not signed with the key of a map-server of ours: dropped (logged once)",
                    from);
        }
    }

    private void acknowledge(MapNotify notify, MapServer server, Endpoint to) {
        var ack = new MapNotifyAck(notify.nonce(), AuthenticationData.UNSIGNED, notify.records(), notify.identity());
        ControlSender sender = context.sender();
        sender.sendSigned(ack, server.key(), to.port() == 0 ? new Endpoint(to.address(), ControlCodec.PORT) : to);
        context.count(ControlCounter.MAP_NOTIFY_ACKS_SENT);
    }

    private void onRegistered(EidPrefix eid) {
        hosts.onRegistered(eid);
        hosts.find(eid).filter(host -> host.contested).ifPresent(host -> requests.askAnew(eid));
    }

    private void onRecord(Host host, EidRecord eidRecord) {
        List<Locator> elsewhere = elsewhere(eidRecord);
        if (elsewhere.isEmpty()) {
            return;
        }
        switch (host.state) {
            case Local local when isSettled(host) -> movedAway(host, elsewhere);
            case Local local -> contest(host);
            case Away away -> redirect(host, away, elsewhere, SETTLED);
            case MoveState.Absent absent -> {}
            case MoveState.Expected expected -> {}
            case MoveState.Arriving arriving -> yieldUnlessSeen(host, arriving, elsewhere);
        }
    }

    /**
     * What names another site than that which the host was just switched to is older than the switch. With a move channel also what names
     * another than the xTR that just said it has it.
     */
    private void redirect(Host host, Away away, List<Locator> elsewhere, Duration delays) {
        boolean where = addresses(elsewhere).equals(addresses(away.locators()));
        boolean told = peers || away.before().isPresent();
        if (where || !told || age(host) >= delays.toNanos()) {
            hosts.redirect(host, away, elsewhere);
        }
    }

    private static Set<IpAddress> addresses(List<Locator> locators) {
        return locators.stream().map(Locator::address).collect(Collectors.toSet());
    }

    private long age(Host host) {
        return context.timers().nanoTime() - host.sinceNanos;
    }

    /** The locators of a record that is none of ours; empty when it is, or names nobody. */
    private List<Locator> elsewhere(EidRecord eidRecord) {
        boolean ours = eidRecord.ttlMinutes() == 0 || context.locators().ownsAny(eidRecord.locators());
        return ours ? List.of() : RlocRules.usable(eidRecord, context.locators());
    }

    private boolean isSettled(Host host) {
        return registrations.isConfirmed(host.eid) && age(host) >= (peers ? SETTLED : CROSSED).toNanos();
    }

    /** Whether a local host is here is in doubt: the mapping system is asked. */
    void contest(Host host) {
        context.count(ControlCounter.MAP_NOTIFIES_CONTESTED);
        host.contested = true;
        if (registrations.isConfirmed(host.eid)) {
            requests.askAnew(host.eid);
        }
    }

    private void movedAway(Host host, List<Locator> locators) {
        context.events().add(EventKind.MOVED_AWAY, host.eid, "to " + text(locators));
        hosts.enter(host, new Away(locators, true, Optional.empty()));
        host.hearsay = true;
        detection.probe(host);
        detection.lookAgain(host);
    }

    /** One that was here before a restart answers before long if it still is. With a move channel peers have been asked instead. */
    private void yieldUnlessSeen(Host host, MoveState.Arriving then, List<Locator> elsewhere) {
        if (then.isRecovering() && !peers && !elsewhere.isEmpty()) {
            context.timers().after(RECOVERY_PROOF, () -> {
                if (host.state.equals(then)) {
                    movedAway(host, elsewhere);
                }
            });
        }
    }

    /** With a move channel a host that is here is known to be: the mapping system may not have heard of its last move. */
    private void dispute(Host host, List<Locator> elsewhere) {
        if (!peers) {
            movedAway(host, elsewhere);
            return;
        }
        host.disputed = true;
        detection.probe(host);
        context.timers().after(PROOF, () -> {
            if (host.disputed && host.state instanceof Local) {
                movedAway(host, elsewhere);
            }
        });
    }

    /** There is a move channel. */
    void withPeers() {
        peers = true;
    }

    static String text(List<Locator> locators) {
        return String.join(
                ", ", locators.stream().map(l -> l.address().toString()).toList());
    }

    /**
     * The mapping system's answer about a host of a dynamic prefix.
     *
     * @return whether it was for us; otherwise it belongs into the map-cache
     */
    public boolean onMapReply(EidPrefix asked, EidPrefix eid, EidRecord eidRecord) {
        Optional<Host> known = hosts.find(asked);
        if (known.isEmpty() || !eid.equals(asked)) {
            return known.isPresent();
        }
        Host host = known.get();
        List<Locator> elsewhere = elsewhere(eidRecord);
        switch (host.state) {
            case Local local
            when host.contested -> {
                host.contested = false;
                if (!elsewhere.isEmpty()) {
                    dispute(host, elsewhere);
                }
            }
            case Away away when !elsewhere.isEmpty() -> redirect(host, away, elsewhere, ANSWERED);
            case Local local -> {}
            case Away away -> {}
            case MoveState.Absent absent -> {}
            case MoveState.Expected expected -> {}
            case MoveState.Arriving arriving -> yieldUnlessSeen(host, arriving, elsewhere);
        }
        return true;
    }
}
