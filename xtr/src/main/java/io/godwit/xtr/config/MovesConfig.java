package io.godwit.xtr.config;

import io.godwit.daemon.config.Checked;
import io.godwit.mapping.EidPrefix;
import java.nio.file.Path;
import java.util.List;

/**
 * Which hosts may come to this site.
 *
 * @param home prefixes whose hosts may appear here by themselves and come from everywhere
 * @param rules which others may come when a move is prepared
 * @param ticketKeys files with Ed25519 public keys (PEM); with any, each move of others needs a ticket that one of them signed
 */
public record MovesConfig(List<EidPrefix> home, List<RuleConfig> rules, List<Path> ticketKeys) implements Checked {

    /**
     * @param from RLOCs, or prefixes of RLOCs, of the site that has the host; empty for any
     * @param perMinute moves; 0 for any number
     */
    public record RuleConfig(EidPrefix eids, List<EidPrefix> from, int perMinute) {
        public RuleConfig {
            from = List.copyOf(from);
        }
    }

    @Override
    public void check(Problems problems) {
        for (int i = 0; i < rules.size(); i++) {
            for (EidPrefix from : rules.get(i).from()) {
                if (from.instanceId() != 0) {
                    problems.add("/moves/rules/" + i + "/from", from + " is no RLOC: an RLOC has no instance");
                }
            }
        }
    }
}
