package io.godwit.mapserver.movement;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.RateTable;
import io.godwit.mapserver.config.MovementConfig;
import io.godwit.mapserver.site.Site;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A rule of the configuration and what it has allowed. */
final class Rule {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final MovementConfig.Rule config;
    private final List<Site> to;
    private final Optional<RateTable> pace;
    /** EIDs away by this rule, as long as they are counted. */
    private final Set<EidPrefix> away = new HashSet<>();

    Rule(MovementConfig.Rule config, List<Site> to) {
        this.config = config;
        this.to = List.copyOf(to);
        pace = config.perMinute().map(moves -> new RateTable(1, MINUTE_NANOS / moves, moves));
    }

    List<Site> to() {
        return to;
    }

    boolean concerns(EidPrefix prefix) {
        return config.eids().covers(prefix);
    }

    boolean allows(EidPrefix prefix, Site site, Collection<String> from) {
        return concerns(prefix)
                && to.contains(site)
                && (config.from().isEmpty() || config.from().containsAll(from));
    }

    boolean isOpen(long epochMillis) {
        return config.when().isEmpty() || config.when().get().contains(Instant.ofEpochMilli(epochMillis));
    }

    boolean counts() {
        return config.atMost().isPresent();
    }

    Optional<String> full() {
        return config.atMost()
                .filter(most -> away.size() >= most)
                .map(most -> "already " + most + " EIDs are away by " + this);
    }

    /** Takes one of the moves of this minute. */
    Optional<String> hurry(long nowNanos) {
        return pace.filter(its -> !its.allow(0, nowNanos))
                .map(its ->
                        "more than " + config.perMinute().orElseThrow() + " moves in a minute would happen by " + this);
    }

    void left(EidPrefix prefix) {
        away.add(prefix);
    }

    void returned(EidPrefix prefix) {
        away.remove(prefix);
    }

    boolean isAway(EidPrefix prefix) {
        return away.contains(prefix);
    }

    @Override
    public String toString() {
        return "the rule for " + config.eids() + " to " + String.join(", ", config.to());
    }
}
