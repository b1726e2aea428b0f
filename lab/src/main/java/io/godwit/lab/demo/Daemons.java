package io.godwit.lab.demo;

import io.godwit.bench.report.Checkout;
import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.client.ManagementException;
import io.godwit.lab.LabException;
import io.godwit.lab.net.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The five daemons, each started as an operator starts it: {@code godwit ROLE --config FILE}, in its namespace. */
public final class Daemons {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(3);

    private final Topology topology;
    private final ConfigFiles configs;
    private final Path folder;
    private final Map<Host, Node> nodes = new EnumMap<>(Host.class);
    private final Map<Host, ManagementClient> clients = new EnumMap<>(Host.class);

    public Daemons(Topology topology, ConfigFiles configs, Path folder) {
        this.topology = topology;
        this.configs = configs;
        this.folder = folder;
        for (Host host : Host.values()) {
            clients.put(host, new ManagementClient(configs.socket(host)));
        }
    }

    public void start() {
        for (Host host : Host.values()) {
            start(host);
        }
        for (Host host : Host.values()) {
            awaitAnswer(host);
        }
    }

    public void start(Host host) {
        Path godwit = Checkout.root().resolve("cli/godwit");
        List<String> command = List.of(
                godwit.toString(), host.role(), "--config", configs.of(host).toString());
        nodes.put(host, Node.start(host.label(), topology.of(host), folder, command));
    }

    public void awaitAnswer(Host host) {
        Node node = node(host);
        Waiting.until(START, () -> !node.alive() || answers(host), () -> {
            throw new LabException(host.title() + " does not answer: " + node.lastLines());
        });
        if (!node.alive()) {
            throw new LabException(host.title() + " ended: " + node.lastLines());
        }
    }

    private boolean answers(Host host) {
        try {
            return management(host).get("/v1/status").has("role");
        } catch (ManagementException e) {
            return false;
        }
    }

    public Node node(Host host) {
        Node node = nodes.get(host);
        if (node == null) {
            throw new IllegalStateException(host.title() + " was not started");
        }
        return node;
    }

    public ManagementClient management(Host host) {
        return Objects.requireNonNull(clients.get(host));
    }

    /** All at once, then waits for each. */
    public void stop() {
        nodes.values().forEach(node -> node.signal("TERM"));
        nodes.values().forEach(node -> node.stop(STOP));
    }
}
