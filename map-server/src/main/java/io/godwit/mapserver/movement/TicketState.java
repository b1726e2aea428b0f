package io.godwit.mapserver.movement;

import io.godwit.mapping.ticket.MoveTicket;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an EID's tickets.
 *
 * @param epoch of the last that was used, or -1
 * @param endMillis when that one ended, wall clock
 * @param site where it brought the EID, which has not been elsewhere since; else empty
 * @param waiting one that is to be used
 * @param text of the one that waits, or empty
 */
record TicketState(long epoch, long endMillis, String site, Optional<MoveTicket> waiting, String text) {
    static final TicketState NONE = new TicketState(-1, 0, "", Optional.empty(), "");
    private static final int LINES = 4;

    TicketState with(MoveTicket ticket, String itsText) {
        return new TicketState(epoch, endMillis, site, Optional.of(ticket), itsText);
    }

    boolean waits(String itsText) {
        return waiting.isPresent() && text.equals(itsText);
    }

    TicketState used(String to) {
        return waiting.map(ticket ->
                        new TicketState(ticket.epoch(), ticket.notAfter().toEpochMilli(), to, Optional.empty(), ""))
                .orElse(this);
    }

    TicketState gone() {
        return new TicketState(epoch, endMillis, "", waiting, text);
    }

    /** Whether forgetting it lets no ticket be used that was used before. */
    boolean hasEnded(long nowMillis) {
        return endMillis < nowMillis && site.isEmpty() && waiting.stream().allMatch(one -> one.hasEnded(nowMillis));
    }

    /** Four lines: epoch, end, text, site. */
    byte[] octets() {
        return (epoch + "\n" + endMillis + "\n" + text + "\n" + site).getBytes(StandardCharsets.UTF_8);
    }

    /** One that waits and that none of {@code keys} signed any more is left out. */
    static Optional<TicketState> read(byte[] octets, List<PublicKey> keys) {
        String[] lines = new String(octets, StandardCharsets.UTF_8).split("\n", LINES);
        if (lines.length != LINES) {
            return Optional.empty();
        }
        Optional<MoveTicket> waiting = MoveTicket.verify(lines[2], keys);
        return Optional.of(new TicketState(
                Long.parseLong(lines[0]),
                Long.parseLong(lines[1]),
                lines[3],
                waiting,
                waiting.isPresent() ? lines[2] : ""));
    }
}
