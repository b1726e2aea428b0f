package io.godwit.mapserver.subscribe;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.packet.address.IpAddress;
import java.util.List;

/** That an xTR wants to hear of every change of an EID-prefix and of what lies within it. Changed by {@link Subscriptions} only. */
final class Subscription {
    private final EidPrefix prefix;
    private final XtrKey.XtrId xtr;
    private final Site site;
    private List<IpAddress> rlocs = List.of();
    /** Of the last Map-Notify, or of the request. */
    private long nonce;

    private boolean temporary;
    private long endsNanos;

    Subscription(EidPrefix prefix, XtrKey.XtrId xtr, Site site) {
        this.prefix = prefix;
        this.xtr = xtr;
        this.site = site;
    }

    /** A request came: it takes the place of all that was known (RFC 9437 section 5). */
    void renew(List<IpAddress> itrRlocs, long requestNonce) {
        rlocs = itrRlocs;
        nonce = requestNonce;
    }

    /** Nobody has the EID-prefix: the subscription ends unless it is asked for again. */
    void temporary(boolean isTemporary, long endNanos) {
        temporary = isTemporary;
        endsNanos = endNanos;
    }

    EidPrefix prefix() {
        return prefix;
    }

    XtrKey.XtrId xtr() {
        return xtr;
    }

    Site site() {
        return site;
    }

    /** Where Map-Notifies go; the first that can be reached is used. */
    List<IpAddress> rlocs() {
        return rlocs;
    }

    long nonce() {
        return nonce;
    }

    long nextNonce() {
        return ++nonce;
    }

    boolean isTemporary() {
        return temporary;
    }

    boolean hasEnded(long nowNanos) {
        return temporary && endsNanos - nowNanos <= 0;
    }
}
