package io.godwit.xtr.control.mobility;

import io.godwit.daemon.management.Routes.Refusal;
import io.godwit.mapping.EidPrefix;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.EventKind;
import io.godwit.xtr.control.mobility.MoveState.Away;
import io.godwit.xtr.control.mobility.MoveState.Local;
import io.godwit.xtr.control.mobility.channel.MoveChannel;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Item;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Result;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Verb;
import io.godwit.xtr.control.mobility.channel.MovePeer;
import io.godwit.xtr.fib.Locator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Moves that somebody ordered at the source alone: the peer is asked to prepare, and then the source switches. */
public final class MoveOrders {
    private static final int MAX_ORDERS = 10_000;

    /**
     * One of the last orders.
     *
     * @param phase {@code preparing}, {@code prepared}, {@code switched}, {@code committed} or {@code failed}
     * @param error why it failed, or empty
     */
    public record Order(EidPrefix eid, String to, String phase, String error, long sinceMillis) {}

    private final ControlContext context;
    private final MobilityAgent mobility;
    private final MoveJournal journal;
    private final MoveChannel channel;
    private final Map<EidPrefix, Order> orders = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EidPrefix, Order> eldest) {
            return size() > MAX_ORDERS;
        }
    };

    MoveOrders(ControlContext context, MobilityAgent mobility, MoveJournal journal, MoveChannel channel) {
        this.context = context;
        this.mobility = mobility;
        this.journal = journal;
        this.channel = channel;
    }

    public List<Order> orders() {
        return List.copyOf(orders.values());
    }

    public List<MovePeer> peers() {
        return channel.peers();
    }

    /** Begins; the rest follows from the peer's answers. Has no effect on a host that is there already, or on its way. */
    void move(Host host, List<Locator> to, boolean switchToo, Optional<String> ticket) {
        MovePeer peer = to.stream()
                .flatMap(l -> channel.peer(l.address()).stream())
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        400, "none of " + NotifyAgent.text(to) + " is a peer of move-channel: it cannot be asked"));
        if (host.state instanceof Away away && away.locators().equals(to)) {
            return;
        }
        if (!(host.state instanceof Local)) {
            throw new Refusal(409, host.eid + " is not at this site (it is " + host.state.text() + " here)");
        }
        put(host.eid, peer, "preparing", "");
        prepare(host, peer, to, switchToo, ticket, true);
    }

    private void prepare(
            Host host, MovePeer peer, List<Locator> to, boolean switchToo, Optional<String> ticket, boolean again) {
        Item item = new Item(host.eid, journal.epoch(host.eid) + 1, host.mac).with(ticket);
        long since = host.sinceNanos;
        channel.send(peer, Verb.PREPARE, item, answer -> {
            if (answer.result() == Result.STALE && again) {
                journal.raise(host.eid, answer.epoch());
                prepare(host, peer, to, switchToo, ticket, false);
            } else if (answer.result() != Result.DONE) {
                String why = peer.name() + " " + why(answer);
                put(host.eid, peer, "failed", why);
                context.events().add(EventKind.MOVE_REFUSED, host.eid, why);
            } else if (switchToo && host.state instanceof Local && host.sinceNanos == since) {
                // Not when it has left and come back meanwhile: that order is over.
                mobility.move(host.eid, new MobilityAgent.Phase.Switch(to));
                put(host.eid, peer, "switched", "");
            } else {
                put(host.eid, peer, "prepared", "");
            }
        });
    }

    static String why(Item answer) {
        return switch (answer.result()) {
            case DONE -> "agrees";
            case STALE -> "knows of a later move";
            case REFUSED -> "refuses it: its own events say why";
            case NO_PREFIX -> "has no dynamic EID-prefix for it";
            case FULL -> "has as many hosts as it can hold";
            case HERE -> "has it already";
            case ELSEWHERE -> "has it not";
            case SILENT -> "does not answer";
        };
    }

    private void put(EidPrefix eid, MovePeer to, String phase, String error) {
        orders.remove(eid);
        orders.put(eid, new Order(eid, to.name(), phase, error, context.timers().epochMillis()));
    }

    void committed(EidPrefix eid) {
        Order order = orders.get(eid);
        if (order != null) {
            channel.peer(order.to()).ifPresent(peer -> put(eid, peer, "committed", ""));
        }
    }

    /** What was prepared at a peer is off. */
    void rollback(Host host) {
        Order order = orders.get(host.eid);
        if (order != null && host.state instanceof Local && order.phase().startsWith("prepar")) {
            Item item = new Item(host.eid, journal.epoch(host.eid), host.mac);
            channel.peer(order.to()).ifPresent(peer -> {
                put(host.eid, peer, "failed", "rolled back");
                channel.send(peer, Verb.ROLLBACK, item, answer -> {});
            });
        }
    }

    /** The RLOCs of a peer by its name. */
    public Optional<List<Locator>> locators(String peerName) {
        return channel.peer(peerName).map(peer -> peer.rlocs().stream()
                .map(rloc -> new Locator(rloc, 1, 100))
                .toList());
    }
}
