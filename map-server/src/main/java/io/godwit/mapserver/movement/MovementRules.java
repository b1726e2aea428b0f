package io.godwit.mapserver.movement;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.RateTable;
import io.godwit.mapserver.config.MovementConfig;
import io.godwit.mapserver.database.Contribution;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.registration.MovementPolicy;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The configured movement policy. A site may always have its own EIDs; those of others only by a rule, and with a ticket where tickets are
 * wanted. What it got it may register again and again, until it is somewhere else.
 */
public final class MovementRules implements MovementPolicy {
    /** The same refusal is told again after this. */
    private static final long TELL_AGAIN_NANOS = 60_000_000_000L;

    private static final int TOLD_PLACES = 1 << 12;

    private final List<Rule> rules;
    private final List<Site> hosts;
    private final Sites sites;
    private final Optional<Tickets> tickets;
    private final Timers timers;
    private final Consumer<Decision> listener;
    private final RateTable told = new RateTable(TOLD_PLACES, TELL_AGAIN_NANOS, 1);

    /** @param tickets that moves need, if they do */
    public MovementRules(
            MovementConfig config, Sites sites, Optional<Tickets> tickets, Timers timers, Consumer<Decision> listener) {
        this.sites = sites;
        this.tickets = tickets;
        this.timers = timers;
        this.listener = listener;
        rules = config.rules().stream()
                .map(rule -> new Rule(
                        rule,
                        rule.to().stream()
                                .flatMap(name -> sites.named(name).stream())
                                .toList()))
                .toList();
        hosts = rules.stream().flatMap(rule -> rule.to().stream()).distinct().toList();
    }

    /** Counts what was away when an earlier run ended. */
    public void restore(MappingDatabase database) {
        if (rules.stream().noneMatch(Rule::counts)) {
            return;
        }
        database.forEach(mapping -> {
            for (Contribution one : mapping.contributions()) {
                Site at = one.registrant().site();
                if (!sites.mayRegister(at, mapping.prefix())) {
                    rules.stream()
                            .filter(rule -> rule.counts()
                                    && rule.concerns(mapping.prefix())
                                    && rule.to().contains(at))
                            .findFirst()
                            .ifPresent(rule -> rule.left(mapping.prefix()));
                }
            }
            return true;
        });
    }

    @Override
    public List<Site> hosts() {
        return hosts;
    }

    @Override
    public Optional<String> refusal(EidPrefix prefix, Registrant by, EidRecord record, Optional<Mapping> current) {
        Set<String> from = from(prefix, current);
        if (isThere(prefix, by, current)) {
            return Optional.empty();
        }
        long now = timers.epochMillis();
        Optional<Rule> rule = rule(prefix, by, from, now);
        Optional<String> refusal = rule.isEmpty()
                ? noRule(from, by)
                : rule.get()
                        .full()
                        .or(() -> ticketRefusal(prefix, record, current, now))
                        .or(() -> rule.get().hurry(timers.nanoTime()));
        refusal.ifPresent(why -> tell(prefix, by, record, current, false, why));
        return refusal;
    }

    @Override
    public Optional<String> take(
            EidPrefix prefix, Registrant by, EidRecord record, Optional<Mapping> current, long epochMillis) {
        if (isThere(prefix, by, current)) {
            return Optional.empty();
        }
        Set<String> from = from(prefix, current);
        Optional<Rule> rule = rule(prefix, by, from, epochMillis);
        Optional<String> refusal =
                rule.isEmpty() ? noRule(from, by) : ticketRefusal(prefix, record, current, epochMillis);
        if (refusal.isEmpty()) {
            go(prefix, by.site().name(), rule.orElseThrow());
        }
        tell(prefix, by, record, current, refusal.isEmpty(), refusal.orElseGet(() -> rule.orElseThrow()
                .toString()));
        return refusal;
    }

    /** Whether it has it already, or came there with a ticket and has not been elsewhere since. */
    private boolean isThere(EidPrefix prefix, Registrant by, Optional<Mapping> current) {
        String to = by.site().name();
        List<Contribution> holders = current.map(Mapping::contributions).orElse(List.of());
        return holders.isEmpty()
                ? isStillAt(prefix, to)
                : holders.stream()
                        .anyMatch(one -> one.registrant().site().name().equals(to));
    }

    /** The sites that have it; of what nobody has, the one it belongs to. */
    private Set<String> from(EidPrefix prefix, Optional<Mapping> current) {
        Set<String> from = new LinkedHashSet<>();
        current.ifPresent(mapping -> mapping.contributions()
                .forEach(one -> from.add(one.registrant().site().name())));
        if (from.isEmpty()) {
            sites.owner(prefix).ifPresent(owner -> from.add(owner.site().name()));
        }
        return from;
    }

    private Optional<Rule> rule(EidPrefix prefix, Registrant by, Set<String> from, long epochMillis) {
        return rules.stream()
                .filter(one -> one.allows(prefix, by.site(), from))
                .filter(one -> one.isOpen(epochMillis))
                .findFirst();
    }

    private static Optional<String> noRule(Set<String> from, Registrant by) {
        return Optional.of("no rule of movement.rules lets it go from " + String.join(", ", from) + " to "
                + by.site().name() + " now");
    }

    private Optional<String> ticketRefusal(
            EidPrefix prefix, EidRecord record, Optional<Mapping> current, long epochMillis) {
        return tickets.flatMap(its -> its.refusal(prefix, has(current), record.locators(), epochMillis));
    }

    private static List<RlocRecord> has(Optional<Mapping> current) {
        return current.map(mapping -> mapping.view().locators()).orElse(List.of());
    }

    /** It came there with a ticket and has not been elsewhere since: its registration ran out. */
    private boolean isStillAt(EidPrefix prefix, String site) {
        return tickets.isPresent() && tickets.get().isAt(prefix, site);
    }

    private void go(EidPrefix prefix, String to, Rule rule) {
        tickets.ifPresent(its -> its.use(prefix, to));
        rules.forEach(other -> other.returned(prefix));
        if (rule.counts()) {
            rule.left(prefix);
        }
    }

    private void tell(
            EidPrefix prefix, Registrant by, EidRecord record, Optional<Mapping> current, boolean allowed, String why) {
        int epoch = current.map(Mapping::epoch).orElse(0);
        tell(new Decision(prefix, allowed, why, has(current), record.locators(), by, epoch));
    }

    private void tell(Decision decision) {
        long about = decision.why().hashCode() * 31L + decision.by().hashCode();
        if (decision.allowed() || told.allow(RateTable.key(decision.prefix(), about), timers.nanoTime())) {
            listener.accept(decision);
        }
    }

    @Override
    public void onChange(MappingChange change) {
        EidPrefix prefix = change.mapping().prefix();
        List<Contribution> left = change.mapping().contributions();
        for (Rule rule : rules) {
            if (rule.isAway(prefix)
                    && left.stream().noneMatch(one -> rule.to()
                            .contains(one.registrant().site()))) {
                rule.returned(prefix);
            }
        }
        if (!left.isEmpty()) {
            tickets.ifPresent(its -> its.seenAt(
                    prefix,
                    left.stream().map(one -> one.registrant().site().name()).toList()));
        }
    }
}
