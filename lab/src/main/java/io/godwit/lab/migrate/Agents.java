package io.godwit.lab.migrate;

import io.godwit.bench.report.Checkout;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Guests;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Subnet;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The agent of each cloud, started as an operator starts it: {@code godwit hypervisor --config FILE}. */
final class Agents implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A site that no guest ever goes to: which one it is the agent has to find out. */
    private static final String ELSEWHERE = "  - {name: elsewhere, rlocs: [192.0.2.9], hosts: [203.0.113.0/24]}";

    private final Lab lab;
    private final Hypervisors hypervisors;
    private final int replay;
    private final List<Node> nodes = new ArrayList<>();

    /** @param replay see {@code godwit hypervisor}'s configuration */
    Agents(Lab lab, Hypervisors hypervisors, int replay) {
        this.lab = lab;
        this.hypervisors = hypervisors;
        this.replay = replay;
    }

    void start() {
        start(Host.CLOUD_A, Host.CLOUD_B);
        start(Host.CLOUD_B, Host.CLOUD_A);
        for (Node node : nodes) {
            Waiting.until(PATIENCE, () -> node.log().contains("is up") || !node.alive(), () -> {});
            if (!node.log().contains("is up")) {
                throw new LabException(node.name() + " did not start: " + node.lastLines());
            }
        }
    }

    private void start(Host cloud, Host other) {
        Path config = lab.folder().resolve("hypervisor-" + cloud.label() + ".yaml");
        try {
            Files.writeString(config, config(cloud, other));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String godwit = Checkout.root().resolve("cli/godwit").toString();
        List<String> command = new ArrayList<>(hypervisors.beside(cloud));
        command.addAll(List.of(godwit, "hypervisor", "--config", config.toString()));
        nodes.add(Node.start("hypervisor-" + cloud.label(), lab.topology().of(cloud), lab.folder(), command));
    }

    private String config(Host cloud, Host other) {
        return """
            xtr: %s
            %s
            sites:
              - {name: %s, rlocs: [%s]%s}
            %s
            guests:
              - {mac: "%s", eids: ["%s", "%s"]}
            replay: %d
            management: {socket: %s}
            """.formatted(
                lab.configs().socket(cloud),
                hypervisors.watched(cloud),
                other.label(),
                lab.configs().addresses(other).stream()
                        .map(rloc -> '"' + rloc + '"')
                        .collect(Collectors.joining(", ")),
                hypervisors.address(other).map(", hosts: [\"%s\"]"::formatted).orElse(""),
                hypervisors.address(other).isPresent() ? ELSEWHERE : "",
                Guests.VM.mac(),
                Subnet.VMS.host4(),
                Subnet.VMS.host6(),
                replay,
                hypervisors.agentSocket(cloud));
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.stop(Duration.ofSeconds(2)));
    }
}
