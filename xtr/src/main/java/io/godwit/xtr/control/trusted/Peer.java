package io.godwit.xtr.control.trusted;

import io.godwit.packet.data.LispGpe;
import io.godwit.packet.data.LispHeader;

/** An RLOC that packets go to with more than an instance-id in their header, or that others say is down. */
final class Peer {
    final boolean trusted;
    final boolean gpe;
    final EchoNonce echo;
    /** Another locator of its site says so in its status bits. */
    boolean saidDown;

    long saidDownNanos;
    long lastUsedNanos;
    private boolean reachable = true;

    Peer(boolean trusted, boolean gpe, EchoNonce echo) {
        this.trusted = trusted;
        this.gpe = gpe;
        this.echo = echo;
    }

    /** Whether {@link #isReachable} has another answer than when asked last. */
    boolean changes() {
        boolean now = isReachable();
        boolean changed = now != reachable;
        reachable = now;
        return changed;
    }

    boolean isReachable() {
        return !saidDown && !echo.isDown();
    }

    /**
     * The header words to it for inner packets of a family; P goes with neither nonce nor versions (RFC 9305 section 3).
     *
     * @param sendsVersions V, which the forwarding path completes with the versions of the two mappings
     */
    long header(boolean innerIpv6, boolean sendsVersions, boolean sendsBits, int statusBits) {
        int word0 = gpe
                ? LispHeader.withNextProtocol(innerIpv6 ? LispGpe.IPV6 : LispGpe.IPV4)
                : trusted ? (sendsVersions ? LispHeader.MAP_VERSIONS_PRESENT : echo.word0()) : 0;
        if (!trusted || !sendsBits) {
            return (long) word0 << 32;
        }
        return (long) (word0 | LispHeader.LOCATOR_STATUS_BITS_PRESENT) << 32 | (statusBits & 0xffff_ffffL);
    }
}
