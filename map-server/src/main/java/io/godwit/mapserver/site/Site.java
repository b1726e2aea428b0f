package io.godwit.mapserver.site;

import io.godwit.mapserver.config.SiteConfig;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import java.util.List;
import java.util.Optional;

/** A site and its keys, as {@link SiteConfig} describes it. */
public record Site(
        String name,
        Optional<Long> siteId,
        List<AuthenticationKey> keys,
        boolean replayProtection,
        Optional<Boolean> proxyReply,
        boolean subscribe) {
    public Site {
        keys = List.copyOf(keys);
    }

    /** A site whose xTRs may not subscribe. */
    public Site(
            String name,
            Optional<Long> siteId,
            List<AuthenticationKey> keys,
            boolean replayProtection,
            Optional<Boolean> proxyReply) {
        this(name, siteId, keys, replayProtection, proxyReply, false);
    }

    /** The key a message says it is signed with. */
    public Optional<AuthenticationKey> key(AuthenticationData authentication) {
        return key(authentication.keyId(), authentication.algorithmId());
    }

    public Optional<AuthenticationKey> key(int keyId, int algorithmId) {
        for (AuthenticationKey key : keys) {
            if (key.keyId() == keyId && key.algorithm().id() == algorithmId) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name;
    }
}
