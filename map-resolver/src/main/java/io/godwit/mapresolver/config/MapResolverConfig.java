package io.godwit.mapresolver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.daemon.config.ReferralKeyFiles;
import io.godwit.daemon.net.Timers;
import io.godwit.mapresolver.ddt.ReferralTrust;
import io.godwit.packet.address.IpAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The map-resolver's configuration file.
 *
 * @param listen addresses to bind, by default every IPv4 and IPv6 address
 * @param port UDP port, normally 4342
 * @param mapServers in order of preference where several serve an EID
 * @param ddt where to ask for EIDs that none of them serves (RFC 8111)
 * @param requestsPerSource Map-Requests of one address in a second
 */
public record MapResolverConfig(
        List<IpAddress> listen,
        int port,
        List<MapServerEntry> mapServers,
        Optional<DdtRoots> ddt,
        int requestsPerSource,
        ManagementConfig management)
        implements Checked {
    private static final List<IpAddress> ANY = List.of(IpAddress.parse("0.0.0.0"), IpAddress.parse("::"));

    /**
     * @param roots addresses of DDT nodes to begin with
     * @param trustAnchors files with the RSA keys (PEM) that verify what the roots sign; without, signatures are not looked at
     * @param requireSignatures take nothing unsigned; so it is where there are trust anchors, unless this says false
     */
    public record DdtRoots(List<IpAddress> roots, List<Path> trustAnchors, Optional<Boolean> requireSignatures)
            implements Checked {
        public DdtRoots {
            roots = List.copyOf(roots);
            trustAnchors = List.copyOf(trustAnchors);
        }

        @Override
        public void check(Problems problems) {
            ReferralKeyFiles.check(trustAnchors, "/trust-anchors", problems);
            if (requireSignatures.orElse(false) && trustAnchors.isEmpty()) {
                problems.add(
                        "/require-signatures",
                        "signatures cannot be verified without the keys of the roots: add trust-anchors");
            }
        }

        /** Reads the keys. Throws {@link IllegalArgumentException} with a sentence that names the file. */
        public ReferralTrust trust(Timers timers) {
            return new ReferralTrust(
                    ReferralKeyFiles.readPublic(trustAnchors),
                    requireSignatures.orElse(!trustAnchors.isEmpty()),
                    timers);
        }
    }

    public MapResolverConfig {
        listen = listen.isEmpty() ? ANY : List.copyOf(listen);
        mapServers = List.copyOf(mapServers);
    }

    @Override
    public void check(Problems problems) {
        if (mapServers.isEmpty() && ddt.isEmpty()) {
            problems.add("/map-servers", "there is nobody to ask: add a map-server, or the roots of a tree with ddt");
        }
        for (int i = 0; i < mapServers.size(); i++) {
            MapServerEntry entry = mapServers.get(i);
            if (entry.address().isPresent() == entry.srv().isPresent()) {
                problems.add("/map-servers/" + i, "a map-server has either an address or an srv name");
            }
        }
    }
}
