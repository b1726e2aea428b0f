package io.godwit.xtr.control.mobility;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.mobility.channel.MovePeer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A host EID in a dynamic prefix and its state. Changed by {@link Hosts} and, for its own fields, by the agents of this package. */
final class Host {
    private static final int MAX_SENDERS = 1_000;

    final EidPrefix eid;
    final DynamicPrefix prefix;
    MoveState state = new MoveState.Absent();
    long sinceMillis;
    long sinceNanos;
    /** The MAC it had last, also while it is away: a RARP names nothing else. */
    Optional<MacAddress> mac = Optional.empty();

    long lastSeenNanos;
    /** Somebody else's registration was reported: the mapping system is being asked. */
    boolean contested;
    /** Those we send to are to be told when the map-server has confirmed. */
    boolean solicitWhenRegistered;

    /** When it leaves, newer packets wait until what it did not get has been sent on. */
    boolean held;
    /** While it is expected or on its way: a card of its MAC is on its segment, and keeps what comes until it runs. */
    boolean cardWaits;
    /** While it is expected: somebody at this site sends to it. */
    boolean wantedHere;
    /** On its way, and packets for it wait in that card: the kernel has it on its segment. */
    boolean ahead;
    /** The mapping system says that somebody else has it: unless it is seen now, that holds. */
    boolean disputed;
    /** That it has left is only the mapping system's word: whoever sees it afterwards knows better. */
    boolean hearsay;
    /** It was seen just after it left, and is to be asked whether it is back. */
    boolean lookAgain;
    /** Another xTR knows of a newer epoch: it must be seen before it is claimed again. */
    boolean unproven;
    /** The epoch with which it was claimed last; 0 for never. */
    long claim;
    /** Who has not answered that claim. */
    Set<MovePeer> unheard = Set.of();

    /** Its state is what it was before a restart. Where it is away to may have switched it to here meanwhile, and nobody could tell. */
    boolean restored;

    private final Set<IpAddress> staleSenders = new LinkedHashSet<>();
    private Timers.@Nullable Timer deadline;

    Host(EidPrefix eid, DynamicPrefix prefix) {
        this.eid = eid;
        this.prefix = prefix;
    }

    /** Its state changes, and becomes what it is after {@code previous}: absent just after a restart. */
    void endDoubts(MoveState previous) {
        contested = false;
        disputed = false;
        hearsay = false;
        restored &= previous instanceof MoveState.Absent;
    }

    /** Neither expected nor on its way any more. */
    void endWaiting() {
        cardWaits = false;
        wantedHere = false;
        ahead = false;
    }

    IpAddress address() {
        return (IpAddress) eid.address();
    }

    /** Replaces the deadline of the state: there is one at a time, and it ends with the state. */
    void deadline(Timers.@Nullable Timer next) {
        if (deadline != null) {
            deadline.cancel();
        }
        deadline = next;
    }

    /** Remembers an RLOC that sends by an old mapping, until it can be told. */
    void addStaleSender(IpAddress rloc) {
        if (staleSenders.size() < MAX_SENDERS) {
            staleSenders.add(rloc);
        }
    }

    Set<IpAddress> takeStaleSenders() {
        Set<IpAddress> taken = Set.copyOf(staleSenders);
        staleSenders.clear();
        return taken;
    }
}
