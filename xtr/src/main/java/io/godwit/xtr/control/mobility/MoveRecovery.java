package io.godwit.xtr.control.mobility;

import io.godwit.xtr.control.mobility.MoveJournal.Entry;
import io.godwit.xtr.control.mobility.MoveState.Arriving;
import io.godwit.xtr.control.mobility.MoveState.Away;
import io.godwit.xtr.control.mobility.MoveState.Expected;
import io.godwit.xtr.control.mobility.MoveState.Local;
import io.godwit.xtr.fib.Forwarding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * After a restart. What was away, leaving or expected is so again. What was here, or on its way here, is asked whether it is: until it
 * answers, or a peer says that it has it, its packets wait; nothing is registered before, so that the mapping system is not told of a
 * binding that ended meanwhile. What was away may be on its way here, and nobody could say so: packets for it that come from where it was
 * wait, if it may come ({@link MobilityAgent#onArriving}).
 */
final class MoveRecovery {
    /** A host that was here and shows no sign of life until then is not here. */
    private static final Duration PROOF = Duration.ofMillis(1_500);

    private final Hosts hosts;
    private final MobilityAgent mobility;
    private final MoveJournal journal;
    private final DynamicEidAgent detection;
    private final PeerMoves peers;
    private int asked;

    MoveRecovery(Hosts hosts, MobilityAgent mobility, DynamicEidAgent detection, MoveJournal journal, PeerMoves peers) {
        this.detection = detection;
        this.hosts = hosts;
        this.mobility = mobility;
        this.journal = journal;
        this.peers = peers;
    }

    /** What packets find until {@link #restore}, which takes longer; empty where nothing was known. */
    static Optional<Forwarding> forwarding(Entry entry) {
        return switch (entry.kind()) {
            case ABSENT -> Optional.empty();
            case LOCAL, ARRIVING -> Optional.of(new Forwarding.Arriving());
            case LEAVING -> Optional.of(new Forwarding.Leaving(entry.locators()));
            // Who has a guest sends nothing for it to us, unless it has switched it to here.
            case AWAY, EXPECTED -> Optional.of(new Forwarding.Expected(entry.locators()));
        };
    }

    void restore() {
        for (Entry entry : journal.entries()) {
            if (entry.kind() != MoveJournal.Kind.ABSENT) {
                hosts.dynamicPrefix(entry.eid())
                        .flatMap(prefix -> hosts.findOrAdd(entry.eid(), prefix))
                        .ifPresent(host -> restore(host, entry));
            }
        }
    }

    private void restore(Host host, Entry entry) {
        entry.mac().ifPresent(mac -> hosts.learnMac(host, mac));
        host.restored = true;
        switch (entry.kind()) {
            case ABSENT -> {}
            case LOCAL -> {
                mobility.await(host, new Arriving(List.of(), Optional.empty()), PROOF);
                peers.lookOut(host);
            }
            case LEAVING -> {
                Local before = new Local(host.prefix.interfaceName(), entry.mac());
                Away away = new Away(entry.locators(), false, Optional.of(before));
                hosts.enter(host, away);
                peers.tellSwitch(host, away);
            }
            case AWAY -> mobility.doubt(host, new Away(entry.locators(), false, Optional.empty()));
            case EXPECTED -> mobility.expectStill(host, new Expected(entry.locators(), Optional.empty()));
            case ARRIVING -> {
                mobility.await(host, new Arriving(entry.locators(), Optional.empty()), MobilityAgent.ARRIVAL);
                peers.lookOut(host);
            }
        }
        // It may have come, and announced itself, while nobody listened.
        detection.lookAgain(host);
        peers.askAfresh(host, asked++);
    }
}
