package io.godwit.mapserver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The map-server's configuration file.
 *
 * @param listen addresses to bind, by default every IPv4 and IPv6 address
 * @param port UDP port, normally 4342
 * @param publicInternet anybody can send to it: keys of HMAC-SHA-1 are refused (RFC 9301 section 1.1)
 * @param ddt makes it a DDT node too
 * @param movement which EIDs other sites than their own may have; without, none
 * @param stateDirectory directory in which registrations and nonces outlive the process
 * @param cluster makes it one of several that keep one database
 * @param sessions lets xTRs keep their registrations by a session
 */
public record MapServerConfig(
        List<IpAddress> listen,
        int port,
        List<SiteConfig> sites,
        LimitsConfig limits,
        Optional<Path> stateDirectory,
        ManagementConfig management,
        boolean publicInternet,
        Optional<DdtConfig> ddt,
        Optional<MovementConfig> movement,
        Optional<ClusterConfig> cluster,
        Optional<SessionsConfig> sessions)
        implements Checked {
    private static final List<IpAddress> ANY = List.of(IpAddress.parse("0.0.0.0"), IpAddress.parse("::"));

    public MapServerConfig {
        listen = listen.isEmpty() ? ANY : List.copyOf(listen);
        sites = List.copyOf(sites);
    }

    @Override
    public void check(Problems problems) {
        Set<String> names = new HashSet<>();
        Map<EidPrefix, String> owners = new HashMap<>();
        if (sites.isEmpty() && ddt.isEmpty()) {
            problems.add("/sites", "there are no sites: add one, or make this a DDT node with ddt");
        }
        if (cluster.isPresent() && stateDirectory.isEmpty()) {
            problems.add("/cluster", "a member of a cluster needs a state-directory: add one");
        }
        if (cluster.isPresent() && sessions.isPresent()) {
            problems.add("/sessions", "a member of a cluster has no sessions: the others would not know who lives");
        }
        for (int i = 0; i < sites.size(); i++) {
            SiteConfig site = sites.get(i);
            Problems here = problems.at("/sites/" + i);
            if (!names.add(site.name())) {
                here.add("/name", "two sites are named '" + site.name() + "'");
            }
            for (int k = 0; k < site.keys().size() && publicInternet; k++) {
                if (!site.keys().get(k).isForPublicInternet()) {
                    here.add(
                            "/keys/" + k + "/algorithm",
                            site.keys().get(k).algorithm() + " must not be used with public-internet: use"
                                    + " hmac-sha-256-128-hkdf");
                }
            }
            for (int k = 0; k < site.prefixes().size(); k++) {
                EidPrefix eid = site.prefixes().get(k).eid();
                String other = owners.putIfAbsent(eid, site.name());
                if (other != null) {
                    here.add("/prefixes/" + k + "/eid", eid + " already belongs to site '" + other + "'");
                }
            }
        }
        movement.ifPresent(moves -> {
            moves.checkSites(names, problems.at("/movement"));
            if (!moves.ticketKeys().isEmpty() && stateDirectory.isEmpty()) {
                problems.add(
                        "/movement/ticket-keys", "tickets that were used must be remembered: add a state-directory");
            }
        });
    }
}
