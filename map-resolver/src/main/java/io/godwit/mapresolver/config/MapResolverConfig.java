package io.godwit.mapresolver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.packet.address.IpAddress;
import java.util.List;

/**
 * The map-resolver's configuration file.
 *
 * @param listen addresses to bind, by default every IPv4 and IPv6 address
 * @param port UDP port, normally 4342
 * @param mapServers in order of preference where several serve an EID
 */
public record MapResolverConfig(
        List<IpAddress> listen, int port, List<MapServerEntry> mapServers, ManagementConfig management)
        implements Checked {
    private static final List<IpAddress> ANY = List.of(IpAddress.parse("0.0.0.0"), IpAddress.parse("::"));

    public MapResolverConfig {
        listen = listen.isEmpty() ? ANY : List.copyOf(listen);
        mapServers = List.copyOf(mapServers);
    }

    @Override
    public void check(Problems problems) {
        for (int i = 0; i < mapServers.size(); i++) {
            MapServerEntry entry = mapServers.get(i);
            if (entry.address().isPresent() == entry.srv().isPresent()) {
                problems.add("/map-servers/" + i, "a map-server has either an address or an srv name");
            }
        }
    }
}
