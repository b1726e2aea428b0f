package io.godwit.mapserver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What this process says as a DDT node (RFC 8111).
 *
 * @param authoritative EID-prefixes it knows all delegations of; a root has 0.0.0.0/0 and ::/0
 * @param delegations within these
 * @param hints where EID-prefixes outside of these can be asked for
 * @param peers every map-server of the sites configured here, this one included; without them referrals to them are incomplete
 */
public record DdtConfig(
        List<EidPrefix> authoritative, List<Delegation> delegations, List<Hint> hints, List<IpAddress> peers)
        implements Checked {
    public DdtConfig {
        authoritative = List.copyOf(authoritative);
        delegations = List.copyOf(delegations);
        hints = List.copyOf(hints);
        peers = List.copyOf(peers);
    }

    /**
     * @param nodes DDT nodes to which it is delegated
     * @param mapServers map-servers to which it is delegated
     */
    public record Delegation(EidPrefix eid, List<IpAddress> nodes, List<IpAddress> mapServers) implements Checked {
        public Delegation {
            nodes = List.copyOf(nodes);
            mapServers = List.copyOf(mapServers);
        }

        @Override
        public void check(Problems problems) {
            if (nodes.isEmpty() && mapServers.isEmpty()) {
                problems.add("/eid", eid + " is delegated to nobody: name nodes or map-servers");
            }
        }
    }

    /** @param nodes DDT nodes that know more */
    public record Hint(EidPrefix eid, List<IpAddress> nodes) {
        public Hint {
            nodes = List.copyOf(nodes);
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
