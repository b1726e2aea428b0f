package io.godwit.lab.stampede;

import io.godwit.lab.LabException;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Subnet;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import io.godwit.lab.traffic.FlowLog;
import io.godwit.lab.traffic.FlowReport;
import io.godwit.lab.traffic.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Numbered packets from the client to addresses of the host. */
final class Flow implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int FLIGHT_MILLIS = 500;

    private final Path sent;
    private final Path arrived;
    private final Node receiver;
    private final Node sender;

    /** Begins. Returns when packets arrive at all destinations. */
    Flow(Lab lab, String name, int packetsPerSecond, int seconds, int destinations) {
        sent = lab.folder().resolve(name + ".sent");
        arrived = lab.folder().resolve(name + ".arrived");
        receiver = Node.start(
                name + "-receiver",
                lab.topology().vm(),
                lab.folder(),
                command(
                        BurstReceiver.class,
                        arrived.toString(),
                        Integer.toString(Math.multiplyExact(packetsPerSecond, seconds))));
        await("the receiver", () -> receiver.log().contains("ready"));
        sender = Node.start(
                name + "-sender",
                lab.topology().client(),
                lab.folder(),
                command(
                        BurstSender.class,
                        sent.toString(),
                        Integer.toString(packetsPerSecond),
                        Integer.toString(seconds),
                        Subnet.CLIENTS.host6(),
                        Herd.first(),
                        Integer.toString(destinations)));
        await("the sender", () -> Waiting.isMade(sent));
        await("packets", () -> allArrive(destinations));
    }

    private static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(JavaCommand.of(main));
        command.addAll(List.of(arguments));
        return command;
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Waiting.until(PATIENCE, condition, () -> {
            throw new LabException(what + " did not come: " + receiver.lastLines());
        });
    }

    /** Of the last round of destinations whose packets had time to arrive, none is missing. */
    private boolean allArrive(int destinations) {
        FlowLog log = FlowLog.open(arrived);
        int end = log.next();
        if (end < 2 * destinations) {
            return false;
        }
        for (int i = 1; i <= destinations; i++) {
            if (log.time(end - i) == 0) {
                return false;
            }
        }
        return true;
    }

    /** What became of those sent between two times; waits for those on their way. */
    FlowReport report(long from, long to) {
        Waiting.millis(FLIGHT_MILLIS);
        return FlowReport.of(FlowLog.open(sent), FlowLog.open(arrived), from, to);
    }

    long duplicates() {
        return FlowLog.open(arrived).duplicates();
    }

    long reordered() {
        return FlowLog.open(arrived).reordered();
    }

    @Override
    public void close() {
        sender.stop(Duration.ofSeconds(1));
        receiver.stop(Duration.ofSeconds(1));
    }
}
