package io.godwit.lab.layer2;

import io.godwit.bench.report.Checkout;
import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.client.ManagementException;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Namespace;
import io.godwit.lab.net.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Two clouds, each with a bridge and an xTR whose TAP device is a port of it, a map-server, and two hosts of one LAN, each in a network
 * namespace of its own.
 *
 * <pre>
 *  vm, peer -- br0 (cloud a) -- TAP xTR a -- core -- xTR b TAP -- br0 (cloud b)
 *                                             |
 *                                         map-server
 * </pre>
 */
final class BridgedClouds implements AutoCloseable {
    static final String VM_MAC = "52:54:00:aa:00:05";
    static final String VM_ADDRESS = "10.7.0.5";
    static final String PEER_ADDRESS = "10.7.0.9";
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(3);
    private static final String MAP_SERVER = "192.0.2.100";
    /** What a frame may have behind its header, in a core that carries 1500 octets. */
    private static final int LAN_MTU = 1450;

    private final Path folder;
    private final String prefix = "gwl2" + ProcessHandle.current().pid();
    private final List<Namespace> made = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Namespace core = make("core");
    final Namespace a;
    final Namespace b;
    final Namespace vm = make("vm");
    final Namespace peer = make("peer");

    BridgedClouds(Path folder) {
        this.folder = folder;
        try {
            core.ip("link add core type bridge");
            core.ip("link set core up");
            attachToCore(make("ms"), MAP_SERVER);
            a = cloud("a", "192.0.2.1");
            b = cloud("b", "192.0.2.2");
            host(vm, "vm", VM_ADDRESS);
            vm.ip("link set eth0 address " + VM_MAC);
            host(peer, "peer", PEER_ADDRESS);
        } catch (LabException e) {
            close();
            throw e;
        }
    }

    private Namespace make(String name) {
        Namespace namespace = new Namespace(prefix + name);
        namespace.create();
        made.add(namespace);
        return namespace;
    }

    private void attachToCore(Namespace namespace, String address) {
        String port = namespace.name().substring(prefix.length());
        core.ip("link add name " + port + " type veth peer name eth0 netns " + namespace.name());
        core.ip("link set dev " + port + " master core up");
        namespace.ip("link set eth0 up");
        namespace.ip("addr add " + address + "/24 dev eth0");
    }

    private Namespace cloud(String name, String address) {
        Namespace cloud = make(name);
        attachToCore(cloud, address);
        cloud.ip("link add br0 type bridge");
        cloud.ip("link set br0 up");
        return cloud;
    }

    private void host(Namespace host, String port, String address) {
        a.ip("link add name " + port + " type veth peer name eth0 netns " + host.name());
        a.ip("link set dev " + port + " mtu " + LAN_MTU + " master br0 up");
        host.ip("link set eth0 mtu " + LAN_MTU + " up");
        host.ip("addr add " + address + "/24 dev eth0");
    }

    /** The VM's cable goes from the bridge of the one cloud to that of the other. */
    void moveVm() {
        a.ip("link set vm netns " + b.name());
        b.ip("link set vm mtu " + LAN_MTU + " master br0 up");
    }

    void start() {
        write("site.key", "layer two");
        daemon("map-server", "ms", """
            sites:
              - name: clouds
                keys: [{id: 1, file: site.key}]
                prefixes: [{eid: "[7]00:00:00:00:00:00/0", accept-more-specifics: true}]
            management: {socket: %s}
            """);
        xtr("a", "192.0.2.1", "192.0.2.2");
        xtr("b", "192.0.2.2", "192.0.2.1");
        for (Node node : nodes) {
            Waiting.until(START, () -> !node.alive() || answers(node.name()), () -> {
                throw new LabException(node.name() + " does not answer: " + node.lastLines());
            });
            if (!node.alive()) {
                throw new LabException(node.name() + " ended: " + node.lastLines());
            }
        }
    }

    private void xtr(String name, String rloc, String other) {
        daemon(
                "xtr",
                name,
                """
                name: xtr-%s
                rlocs: [{address: %s}]
                instances: [{id: 7, layer2: {tap: gwtap7, bridge: br0, flood: [%s]}}]
                map-resolvers: [%s]
                map-servers: [{address: %s, key: {id: 1, file: site.key}}]
                state-directory: %s.state
                """.formatted(name, rloc, other, MAP_SERVER, MAP_SERVER, name) + "management: {socket: %s}\n");
    }

    private void daemon(String role, String name, String yaml) {
        Path config = write(name + ".yaml", yaml.formatted(socket(name)));
        String godwit = Checkout.root().resolve("cli/godwit").toString();
        nodes.add(Node.start(
                name, new Namespace(prefix + name), folder, List.of(godwit, role, "--config", config.toString())));
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path socket(String name) {
        return folder.resolve(name + ".sock");
    }

    private boolean answers(String name) {
        try {
            return new ManagementClient(socket(name)).get("/v1/status").has("role");
        } catch (ManagementException e) {
            return false;
        }
    }

    /** Whether the map-server has the VM at the xTR with this RLOC, and at no other. */
    boolean isVmRegistered(String rloc) {
        for (JsonNode one :
                new ManagementClient(socket("ms")).get("/v1/registrations").path("registrations")) {
            if (one.path("eid").asString().equals("[7]" + VM_MAC + "/48")) {
                return one.path("locators").size() == 1
                        && one.path("locators").toString().contains('"' + rloc + '"');
            }
        }
        return false;
    }

    /** What the management API of a daemon answers. */
    String get(String name, String path) {
        return new ManagementClient(socket(name)).get(path).toString();
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.signal("TERM"));
        nodes.forEach(node -> node.stop(STOP));
        made.forEach(Namespace::remove);
    }
}
