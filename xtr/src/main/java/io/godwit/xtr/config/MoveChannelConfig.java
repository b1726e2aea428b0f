package io.godwit.xtr.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.KeyConfig;
import io.godwit.packet.address.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The other xTRs that hosts come from and go to, and talk with this one about that (docs/MOVE-CHANNEL.md).
 *
 * @param port UDP, the same at each of them
 */
public record MoveChannelConfig(int port, List<PeerConfig> peers) implements Checked {
    private static final int CONTROL_PORT = 4342;
    private static final int DATA_PORT = 4341;

    public MoveChannelConfig {
        peers = List.copyOf(peers);
    }

    /**
     * @param name by which moves name it
     * @param rlocs of its hosts; messages go to the first of a family that this xTR has
     * @param key shared with this one alone; HMAC-SHA-256, sent in full length
     */
    public record PeerConfig(String name, List<IpAddress> rlocs, KeyConfig key) {
        public PeerConfig {
            rlocs = List.copyOf(rlocs);
        }
    }

    @Override
    public void check(Problems problems) {
        Set<Object> seen = new HashSet<>();
        if (port == CONTROL_PORT || port == DATA_PORT) {
            problems.add("/port", port + " is used by LISP itself: take another");
        }
        for (int i = 0; i < peers.size(); i++) {
            PeerConfig peer = peers.get(i);
            if (!seen.add(peer.name())) {
                problems.add("/peers/" + i + "/name", peer.name() + " is used twice");
            }
            for (IpAddress rloc : peer.rlocs()) {
                if (!seen.add(rloc)) {
                    problems.add("/peers/" + i + "/rlocs", rloc + " is used twice");
                }
            }
            if (!peer.key().algorithm().equals("hmac-sha-256-128")) {
                problems.add("/peers/" + i + "/key/algorithm", "must be hmac-sha-256-128: leave it out");
            }
        }
    }
}
