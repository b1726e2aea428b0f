package io.godwit.mapresolver.config;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * A map-server, or a DNS name under which several are found.
 *
 * @param srv name of SRV records, such as {@code _lisp-ms._udp.example.org}
 * @param prefixes the EID-prefixes it serves; all of them when empty
 * @param dnssec take only what the DNS server says it has validated
 */
public record MapServerEntry(
        Optional<IpAddress> address, Optional<String> srv, List<EidPrefix> prefixes, boolean dnssec) {
    public MapServerEntry {
        prefixes = List.copyOf(prefixes);
    }
}
