package io.godwit.hypervisor.agent;

import io.godwit.hypervisor.config.HypervisorConfig.SiteConfig;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** The other sites, and which of them a guest goes to or comes from. */
final class Sites {
    private final List<SiteConfig> sites;
    private final IntFunction<Set<IpAddress>> peers;

    /** @param peers with whom a process has connections */
    Sites(List<SiteConfig> sites, IntFunction<Set<IpAddress>> peers) {
        this.sites = List.copyOf(sites);
        this.peers = peers;
    }

    /** The only one; of several the one with whose hypervisor the guest's process has a connection. */
    Optional<SiteConfig> of(List<Card> cards) {
        if (sites.size() == 1) {
            return Optional.of(sites.getFirst());
        }
        Set<IpAddress> connected = cards.isEmpty() || cards.getFirst().pid() == 0
                ? Set.of()
                : peers.apply(cards.getFirst().pid());
        return sites.stream()
                .filter(site -> connected.stream().anyMatch(peer -> isHost(site, peer)))
                .findFirst();
    }

    private static boolean isHost(SiteConfig site, IpAddress peer) {
        return site.hosts().stream().anyMatch(hosts -> hosts.covers(EidPrefix.host(0, peer)));
    }
}
