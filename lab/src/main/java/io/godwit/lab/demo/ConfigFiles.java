package io.godwit.lab.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Configuration files of the five daemons, and the secrets that they share. */
public final class ConfigFiles {
    /** Of each xTR: its TUN. */
    public static final String TUN = "godwit0";

    private static final int SECRET_OCTETS = 16;
    /** For documentation: no host is there. */
    private static final String NOBODY = "203.0.113.0/24";

    /** One of the map-server's sites, after the others. */
    private static final String SUBSCRIBERS =
            "  - {name: itrs, site-id: 9, subscribe: true, keys: [{id: 1, file: itrs.key}],"
                    + " prefixes: [{eid: 10.9.0.0/24}]}";

    private final Topology topology;
    private final Path folder;
    private final boolean stampede;
    private final Set<Host> closed = EnumSet.noneOf(Host.class);

    public ConfigFiles(Topology topology, Path folder) {
        this(topology, folder, false);
    }

    /** @param stampede the map-server has a site whose xTRs may subscribe; the clouds have a move channel, and much room for packets that wait */
    ConfigFiles(Topology topology, Path folder, boolean stampede) {
        this.topology = topology;
        this.folder = folder;
        this.stampede = stampede;
    }

    /** A cloud whose policy lets no guest in; to be said before {@link #write}. */
    public void admitNobody(Host cloud) {
        closed.add(cloud);
    }

    public void write() {
        secret("vms.key");
        secret("clients.key");
        secret("itrs.key");
        secret("move.key");
        for (Host host : Host.values()) {
            put(host.label() + ".yaml", text(host));
        }
    }

    public Path of(Host host) {
        return folder.resolve(host.label() + ".yaml");
    }

    public Path socket(Host host) {
        return folder.resolve(host.label() + ".sock");
    }

    private String text(Host host) {
        return switch (host) {
            case CLOUD_A, CLOUD_B, CLIENT_SITE -> xtr(host);
            case MAP_SERVER -> mapServer();
            case MAP_RESOLVER -> mapResolver();
        };
    }

    private String mapServer() {
        return """
            sites:
              - name: vms
                keys: [{id: 1, file: vms.key}]
                prefixes:
                  - {eid: "%s", accept-more-specifics: true}
                  - {eid: "%s", accept-more-specifics: true}
                  - {eid: "00:00:00:00:00:00/0", accept-more-specifics: true}
              - name: clients
                site-id: 1
                subscribe: true
                keys: [{id: 1, file: clients.key}]
                prefixes:
                  - {eid: "%s"}
                  - {eid: "%s"}
            %s
            management: {socket: %s}
            """.formatted(
                        Subnet.VMS.prefix4(),
                        Subnet.VMS.prefix6(),
                        Subnet.CLIENTS.prefix4(),
                        Subnet.CLIENTS.prefix6(),
                        stampede ? SUBSCRIBERS : "",
                        socket(Host.MAP_SERVER));
    }

    private String moveChannel(Host site) {
        Host other = site == Host.CLOUD_A ? Host.CLOUD_B : Host.CLOUD_A;
        return stampede && site.isCloud()
                ? "move-channel: {peers: [{name: %s, rlocs: [\"%s\"], key: {id: 1, file: move.key}}]}"
                        .formatted(other.label(), common(site, other))
                : "";
    }

    private String mapResolver() {
        return """
            map-servers:
              - {address: "%s"}
            management: {socket: %s}
            """.formatted(addresses(Host.MAP_SERVER).getFirst(), socket(Host.MAP_RESOLVER));
    }

    private String xtr(Host site) {
        Subnet subnet = Subnet.of(site);
        String bridge = site.isCloud() ? Topology.VM_BRIDGE : Topology.CLIENT_BRIDGE;
        return """
            name: %s
            rlocs:%s
            %s
            instances: [{id: 0, tun: godwit0}]
            map-resolvers: ["%s"]
            map-servers:
              - {address: "%s", key: {id: 1, file: %s}}
            %s
            segments:
              - {interface: %s, gateway: ["%s/24", "%s/64"], mac: "%s"}
            eid-space:%s
            forwarding: {mtu: %d, parking: {packets-per-miss: 1024%s}}
            %s
            %s
            state-directory: %s
            management: {socket: %s}
            """.formatted(
                        site.label(),
                        list("{address: \"%s\"}", addresses(site)),
                        site.isCloud() ? "" : "site-id: 1",
                        common(site, Host.MAP_RESOLVER),
                        common(site, Host.MAP_SERVER),
                        site.isCloud() ? "vms.key" : "clients.key",
                        site.isCloud() ? dynamicEids() : database(),
                        bridge,
                        subnet.gateway4(),
                        subnet.gateway6(),
                        subnet.gatewayMac(),
                        list("\"%s\"", others(subnet)),
                        Topology.CORE_MTU,
                        stampede ? ", packets-per-arriving: 65536, eids: 8192, bytes: 268435456" : "",
                        moveChannel(site),
                        closed.contains(site) ? "moves: {home: [" + NOBODY + "]}" : "",
                        folder.resolve(site.label() + ".state"),
                        socket(site));
    }

    private static String dynamicEids() {
        return "dynamic-eids:"
                + list(
                        "{prefix: \"%s\", interface: " + Topology.VM_BRIDGE + ", register-macs: true}",
                        List.of(Subnet.VMS.prefix4(), Subnet.VMS.prefix6()));
    }

    private static String database() {
        return "database:" + list("{eid: \"%s\"}", List.of(Subnet.CLIENTS.prefix4(), Subnet.CLIENTS.prefix6()));
    }

    private static List<String> others(Subnet own) {
        Subnet other = own == Subnet.VMS ? Subnet.CLIENTS : Subnet.VMS;
        return List.of(other.prefix4(), other.prefix6());
    }

    /** RLOCs of a host, IPv4 first. */
    public List<String> addresses(Host host) {
        List<String> addresses = new ArrayList<>();
        if (topology.underlay().ipv4(host)) {
            addresses.add(host.ipv4());
        }
        if (topology.underlay().ipv6()) {
            addresses.add(host.ipv6());
        }
        return addresses;
    }

    /** The address of {@code to} in a family that {@code from} has too. */
    private String common(Host from, Host to) {
        return topology.underlay().ipv4(from) ? to.ipv4() : to.ipv6();
    }

    private static String list(String item, List<String> values) {
        return values.stream().map(value -> "\n  - " + item.formatted(value)).collect(Collectors.joining());
    }

    private void secret(String name) {
        byte[] octets = new byte[SECRET_OCTETS];
        new SecureRandom().nextBytes(octets);
        put(name, HexFormat.of().formatHex(octets) + "\n");
    }

    private void put(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
