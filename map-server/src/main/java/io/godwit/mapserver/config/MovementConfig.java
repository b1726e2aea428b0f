package io.godwit.mapserver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ticket.TicketKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which EIDs other sites than their own may have.
 *
 * @param rules what none of them allows is refused
 * @param ticketKeys files with Ed25519 public keys (PEM); with any, each move that a rule allows needs a ticket that one of them signed
 * @param tickets EIDs at most of which tickets are remembered
 */
public record MovementConfig(List<Rule> rules, List<Path> ticketKeys, int tickets) implements Checked {
    /**
     * @param eids with their instance: {@code [7]10.1.0.0/24}
     * @param from names of sites that have the EID; empty for any
     * @param to names of sites that may get it
     * @param perMinute moves by this rule, and as many at once
     * @param atMost EIDs that are away by this rule at a time
     * @param when at all other times the rule does not exist
     */
    public record Rule(
            EidPrefix eids,
            List<String> from,
            List<String> to,
            Optional<Integer> perMinute,
            Optional<Integer> atMost,
            Optional<TimeWindow> when) {
        public Rule {
            from = List.copyOf(from);
            to = List.copyOf(to);
        }
    }

    @Override
    public void check(Problems problems) {
        for (int i = 0; i < ticketKeys.size(); i++) {
            try {
                TicketKeys.read(ticketKeys.get(i));
            } catch (IllegalArgumentException e) {
                problems.add("/ticket-keys/" + i, String.valueOf(e.getMessage()));
            }
        }
    }

    /** To be called with the names of all sites. */
    void checkSites(Set<String> names, Problems problems) {
        for (int i = 0; i < rules.size(); i++) {
            checkSites("/rules/" + i + "/from/", rules.get(i).from(), names, problems);
            checkSites("/rules/" + i + "/to/", rules.get(i).to(), names, problems);
        }
    }

    private static void checkSites(String path, List<String> named, Set<String> names, Problems problems) {
        for (int i = 0; i < named.size(); i++) {
            if (!names.contains(named.get(i))) {
                problems.add(path + i, "there is no site '" + named.get(i) + "'");
            }
        }
    }
}
