package io.godwit.xtr.config;

import io.godwit.daemon.config.KeyConfig;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * A router between hosts and this xTR, which says which hosts are behind it (RFC 9301 section 5.6, EID-notify).
 *
 * @param addresses where its Map-Registers come from; its hosts' next hop is the first one of their family
 * @param key of its Map-Registers, and of what it is told
 * @param eids prefixes of the hosts that it may have
 * @param maxEids hosts at a time
 */
public record FirstHopRouterConfig(
        String name, List<IpAddress> addresses, KeyConfig key, List<EidPrefix> eids, int maxEids) {
    public FirstHopRouterConfig {
        addresses = List.copyOf(addresses);
        eids = List.copyOf(eids);
    }

    /** Whether it may have {@code eid}. */
    public boolean covers(EidPrefix eid) {
        return eids.stream().anyMatch(prefix -> prefix.covers(eid));
    }

    /** The next hop to a host behind it. */
    public Optional<IpAddress> gatewayOf(IpAddress host) {
        return addresses.stream()
                .filter(address -> address.bits() == host.bits())
                .findFirst();
    }
}
