package io.godwit.lab.migrate;

import io.godwit.lab.LabException;
import io.godwit.lab.demo.Direction;
import io.godwit.lab.demo.Subnet;
import io.godwit.lab.demo.Topology;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import io.godwit.lab.traffic.Endpoint;
import io.godwit.lab.traffic.FlowLog;
import io.godwit.lab.traffic.FlowReport;
import io.godwit.lab.traffic.StreamLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The other end of the guest's traffic: numbered UDP both ways, and a TCP transfer that is checked octet by octet. */
final class Client implements AutoCloseable {
    private static final int SECONDS = 1800;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path folder;
    private final Node process;

    Client(Topology topology, Path folder, int packetsPerSecond) {
        this.folder = folder;
        List<String> command = new ArrayList<>(Endpoint.command(
                "client",
                folder,
                Subnet.CLIENTS.host4(),
                Subnet.VMS.host4(),
                packetsPerSecond,
                SECONDS,
                Subnet.CLIENTS.host6(),
                Subnet.VMS.host6()));
        command.addAll(List.of("--reports", "guest"));
        process = Node.start("client", topology.client(), folder, command);
        await("its logs", () -> Waiting.isMade(folder.resolve("client.tcp")));
        await("the TCP connection", () -> stream().connected());
        await("packets of the guest", () -> arrivals(Direction.FROM_VM).next() > 0);
        await("packets at the guest", () -> arrivals(Direction.TO_VM).next() > 0);
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Waiting.until(PATIENCE, condition, () -> {
            throw new LabException("no traffic: " + what + " did not come. " + process.lastLines());
        });
    }

    StreamLog stream() {
        return StreamLog.open(folder.resolve("client.tcp"));
    }

    FlowLog arrivals(Direction direction) {
        return FlowLog.open(folder.resolve(direction.receiver() + ".arrived"));
    }

    /** What was sent between two times of {@link System#nanoTime}. */
    FlowReport report(Direction direction, long from, long to) {
        return FlowReport.of(FlowLog.open(folder.resolve(direction.sender() + ".sent")), arrivals(direction), from, to);
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(1));
    }
}
