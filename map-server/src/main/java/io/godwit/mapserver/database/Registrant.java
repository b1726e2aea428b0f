package io.godwit.mapserver.database;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapserver.site.Site;
import io.godwit.packet.auth.AuthenticationKey;

/**
 * Who registered, by one Map-Register.
 *
 * @param key that signed it, and that signs what is sent to the xTR
 * @param source it came from
 * @param proxyReply P: answer for it
 * @param merge a: unite its locators with those of other xTRs
 * @param wantNotify M
 * @param useTtl T: the registration lasts for the Record TTL
 */
public record Registrant(
        XtrKey xtr,
        Site site,
        AuthenticationKey key,
        Endpoint source,
        boolean proxyReply,
        boolean merge,
        boolean wantNotify,
        boolean useTtl) {

    /** The key and the site are shared, so that comparing them by identity is enough: secrets are not looked at for every message. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
        return other instanceof Registrant one
                && one.site == site
                && one.key == key
                && one.xtr.equals(xtr)
                && one.source.equals(source)
                && one.proxyReply == proxyReply
                && one.merge == merge
                && one.wantNotify == wantNotify
                && one.useTtl == useTtl;
    }

    @Override
    public int hashCode() {
        return xtr.hashCode();
    }
}
