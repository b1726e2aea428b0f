package io.godwit.xtr.control.mobility;

import io.godwit.daemon.management.Routes.Refusal;
import io.godwit.mapping.EidPrefix;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.mobility.MoveState.Absent;
import io.godwit.xtr.control.mobility.MoveState.Arriving;
import io.godwit.xtr.control.mobility.MoveState.Away;
import io.godwit.xtr.control.mobility.MoveState.Expected;
import io.godwit.xtr.control.mobility.MoveState.Local;
import io.godwit.xtr.control.mobility.channel.MoveChannel;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Item;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Result;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Verb;
import io.godwit.xtr.control.mobility.channel.MovePeer;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What xTRs owe each other when hosts move (docs/MOVE-CHANNEL.md). Each binding of an EID to a site has an epoch; every xTR knows the newest,
 * and a claim of an older one changes nothing. Whoever switches a host, or has it, raises the epoch and says so; whoever hears of a newer one
 * gives way. {@link MoveClaims} says what it has. Without peers there is nobody to tell, and the journal is kept all the same: a restarted xTR
 * knows where its hosts were.
 */
public final class PeerMoves implements MoveChannel.Handler, Hosts.Witness {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration ASKING = Duration.ofMillis(1);

    private final ControlContext context;
    private final Hosts hosts;
    private final DynamicEidAgent detection;
    private final MobilityAgent mobility;
    private final MoveJournal journal;
    private final MoveChannel channel;
    private final MoveOrders orders;
    private final MoveClaims claims;
    /** Asks the mapping system, where there are no peers to ask. */
    private final Consumer<EidPrefix> mapping;

    /** What changes now is not news for the peer that asked for it. */
    private boolean obeying;

    /** What changes now was so before the restart. */
    private boolean restoring;

    public PeerMoves(
            ControlContext context,
            Hosts hosts,
            DynamicEidAgent detection,
            MobilityAgent mobility,
            MoveJournal journal,
            MoveChannel channel,
            NotifyAgent notifies,
            Consumer<EidPrefix> mapping) {
        this.mapping = mapping;
        this.context = context;
        this.hosts = hosts;
        this.detection = detection;
        this.mobility = mobility;
        this.journal = journal;
        this.channel = channel;
        claims = new MoveClaims(context, hosts, detection, journal, channel, notifies::contest, this::giveWay);
        if (hasPeers()) {
            notifies.withPeers();
        }
        orders = new MoveOrders(context, mobility, journal, channel);
    }

    /** Before the data plane begins. */
    public void resume() {
        journal.entries().forEach(entry -> MoveRecovery.forwarding(entry)
                .filter(was -> hosts.dynamicPrefix(entry.eid()).isPresent())
                .ifPresent(was -> context.dataPlane().put(entry.eid(), was)));
    }

    /** Goes on where the last life ended. The segments are open. */
    public void start() {
        hosts.witness(this);
        if (hasPeers()) {
            mobility.orders(orders);
        }
        channel.start(this);
        restoring = true;
        new MoveRecovery(hosts, mobility, detection, journal, this).restore();
        restoring = false;
    }

    /** Otherwise only the journal keeps what happens. */
    public boolean hasPeers() {
        return !channel.peers().isEmpty();
    }

    public void close() {
        channel.close();
    }

    public MoveChannel channel() {
        return channel;
    }

    public MoveOrders orders() {
        return orders;
    }

    // --- what happened here

    @Override
    public void entered(Host host, MoveState previous) {
        if (restoring) {
            return;
        }
        switch (host.state) {
            case Local local -> claims.claim(host);
            case Away away
            when away.before().isPresent() && previous instanceof Local -> {
                claims.note(host, journal.epoch(host.eid) + 1);
                tellSwitch(host, away);
            }
            case Away away -> gaveBack(host, previous);
            case Absent absent -> gaveBack(host, previous);
            case Expected expected -> claims.note(host, journal.epoch(host.eid));
            case Arriving arriving -> {
                claims.note(host, journal.epoch(host.eid));
                lookOut(host);
            }
        }
    }

    /** Its announcement may get lost: a host that is awaited is asked whether it has come. */
    void lookOut(Host host) {
        if (host.state instanceof Arriving) {
            detection.probe(host);
            context.timers().after(LOOK, () -> lookOut(host));
        }
    }

    @Override
    public void seen(Host host) {
        claims.seen(host);
    }

    @Override
    public void together(Runnable moves) {
        journal.together(moves);
        if (!journal.isTogether()) {
            // Until the others know, they send where a host no longer is.
            channel.flush();
        }
    }

    void tellSwitch(Host host, Away away) {
        Item item = new Item(host.eid, journal.epoch(host.eid), host.mac);
        peerOf(away.locators())
                .ifPresent(peer ->
                        channel.send(peer, Verb.SWITCH, item, answer -> onSwitchTold(host, away.locators(), answer)));
    }

    private void onSwitchTold(Host host, List<Locator> to, Item answer) {
        boolean pending = host.state instanceof Away now
                && now.before().isPresent()
                && now.locators().equals(to);
        if (!pending) {
            return;
        }
        switch (answer.result()) {
            case DONE, HERE, SILENT, ELSEWHERE -> {}
            // Not again with a higher epoch: it may have let the host go on to others already.
            case STALE -> lookFor(host);
            case REFUSED, NO_PREFIX, FULL -> {
                String why = NotifyAgent.text(to) + " " + MoveOrders.why(answer);
                context.events().add(EventKind.MOVE_REFUSED, host.eid, why);
                mobility.takeBack(host);
            }
        }
    }

    /** The destination had it and has let it go on, or gave it up: whoever has it says so, or the guest does, if it is still here. */
    private void lookFor(Host host) {
        ask(host.eid);
        context.timers().after(DynamicEidAgent.STRAGGLERS.multipliedBy(2), () -> {
            if (host.state instanceof Away away && away.before().isPresent()) {
                detection.probe(host);
            }
        });
    }

    /** Whoever held a host that was expected here must know that it is not to come. */
    private void gaveBack(Host host, MoveState previous) {
        claims.note(host, journal.epoch(host.eid));
        List<Locator> holders =
                switch (previous) {
                    case Expected expected -> expected.holders();
                    case Arriving arriving -> arriving.holders();
                    case Absent absent -> List.of();
                    case Away away -> List.of();
                    case Local local -> List.of();
                };
        if (!obeying) {
            Item item = new Item(host.eid, journal.epoch(host.eid), host.mac);
            peerOf(holders).ifPresent(peer -> channel.send(peer, Verb.ROLLBACK, item, answer -> {}));
        }
    }

    private Optional<MovePeer> peerOf(List<Locator> locators) {
        return locators.stream()
                .flatMap(l -> channel.peer(l.address()).stream())
                .findFirst();
    }

    // --- what others say

    @Override
    public List<Item> onRequest(MovePeer peer, Verb verb, List<Item> items) {
        List<Item> answers = new ArrayList<>(items.size());
        Runnable all = () -> items.forEach(item -> answers.add(answer(peer, verb, item)));
        // Of what is said to be elsewhere nothing is told before the packets of all of it go there.
        journal.together(verb == Verb.COMMIT ? () -> obey(() -> hosts.together(all)) : all);
        return answers;
    }

    private Item answer(MovePeer peer, Verb verb, Item item) {
        if (hosts.dynamicPrefix(item.eid()).isEmpty()) {
            return item.answer(Result.NO_PREFIX, 0);
        }
        Result result =
                switch (verb) {
                    case PREPARE -> prepare(peer, item);
                    case SWITCH -> switched(peer, item);
                    case COMMIT -> committed(peer, item);
                    case ROLLBACK -> rolledBack(peer, item);
                    case QUERY -> hosts.state(item.eid()) instanceof Local ? Result.HERE : Result.ELSEWHERE;
                    case REPLY, RESYNC -> throw new IllegalArgumentException(verb.name());
                };
        return item.answer(result, journal.epoch(item.eid()));
    }

    private Result prepare(MovePeer peer, Item item) {
        if (hosts.state(item.eid()) instanceof Local) {
            return Result.HERE;
        }
        if (item.epoch() <= journal.epoch(item.eid())) {
            return Result.STALE;
        }
        // It will be let go as of the epoch that the item has: what is claimed with an earlier one is over when it
        // comes here.
        journal.raise(item.eid(), item.epoch() - 1);
        return expect(peer, item);
    }

    private Result expect(MovePeer peer, Item item) {
        try {
            mobility.move(item.eid(), new MobilityAgent.Phase.Prepare(locators(peer), item.ticket()));
        } catch (Refusal e) {
            return e.status() == 503 ? Result.FULL : Result.REFUSED;
        }
        Host host = hosts.find(item.eid()).orElseThrow();
        item.mac().ifPresent(mac -> hosts.learnMac(host, mac));
        return Result.DONE;
    }

    private static List<Locator> locators(MovePeer peer) {
        return peer.rlocs().stream().map(rloc -> new Locator(rloc, 1, 100)).toList();
    }

    private Result switched(MovePeer peer, Item item) {
        long known = journal.epoch(item.eid());
        MoveState state = hosts.state(item.eid());
        if (item.epoch() < known) {
            return Result.STALE;
        }
        if (state instanceof Local) {
            journal.raise(item.eid(), item.epoch());
            return Result.HERE;
        }
        boolean awaited = state instanceof Expected || state instanceof Arriving;
        if (!awaited && item.epoch() == known) {
            return Result.STALE;
        }
        Result ready = awaited ? Result.DONE : expect(peer, item);
        if (ready == Result.DONE) {
            journal.raise(item.eid(), item.epoch());
            mobility.onSwitched(item.eid(), peer.name());
        }
        return ready;
    }

    private Result committed(MovePeer peer, Item item) {
        long known = journal.epoch(item.eid());
        Host host = hosts.find(item.eid()).orElse(null);
        boolean knownThere = host == null || (host.state instanceof Away away && isAt(peer, away.locators()));
        if (item.epoch() < known || (item.epoch() == known && !knownThere)) {
            return Result.STALE;
        }
        journal.raise(item.eid(), item.epoch());
        orders.committed(item.eid());
        // Also of one that is known here: its entry may be forgotten before its card is.
        item.mac().ifPresent(mac -> detection.heardOf(item.eid(), mac));
        if (host != null) {
            item.mac().ifPresent(mac -> hosts.learnMac(host, mac));
            claims.heard(peer, host);
        }
        return Result.DONE;
    }

    private void giveWay(MovePeer peer, Host host) {
        Away arrived = new Away(mobility.reachable(locators(peer)), false, Optional.empty());
        // What is known already does not end what happens to packets that are still under way.
        if (host.state instanceof Away away
                && (away.before().isPresent() || away.locators().equals(arrived.locators()))) {
            hosts.settle(host, away, arrived);
        } else {
            obey(() -> hosts.enter(host, arrived));
        }
        context.events().add(EventKind.MOVED_AWAY, host.eid, "to " + peer.name() + ", which has it");
    }

    static boolean isAt(MovePeer peer, List<Locator> locators) {
        return locators.stream().anyMatch(l -> peer.rlocs().contains(l.address()));
    }

    private Result rolledBack(MovePeer peer, Item item) {
        Host host = hosts.find(item.eid()).orElse(null);
        if (host == null) {
            return Result.DONE;
        }
        return switch (host.state) {
            case Local local -> Result.HERE;
            case Absent absent -> Result.DONE;
            case Expected(List<Locator> holders, var before) when isAt(peer, holders) -> obeyRollback(host);
            case Arriving(List<Locator> holders, var before) when isAt(peer, holders) -> obeyRollback(host);
            case Away away
            when away.before().isPresent() && isAt(peer, away.locators()) && item.epoch() >= journal.epoch(host.eid) ->
                obeyRollback(host);
            case Expected expected -> Result.DONE;
            case Arriving arriving -> Result.DONE;
            case Away away -> Result.DONE;
        };
    }

    private Result obeyRollback(Host host) {
        obey(() -> mobility.move(host.eid, new MobilityAgent.Phase.Rollback()));
        return Result.DONE;
    }

    private void obey(Runnable change) {
        boolean before = obeying;
        obeying = true;
        change.run();
        obeying = before;
    }

    /** Asks everybody who has it. */
    void ask(EidPrefix eid) {
        claims.ask(eid);
    }

    /**
     * After a restart: the peers, whose channel bounds what is under way; without any the mapping system, of one host after the other, unless
     * it has shown itself by then.
     *
     * @param before how many were asked of already
     */
    void askAfresh(Host host, int before) {
        if (hasPeers()) {
            ask(host.eid);
            return;
        }
        context.timers().after(ASKING.multipliedBy(before), () -> {
            if (!(host.state instanceof Local)) {
                mapping.accept(host.eid);
            }
        });
    }
}
