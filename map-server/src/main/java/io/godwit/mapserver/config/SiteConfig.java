package io.godwit.mapserver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.KeyConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A site that may register.
 *
 * @param siteId refuses Map-Registers that carry another Site-ID than this
 * @param keys each valid at any time: add the new one, change the xTRs, remove the old one
 * @param replayProtection refuse a nonce that is not above the xTR's last one; false for xTRs whose nonces do not grow
 * @param subscribe let its xTRs subscribe to mappings (RFC 9437): they carry its Site-ID, and its first key signs what they are told
 * @param proxyReply answer (true) or forward (false) Map-Requests whatever the xTRs ask for
 * @param names distinguished names (RFC 9735) that it may register, with all that begin with them
 */
public record SiteConfig(
        String name,
        Optional<Long> siteId,
        List<KeyConfig> keys,
        List<PrefixConfig> prefixes,
        boolean replayProtection,
        Optional<Boolean> proxyReply,
        boolean subscribe,
        List<String> names)
        implements Checked {
    public SiteConfig {
        keys = List.copyOf(keys);
        prefixes = List.copyOf(prefixes);
        names = List.copyOf(names);
    }

    @Override
    public void check(Problems problems) {
        Set<String> seen = new HashSet<>();
        if (subscribe && siteId.isEmpty()) {
            problems.add("/subscribe", "site '" + name + "' has no site-id, by which a subscriber is known: add one");
        }
        for (int i = 0; i < keys.size(); i++) {
            KeyConfig key = keys.get(i);
            if (!seen.add(key.id() + " " + key.algorithm())) {
                problems.add(
                        "/keys/" + i + "/id",
                        "site '" + name + "' has two keys with id " + key.id() + " and algorithm " + key.algorithm());
            }
        }
    }
}
