package io.godwit.xtr.control.mobility;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ticket.MoveTicket;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.MovesConfig;
import io.godwit.xtr.config.MovesConfig.RuleConfig;
import io.godwit.xtr.control.core.OwnLocators;
import io.godwit.xtr.fib.Locator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may come to this site. Without a configuration everybody may who lies within a dynamic EID-prefix; with one, only hosts of the home
 * prefixes by themselves, and others by a rule, and with a ticket where tickets are wanted. Says why not.
 */
public final class MovePolicy {
    private static final Duration RATE_WINDOW = Duration.ofMinutes(1);

    private record Window(long startNanos, int moves) {}

    private final Optional<MovesConfig> config;
    private final List<PublicKey> keys;
    private final OwnLocators own;
    private final Timers timers;
    private final Map<RuleConfig, Window> windows = new HashMap<>();
    private final MoveJournal journal;

    /** @param keys of tickets; as many as the configuration names */
    public MovePolicy(
            Optional<MovesConfig> config, List<PublicKey> keys, OwnLocators own, Timers timers, MoveJournal journal) {
        this.config = config;
        this.keys = List.copyOf(keys);
        this.own = own;
        this.timers = timers;
        this.journal = journal;
    }

    /** Why a host that nobody announced may not be here; empty when it may. */
    Optional<String> refusalToAppear(EidPrefix eid) {
        return isHome(eid)
                ? Optional.empty()
                : Optional.of(eid + " is not of moves.home, and no move of it is prepared here");
    }

    private boolean isHome(EidPrefix eid) {
        return config.isEmpty() || config.get().home().stream().anyMatch(prefix -> prefix.covers(eid));
    }

    /** Why a host may not be prepared to come; empty when it may, and then the rate and the ticket are used up. */
    Optional<String> refusalToCome(EidPrefix eid, List<Locator> from, Optional<String> ticket) {
        if (isHome(eid)) {
            return Optional.empty();
        }
        Optional<RuleConfig> rule = config.orElseThrow().rules().stream()
                .filter(r -> r.eids().covers(eid) && from.stream().allMatch(rloc -> isFrom(r, rloc.address())))
                .findFirst();
        if (rule.isEmpty()) {
            return Optional.of("no rule of moves.rules lets " + eid + " come from " + NotifyAgent.text(from));
        }
        Optional<String> bad = keys.isEmpty() ? Optional.empty() : refusalOfTicket(eid, from, ticket);
        return bad.isPresent() ? bad : refusalOfRate(rule.get());
    }

    private static boolean isFrom(RuleConfig rule, IpAddress rloc) {
        return rule.from().isEmpty() || rule.from().stream().anyMatch(prefix -> prefix.covers(EidPrefix.host(0, rloc)));
    }

    private Optional<String> refusalOfRate(RuleConfig rule) {
        long now = timers.nanoTime();
        Window window = windows.get(rule);
        if (window == null || now - window.startNanos >= RATE_WINDOW.toNanos()) {
            window = new Window(now, 0);
        }
        if (rule.perMinute() > 0 && window.moves >= rule.perMinute()) {
            return Optional.of(rule.perMinute() + " moves a minute of " + rule.eids() + " have come already");
        }
        windows.put(rule, new Window(window.startNanos, window.moves + 1));
        return Optional.empty();
    }

    private Optional<String> refusalOfTicket(EidPrefix eid, List<Locator> from, Optional<String> text) {
        if (text.isEmpty()) {
            return Optional.of("a move of " + eid + " needs a ticket");
        }
        Optional<MoveTicket> verified = MoveTicket.verify(text.get(), keys);
        if (verified.isEmpty()) {
            return Optional.of("the ticket is not signed with a key of moves.ticket-keys");
        }
        MoveTicket ticket = verified.get();
        if (!ticket.permits(eid, from.stream().map(Locator::address).toList(), own::owns)) {
            return Optional.of("the ticket is for another move: " + ticket.move());
        }
        if (ticket.hasEnded(timers.epochMillis())) {
            return Optional.of("the ticket was good until " + ticket.notAfter());
        }
        if (ticket.epoch() <= journal.ticketEpoch(eid)) {
            return Optional.of("the ticket's epoch " + ticket.epoch() + " has been used: the last one was "
                    + journal.ticketEpoch(eid));
        }
        journal.ticketUsed(eid, ticket.epoch());
        return Optional.empty();
    }
}
