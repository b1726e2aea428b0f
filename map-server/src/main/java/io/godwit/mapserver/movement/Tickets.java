package io.godwit.mapserver.movement;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ticket.MoveTicket;
import io.godwit.mapserver.state.StateValues;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.control.RlocRecord;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Move tickets that were given beforehand, and the epoch of the last that was used of each EID: a ticket is good for one move, and never again
 * once a later one was used. Both outlive the process.
 */
public final class Tickets {
    private final List<PublicKey> keys;
    private final int capacity;
    private final StateValues values;
    private final Timers timers;
    private final Map<EidPrefix, TicketState> states = new LinkedHashMap<>();
    private Consumer<String> sharing = text -> offered(text, epochMillis());

    /** @param capacity EIDs at most */
    public Tickets(List<PublicKey> keys, int capacity, StateValues values, Timers timers) {
        this.keys = List.copyOf(keys);
        this.capacity = capacity;
        this.values = values;
        this.timers = timers;
        values.forEach(StateValues.Kind.TICKET, this::restore);
        values.listen(StateValues.Kind.TICKET, this::restore);
    }

    private void restore(Octets key, byte[] value) {
        TicketState.read(value, keys).ifPresent(state -> states.put(EidPrefix.parse(text(key.toBytes())), state));
    }

    private long epochMillis() {
        return timers.epochMillis();
    }

    /** Others are to know of each ticket that is offered: {@code by} gets it to all of them, and to {@link #offered} here. */
    public void share(Consumer<String> by) {
        sharing = by;
    }

    /** Those that wait, the oldest first. */
    public List<MoveTicket> waiting(int limit) {
        return states.values().stream()
                .flatMap(state -> state.waiting().stream())
                .filter(ticket -> !ticket.hasEnded(timers.epochMillis()))
                .limit(limit)
                .toList();
    }

    /** Keeps a ticket until it is used or ends; throws {@link IllegalArgumentException} with the reason why it cannot be used. */
    public MoveTicket offer(String text) {
        MoveTicket ticket = checked(text, epochMillis());
        if (!values.hasRoom()) {
            throw new IllegalArgumentException(
                    "the ticket cannot be stored: the disk of the map-server's state-directory is full");
        }
        sharing.accept(text);
        return ticket;
    }

    /** What {@link #offer} said, on every member of a cluster, when it was agreed on; one that cannot be used is ignored. */
    public void offered(String text, long epochMillis) {
        MoveTicket ticket;
        try {
            ticket = checked(text, epochMillis);
        } catch (IllegalArgumentException e) {
            return; // was overtaken by another
        }
        if (!states.containsKey(ticket.eid()) && states.size() >= capacity) {
            over(epochMillis).forEach(this::forget);
        }
        put(ticket.eid(), states.getOrDefault(ticket.eid(), TicketState.NONE).with(ticket, text));
    }

    private MoveTicket checked(String text, long now) {
        MoveTicket ticket = MoveTicket.verify(text, keys)
                .orElseThrow(() ->
                        new IllegalArgumentException("this is no ticket, or none of movement.ticket-keys signed it"));
        if (ticket.hasEnded(now)) {
            throw new IllegalArgumentException("the ticket was good until " + ticket.notAfter());
        }
        TicketState known = states.getOrDefault(ticket.eid(), TicketState.NONE);
        long last = Math.max(
                known.epoch(), known.waiting().map(MoveTicket::epoch).orElse(-1L) - (known.waits(text) ? 1 : 0));
        if (ticket.epoch() <= last) {
            throw new IllegalArgumentException("the epoch must be above " + last + ", that of the last ticket of "
                    + ticket.eid() + ", and is " + ticket.epoch());
        }
        if (!states.containsKey(ticket.eid())
                && states.size() >= capacity
                && over(now).isEmpty()) {
            throw new IllegalArgumentException(
                    "tickets of " + capacity + " EIDs are remembered already: raise movement.tickets");
        }
        return ticket;
    }

    /** What no ticket that is good can depend on. */
    private List<EidPrefix> over(long now) {
        return states.entrySet().stream()
                .filter(entry -> entry.getValue().hasEnded(now))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void forget(EidPrefix prefix) {
        states.remove(prefix);
        values.remove(StateValues.Kind.TICKET, key(prefix));
    }

    /** Why there is no ticket for this move; empty when there is. */
    Optional<String> refusal(EidPrefix prefix, List<RlocRecord> has, List<RlocRecord> gets, long epochMillis) {
        Optional<MoveTicket> waiting =
                states.getOrDefault(prefix, TicketState.NONE).waiting();
        if (waiting.isEmpty()) {
            return Optional.of("it has no ticket for the move");
        }
        MoveTicket ticket = waiting.get();
        if (ticket.hasEnded(epochMillis)) {
            return Optional.of("its ticket was good until " + ticket.notAfter());
        }
        return ticket.permits(prefix, addresses(has), addresses(gets)::contains)
                ? Optional.empty()
                : Optional.of("its ticket is for another move: " + ticket.move());
    }

    private static List<IpAddress> addresses(List<RlocRecord> locators) {
        return locators.stream()
                .filter(locator -> locator.locator() instanceof IpAddress)
                .map(locator -> (IpAddress) locator.locator())
                .toList();
    }

    /** The ticket that waits is used up by a move to {@code site}. */
    void use(EidPrefix prefix, String site) {
        put(prefix, states.getOrDefault(prefix, TicketState.NONE).used(site));
    }

    boolean isAt(EidPrefix prefix, String site) {
        return states.getOrDefault(prefix, TicketState.NONE).site().equals(site);
    }

    /** Who has it now: a site that it came to by ticket and left again is a stranger once more. */
    void seenAt(EidPrefix prefix, Collection<String> sites) {
        TicketState known = states.get(prefix);
        if (known != null && !known.site().isEmpty() && !sites.contains(known.site())) {
            put(prefix, known.gone());
        }
    }

    private void put(EidPrefix prefix, TicketState state) {
        states.put(prefix, state);
        values.put(StateValues.Kind.TICKET, key(prefix), state.octets());
    }

    private static Octets key(EidPrefix prefix) {
        return Octets.copyOf(prefix.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.US_ASCII);
    }
}
