package io.godwit.xtr.control.mobility;

import io.godwit.mapping.EidPrefix;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.mobility.MoveJournal.Entry;
import io.godwit.xtr.control.mobility.MoveJournal.Kind;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What this xTR says it has, whether the others believe it, and what it believes of theirs.
 *
 * <p>A claim that is answered with a newer epoch is repeated with a higher one only after the host has been seen again: what was seen before
 * the answer may be older than what the answer tells. When the host is not seen, the mapping system is asked who has it.
 *
 * <p>Until a peer has answered our claim, a claim of its own that we hear may be older than ours, although its epoch is newer: we may have
 * raised ours without having known of it. So such a peer is asked what holds now. Of one that has answered we know all its earlier epochs.
 */
final class MoveClaims {
    private static final Duration PROOF = Duration.ofSeconds(1);

    private final ControlContext context;
    private final Hosts hosts;
    private final DynamicEidAgent detection;
    private final MoveJournal journal;
    private final MoveChannel channel;
    private final Consumer<Host> contest;
    private final BiConsumer<MovePeer, Host> giveWay;

    /**
     * @param contest asks the mapping system who has a host
     * @param giveWay to the peer that has it
     */
    MoveClaims(
            ControlContext context,
            Hosts hosts,
            DynamicEidAgent detection,
            MoveJournal journal,
            MoveChannel channel,
            Consumer<Host> contest,
            BiConsumer<MovePeer, Host> giveWay) {
        this.context = context;
        this.hosts = hosts;
        this.detection = detection;
        this.journal = journal;
        this.channel = channel;
        this.contest = contest;
        this.giveWay = giveWay;
    }

    void note(Host host, long epoch) {
        journal.record(entry(host, epoch));
    }

    private static Entry entry(Host host, long epoch) {
        return switch (host.state) {
            case Local local -> new Entry(host.eid, epoch, Kind.LOCAL, local.mac(), List.of());
            case Away(List<Locator> locators, boolean confirmed, Optional<Local> before) ->
                new Entry(host.eid, epoch, before.isPresent() ? Kind.LEAVING : Kind.AWAY, host.mac, locators);
            case Expected expected -> new Entry(host.eid, epoch, Kind.EXPECTED, host.mac, expected.holders());
            case Arriving arriving -> new Entry(host.eid, epoch, Kind.ARRIVING, host.mac, arriving.holders());
            case Absent absent -> new Entry(host.eid, epoch, Kind.ABSENT, Optional.empty(), List.of());
        };
    }

    /** It is here: everybody who may be concerned learns it. */
    void claim(Host host) {
        host.unproven = false;
        host.claim = journal.epoch(host.eid) + 1;
        host.unheard = new HashSet<>(channel.peers());
        note(host, host.claim);
        Item item = new Item(host.eid, host.claim, host.mac);
        for (MovePeer peer : channel.peers()) {
            channel.send(peer, Verb.COMMIT, item, answer -> onClaimed(peer, item, answer));
        }
    }

    private void onClaimed(MovePeer peer, Item claim, Item answer) {
        if (answer.result() == Result.STALE) {
            journal.raise(claim.eid(), answer.epoch());
        }
        hosts.find(claim.eid()).filter(host -> host.claim == claim.epoch()).ifPresent(host -> {
            if (answer.result() != Result.SILENT) {
                host.unheard.remove(peer);
            }
            if (answer.result() == Result.STALE && host.state instanceof Local && !host.unproven) {
                prove(host);
            }
        });
    }

    private void prove(Host host) {
        host.unproven = true;
        detection.probe(host);
        context.timers().after(PROOF, () -> {
            if (host.unproven && host.state instanceof Local) {
                host.unproven = false;
                contest.accept(host);
            }
        });
    }

    /** A local host was seen again. */
    void seen(Host host) {
        if (host.unproven) {
            claim(host);
        }
    }

    /** A peer has said, with an epoch that is news here, that it has the host. */
    void heard(MovePeer peer, Host host) {
        switch (host.state) {
            // What is said of a host that comes here may be older than its holder's switch: it stays expected, until it
            // comes or time is over.
            case Expected expected -> {}
            case Arriving arriving -> ask(peer, host.eid);
            case Away away when PeerMoves.isAt(peer, away.locators()) -> giveWay.accept(peer, host);
            case Away away -> giveWayOrAsk(peer, host);
            case Local local -> giveWayOrAsk(peer, host);
            case Absent absent -> {}
        }
    }

    private void giveWayOrAsk(MovePeer peer, Host host) {
        if (host.unheard.contains(peer)) {
            ask(peer, host.eid);
        } else {
            giveWay.accept(peer, host);
        }
    }

    /** Asks everybody who has it, and gives way. */
    void ask(EidPrefix eid) {
        channel.peers().forEach(peer -> ask(peer, eid));
    }

    private void ask(MovePeer peer, EidPrefix eid) {
        Item item = new Item(eid, journal.epoch(eid), Optional.empty());
        Host asked = hosts.find(eid).orElse(null);
        MoveState then = hosts.state(eid);
        long claim = asked == null ? 0 : asked.claim;
        channel.send(peer, Verb.QUERY, item, answer -> {
            journal.raise(eid, answer.epoch());
            if (answer.result() == Result.HERE) {
                hosts.find(eid)
                        .filter(host -> host.claim == claim && counts(answer, host, then))
                        .ifPresent(host -> giveWay.accept(peer, host));
            }
        });
    }

    /** Whether the answer is not of a time before what has happened since it was asked for. */
    private static boolean counts(Item answer, Host host, MoveState then) {
        return switch (host.state) {
            case Local local -> local.equals(then) && answer.epoch() > host.claim;
            case Away away -> then instanceof Away;
            // Its holder has it still; or somebody else has, and it does not come.
            case Expected expected -> false;
            case Arriving arriving -> arriving.equals(then);
            case Absent absent -> true;
        };
    }
}
