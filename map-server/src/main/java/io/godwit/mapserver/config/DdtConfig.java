package io.godwit.mapserver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.ReferralKeyFiles;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What this process says as a DDT node (RFC 8111).
 *
 * @param authoritative EID-prefixes it knows all delegations of; a root has 0.0.0.0/0 and ::/0
 * @param delegations within these
 * @param hints where EID-prefixes outside of these can be asked for
 * @param peers every map-server of the sites configured here, this one included; without them referrals to them are incomplete
 * @param signing how referrals are signed; without it they are not
 */
public record DdtConfig(
        List<EidPrefix> authoritative,
        List<Delegation> delegations,
        List<Hint> hints,
        List<IpAddress> peers,
        Optional<SigningConfig> signing)
        implements Checked {
    public DdtConfig {
        authoritative = List.copyOf(authoritative);
        delegations = List.copyOf(delegations);
        hints = List.copyOf(hints);
        peers = List.copyOf(peers);
    }

    /** One that does not sign. */
    public DdtConfig(
            List<EidPrefix> authoritative, List<Delegation> delegations, List<Hint> hints, List<IpAddress> peers) {
        this(authoritative, delegations, hints, peers, Optional.empty());
    }

    /**
     * @param nodes DDT nodes to which it is delegated
     * @param mapServers map-servers to which it is delegated
     * @param publicKeys files with the RSA keys (PEM) of which one verifies what these sign
     */
    public record Delegation(EidPrefix eid, List<IpAddress> nodes, List<IpAddress> mapServers, List<Path> publicKeys)
            implements Checked {
        public Delegation {
            nodes = List.copyOf(nodes);
            mapServers = List.copyOf(mapServers);
            publicKeys = List.copyOf(publicKeys);
        }

        public Delegation(EidPrefix eid, List<IpAddress> nodes, List<IpAddress> mapServers) {
            this(eid, nodes, mapServers, List.of());
        }

        @Override
        public void check(Problems problems) {
            if (nodes.isEmpty() && mapServers.isEmpty()) {
                problems.add("/eid", eid + " is delegated to nobody: name nodes or map-servers");
            }
            ReferralKeyFiles.check(publicKeys, "/public-keys", problems);
        }
    }

    /**
     * @param nodes DDT nodes that know more
     * @param publicKeys files with the RSA keys (PEM) of which one verifies what these sign
     */
    public record Hint(EidPrefix eid, List<IpAddress> nodes, List<Path> publicKeys) implements Checked {
        public Hint {
            nodes = List.copyOf(nodes);
            publicKeys = List.copyOf(publicKeys);
        }

        public Hint(EidPrefix eid, List<IpAddress> nodes) {
            this(eid, nodes, List.of());
        }

        @Override
        public void check(Problems problems) {
            ReferralKeyFiles.check(publicKeys, "/public-keys", problems);
        }
    }

    @Override
    public void check(Problems problems) {
        Set<EidPrefix> seen = new HashSet<>();
        for (int i = 0; i < delegations.size(); i++) {
            EidPrefix eid = delegations.get(i).eid();
            String path = "/delegations/" + i + "/eid";
            if (!seen.add(eid)) {
                problems.add(path, eid + " is delegated twice: name all its nodes and map-servers in one place");
            }
            if (authoritative.stream().noneMatch(own -> own.covers(eid))) {
                problems.add(path, eid + " lies in none of the authoritative prefixes: add the one it is part of");
            }
        }
    }
}
