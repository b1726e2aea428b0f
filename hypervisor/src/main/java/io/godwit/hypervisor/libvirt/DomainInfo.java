package io.godwit.hypervisor.libvirt;

import java.util.List;

/**
 * A domain.
 *
 * @param pid of its process, 0 if unknown
 */
public record DomainInfo(String name, List<Nic> nics, int pid) {
    public DomainInfo {
        nics = List.copyOf(nics);
    }

    /**
     * A network card.
     *
     * @param tap its interface at the host, or empty while it has none
     */
    public record Nic(String mac, String tap) {}
}
