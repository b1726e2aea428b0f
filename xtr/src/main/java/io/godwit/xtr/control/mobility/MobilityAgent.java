package io.godwit.xtr.control.mobility;

import io.godwit.daemon.management.Routes.Refusal;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.core.OwnLocators;
import io.godwit.xtr.control.mobility.MoveState.Absent;
import io.godwit.xtr.control.mobility.MoveState.Arriving;
import io.godwit.xtr.control.mobility.MoveState.Away;
import io.godwit.xtr.control.mobility.MoveState.Expected;
import io.godwit.xtr.control.mobility.MoveState.Local;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Item;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves that somebody announces: prepare at the destination, switch at the source, commit at the destination, rollback at either. Each
 * phase may be asked for again; it then changes nothing.
 */
public final class MobilityAgent {
    /** How long a prepared move waits for the switch. */
    static final Duration PREPARED = Duration.ofSeconds(30);
    /** How long packets wait for a host that its holder has let go: longer than any pause a guest survives. */
    static final Duration ARRIVAL = Duration.ofSeconds(10);

    private final ControlContext context;
    private final Hosts hosts;
    private final DynamicEidAgent detection;
    private final MovePolicy policy;
    private final MoveAudit audit;
    private @Nullable MoveOrders orders;

    public MobilityAgent(
            ControlContext context, Hosts hosts, DynamicEidAgent detection, MovePolicy policy, MoveAudit audit) {
        this.context = context;
        this.policy = policy;
        this.audit = audit;
        this.hosts = hosts;
        this.detection = detection;
    }

    /** What to do. Throws {@link Refusal} with a sentence for the user, and then has changed nothing. */
    public sealed interface Phase {
        /**
         * @param from who has it now
         * @param ticket where the policy wants one
         * @param card of the guest, where it is on the segment by now and keeps what comes until the guest runs
         */
        record Prepare(List<Locator> from, Optional<String> ticket, Optional<MacAddress> card) implements Phase {
            Prepare(List<Locator> from, Optional<String> ticket) {
                this(from, ticket, Optional.empty());
            }
        }

        /** @param to who has it from now on */
        record Switch(List<Locator> to) implements Phase {}

        record Commit(Optional<MacAddress> mac) implements Phase {}

        record Rollback() implements Phase {}

        /**
         * Here, at the source: the destination is asked to prepare.
         *
         * @param to a peer of the move channel
         * @param switchToo and when it has, the switch follows
         * @param ticket for the destination, where it wants one
         */
        record Order(List<Locator> to, boolean switchToo, Optional<String> ticket) implements Phase {}
    }

    void orders(MoveOrders executor) {
        orders = executor;
    }

    /** Runs {@code moves}, which call {@link #move} for many hosts: no packet of one waits for what others are told of another. */
    public void together(Runnable moves) {
        hosts.together(moves);
    }

    /** @return the state after it */
    public MoveState move(EidPrefix eid, Phase phase) {
        try {
            DynamicPrefix prefix = hosts.dynamicPrefix(eid)
                    .filter(p -> eid.isHost())
                    .orElseThrow(() -> new Refusal(
                            404,
                            eid + " is not a host within a dynamic EID-prefix of this xTR: add it to dynamic-eids"));
            Host host = hosts.findOrAdd(eid, prefix)
                    .orElseThrow(() -> new Refusal(503, "this xTR has as many hosts as it can hold"));
            try {
                apply(host, phase);
            } finally {
                if (host.state instanceof Absent) {
                    hosts.forget(host);
                }
            }
            return host.state;
        } catch (Refusal e) {
            context.count(ControlCounter.MOVES_REFUSED);
            throw e;
        }
    }

    private void apply(Host host, Phase phase) {
        switch (phase) {
            case Phase.Prepare(List<Locator> from, Optional<String> ticket, Optional<MacAddress> card) ->
                prepare(host, usable(from, "from"), ticket, card);
            case Phase.Switch(List<Locator> to) -> switchTo(host, usable(to, "to"));
            case Phase.Commit(Optional<MacAddress> mac) -> commit(host, mac);
            case Phase.Rollback() -> rollback(host);
            case Phase.Order(List<Locator> to, boolean switchToo, Optional<String> ticket) ->
                order(host, usable(to, "to"), switchToo, ticket);
        }
    }

    private void order(Host host, List<Locator> to, boolean switchToo, Optional<String> ticket) {
        if (orders == null) {
            throw new Refusal(
                    409, "this xTR has no move-channel: tell the destination to prepare and the source to switch");
        }
        if (ticket.filter(text -> text.length() > Item.LONGEST_TICKET).isPresent()) {
            throw new Refusal(
                    400,
                    "the ticket is longer than " + Item.LONGEST_TICKET
                            + " octets: give it to the destination's own prepare");
        }
        orders.move(host, to, switchToo, ticket);
    }

    private List<Locator> usable(List<Locator> given, String field) {
        OwnLocators own = context.locators();
        List<Locator> usable = reachable(given);
        if (usable.isEmpty()) {
            throw new Refusal(
                    400,
                    "\"" + field + "\" must name an RLOC of the other site, of a family this xTR has ("
                            + own.addresses() + " are its own)");
        }
        return usable;
    }

    /** Those of another site, of a family that this xTR has. */
    List<Locator> reachable(List<Locator> given) {
        OwnLocators own = context.locators();
        return given.stream()
                .filter(rloc -> own.hasFamilyOf(rloc.address()) && !own.owns(rloc.address()))
                .toList();
    }

    private void prepare(Host host, List<Locator> from, Optional<String> ticket, Optional<MacAddress> card) {
        Optional<Away> before =
                switch (host.state) {
                    case Local local -> throw new Refusal(409, host.eid + " is at this site already");
                    case Arriving arriving -> arriving.before();
                    case Expected expected -> expected.before();
                    case Away away -> Optional.of(away);
                    case Absent absent -> Optional.empty();
                };
        boolean again = host.state instanceof Expected(List<Locator> holders, var earlier) && holders.equals(from);
        if (host.state instanceof Arriving) {
            hosts.cards().waits(host, card);
            letAhead(host);
            return;
        }
        if (!again) {
            decide(host.eid, "prepare from " + NotifyAgent.text(from), policy.refusalToCome(host.eid, from, ticket));
        }
        hosts.enter(host, new Expected(from, before));
        hosts.cards().waits(host, card);
        host.deadline(context.timers().after(PREPARED, () -> giveUp(host)));
        context.events().add(EventKind.MOVE_PREPARED, host.eid, "from " + NotifyAgent.text(from));
    }

    /** Throws {@link Refusal} when there is a reason to. */
    private void decide(EidPrefix eid, String what, Optional<String> refusal) {
        audit.decided(eid, what, refusal.orElse(""));
        if (refusal.isPresent()) {
            context.events().add(EventKind.MOVE_REFUSED, eid, refusal.get());
            throw new Refusal(403, refusal.get());
        }
    }

    private void switchTo(Host host, List<Locator> to) {
        switch (host.state) {
            case Local local -> leave(host, to, local);
            case Away away when away.locators().equals(to) -> {}
            case Away away ->
                throw new Refusal(409, host.eid + " is not at this site but at " + NotifyAgent.text(away.locators()));
            // It was here before the restart, and has not been seen since: its hypervisor knows that it still was.
            case Arriving arriving when arriving.isRecovering() -> leave(host, to, local(host));
            case Absent absent -> throw notHere(host);
            case Expected expected -> throw notHere(host);
            case Arriving arriving -> throw notHere(host);
        }
    }

    private static Local local(Host host) {
        return new Local(host.prefix.interfaceName(), host.mac);
    }

    private void leave(Host host, List<Locator> to, Local before) {
        hosts.enter(host, new Away(to, false, Optional.of(before)));
        context.events().add(EventKind.MOVE_SWITCHED, host.eid, "to " + NotifyAgent.text(to));
    }

    private static Refusal notHere(Host host) {
        return new Refusal(409, host.eid + " is not at this site (it is " + host.state.text() + " here)");
    }

    private void commit(Host host, Optional<MacAddress> mac) {
        if (host.state instanceof Absent || host.state instanceof Away) {
            decide(host.eid, "commit", policy.refusalToAppear(host.eid));
        }
        if (!(host.state instanceof Local)) {
            detection.becomeLocal(host, new Local(host.prefix.interfaceName(), mac.or(() -> host.mac)));
            context.events().add(EventKind.MOVE_COMMITTED, host.eid, "on " + host.prefix.interfaceName());
        }
    }

    private void rollback(Host host) {
        switch (host.state) {
            case Away away
            when away.before().isPresent() -> {
                detection.becomeLocal(host, away.before().get());
                context.events().add(EventKind.MOVE_ROLLED_BACK, host.eid, "local again");
            }
            case Expected expected -> giveBack(host, EventKind.MOVE_ROLLED_BACK);
            case Arriving arriving -> giveBack(host, EventKind.MOVE_ROLLED_BACK);
            case Away away -> {}
            case Local local -> {
                if (orders != null) {
                    orders.rollback(host);
                }
            }
            case Absent absent -> {}
        }
    }

    /** The other site will not have it. */
    void takeBack(Host host) {
        rollback(host);
    }

    private void giveUp(Host host) {
        if (host.state instanceof Expected || host.state instanceof Arriving) {
            giveBack(host, EventKind.MOVE_EXPIRED);
        }
    }

    /**
     * To what it was before. Of a host that was on its way here and was not known before, at least its holder is known: what waits for
     * it, and what else comes, goes there.
     */
    private void giveBack(Host host, EventKind kind) {
        MoveState before =
                switch (host.state) {
                    case Expected(List<Locator> holders, Optional<Away> away) ->
                        away.<MoveState>map(a -> a).orElse(new Absent());
                    case Arriving(List<Locator> holders, Optional<Away> away) ->
                        away.<MoveState>map(a -> a)
                                .orElse(holders.isEmpty() ? new Absent() : new Away(holders, true, Optional.empty()));
                    case MoveState other -> other;
                };
        context.events().add(kind, host.eid, host.state.text() + " -> " + before.text());
        hosts.enter(host, before);
        if (host.state instanceof Away away) {
            returnStragglers(host, away.locators());
        }
    }

    /** What its holder sent here before it had it back may still be under way: for a moment that may return to where it comes from. */
    private void returnStragglers(Host host, List<Locator> holders) {
        context.dataPlane().put(host.eid, new Forwarding.Leaving(holders));
        context.timers().after(DynamicEidAgent.STRAGGLERS, () -> {
            if (host.state instanceof Away now
                    && now.before().isEmpty()
                    && now.locators().equals(holders)) {
                context.dataPlane().put(host.eid, now.forwarding(false));
            }
        });
    }

    /** The data plane saw the first packet that the holder of an expected host sent on; or, after a restart, of one that was away. */
    public void onArriving(EidPrefix eid, IpAddress holder) {
        hosts.find(eid).ifPresent(host -> {
            if (host.state instanceof Expected(List<Locator> holders, Optional<Away> before)) {
                arriving(host, new Arriving(holders, before), holder);
            } else if (host.restored && host.state instanceof Away away) {
                switchedUnheard(host, away, holder);
            }
        });
    }

    private void arriving(Host host, Arriving arriving, IpAddress holder) {
        hosts.enter(host, arriving);
        letAhead(host);
        host.deadline(context.timers().after(ARRIVAL, () -> giveUp(host)));
        context.events().add(EventKind.MOVE_ARRIVING, host.eid, "first packet from " + holder);
    }

    /** Its holder has switched it to here while this process was not there to be told. It may come by itself if a rule wants no ticket. */
    private void switchedUnheard(Host host, Away away, IpAddress holder) {
        Optional<String> refusal = policy.refusalToCome(host.eid, away.locators(), Optional.empty());
        audit.decided(host.eid, "packets from " + holder + ", where it was before the restart", refusal.orElse(""));
        if (refusal.isPresent()) {
            context.events().add(EventKind.MOVE_REFUSED, host.eid, refusal.get());
            believe(host, away);
        } else {
            arriving(host, new Arriving(away.locators(), Optional.of(away)), holder);
        }
    }

    /** What was away when the last life ended. Whoever prepares moves tries again until we answer; then it is as it was. */
    void doubt(Host host, Away away) {
        hosts.enter(host, away);
        context.timers().after(PREPARED, () -> {
            if (host.restored && host.state instanceof Away now) {
                believe(host, now);
            }
        });
    }

    private void believe(Host host, Away away) {
        host.restored = false;
        context.dataPlane().put(host.eid, away.forwarding(host.held));
    }

    /** What was expected when the last life ended. */
    void expectStill(Host host, Expected expected) {
        hosts.enter(host, expected);
        host.deadline(context.timers().after(PREPARED, () -> giveUp(host)));
    }

    /**
     * The first packets may wait in the card of the paused guest: then none waits for somebody to tell us that it runs. The question goes before
     * them: of what comes first a hypervisor may lose one frame, which it has read and cannot hand on yet.
     */
    private void letAhead(Host host) {
        if (hosts.cards().takePackets(host)) {
            detection.probe(host);
            hosts.cards().goAhead(host);
        }
    }

    /** As the data plane's word; packets from this site wait too from now on. */
    void onSwitched(EidPrefix eid, String holder) {
        hosts.find(eid).ifPresent(host -> {
            if (host.state instanceof Expected(List<Locator> holders, Optional<Away> before)) {
                await(host, new Arriving(holders, before), ARRIVAL);
                context.events().add(EventKind.MOVE_ARRIVING, eid, "switched by " + holder);
            }
        });
    }

    /** Enters a state that ends by itself when nothing comes of it. */
    void await(Host host, MoveState state, Duration patience) {
        if (state instanceof Arriving) {
            hosts.cards().noteWanted(host);
            context.dataPlane().put(host.eid, new Forwarding.Arriving());
        }
        hosts.enter(host, state);
        letAhead(host);
        host.deadline(context.timers().after(patience, () -> giveUp(host)));
    }

    /** A packet for a host that is away came from outside. */
    public void onAwayTraffic(EidPrefix eid, IpAddress outerSource) {
        hosts.find(eid).ifPresent(host -> hosts.onStaleSender(host, outerSource));
    }
}
