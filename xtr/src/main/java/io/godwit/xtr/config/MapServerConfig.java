package io.godwit.xtr.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.KeyConfig;
import io.godwit.packet.address.IpAddress;
import java.util.Optional;

/**
 * A map-server where this xTR registers.
 *
 * @param proxyReply the map-server shall answer Map-Requests itself
 * @param subscribe ask it to publish changes of the mappings in use (RFC 9437), as long as it does
 * @param publicInternet anybody can send to it: keys of HMAC-SHA-1 are refused (RFC 9301 section 1.1)
 * @param sessionPort TCP port where it takes sessions that keep registrations (docs/REFRESH-SESSIONS.md)
 */
public record MapServerConfig(
        IpAddress address,
        KeyConfig key,
        boolean proxyReply,
        boolean subscribe,
        boolean publicInternet,
        Optional<Integer> sessionPort)
        implements Checked {
    /** Without a session. */
    public MapServerConfig(
            IpAddress address, KeyConfig key, boolean proxyReply, boolean subscribe, boolean publicInternet) {
        this(address, key, proxyReply, subscribe, publicInternet, Optional.empty());
    }

    /** On a trusted network, without subscriptions. */
    public MapServerConfig(IpAddress address, KeyConfig key, boolean proxyReply) {
        this(address, key, proxyReply, false, false);
    }

    @Override
    public void check(Problems problems) {
        if (publicInternet && !key.isForPublicInternet()) {
            problems.add(
                    "/key/algorithm",
                    key.algorithm() + " must not be used with public-internet: use" + " hmac-sha-256-128-hkdf");
        }
    }
}
