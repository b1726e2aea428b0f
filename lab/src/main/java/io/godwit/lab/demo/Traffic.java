package io.godwit.lab.demo;

import io.godwit.lab.LabException;
import io.godwit.lab.net.Node;
import io.godwit.lab.traffic.Announcer;
import io.godwit.lab.traffic.Endpoint;
import io.godwit.lab.traffic.FlowLog;
import io.godwit.lab.traffic.FlowReport;
import io.godwit.lab.traffic.StreamLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What flows during the demo: numbered UDP both ways (IPv4 EIDs), a TCP transfer that is checked octet by octet (IPv6 EIDs), and ping. The
 * guest's endpoint is one process, so that it can be paused as a guest is.
 */
final class Traffic {
    /** Far more than a demo takes. */
    private static final int SECONDS = 1800;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Topology topology;
    private final Path folder;
    private final int packetsPerSecond;
    private final Node announcer;
    private final PingLog ping;

    private Node guest;
    private Node client;
    private long counted;

    Traffic(Topology topology, Path folder, int packetsPerSecond) {
        this.topology = topology;
        this.folder = folder;
        this.packetsPerSecond = packetsPerSecond;
        announcer = Node.start(
                "announcer",
                topology.vm(),
                folder,
                Announcer.command(Guests.CARD, Guests.VM.mac(), List.of(Subnet.VMS.host4(), Subnet.VMS.host6())));
        ping = new PingLog(folder.resolve("ping.log"));
        guest = announcer;
        client = announcer;
    }

    /** What a hypervisor and its guest send when the guest runs again. */
    void announce() {
        announcer.tell("announce");
    }

    void awaitAnnouncer() {
        await("the announcer", announcer, () -> announcer.log().contains("ready"));
    }

    void start() {
        guest = endpoint("guest", topology, Subnet.VMS, Subnet.CLIENTS, false);
        client = endpoint("client", topology, Subnet.CLIENTS, Subnet.VMS, true);
        await("the guest's traffic", guest, () -> Waiting.isMade(folder.resolve("guest.sent")));
        await("the client's traffic", client, () -> Waiting.isMade(folder.resolve("client.tcp")));
        await("the TCP connection", client, () -> stream().connected());
        ping.start(topology.client(), folder, Subnet.VMS.host4());
        counted = System.nanoTime();
    }

    private Node endpoint(String name, Topology topology, Subnet own, Subnet peer, boolean connect) {
        List<String> command = Endpoint.command(
                name,
                folder,
                own.host4(),
                peer.host4(),
                packetsPerSecond,
                SECONDS,
                own.host6(),
                connect ? peer.host6() : null);
        return Node.start(name, connect ? topology.client() : topology.vm(), folder, command);
    }

    private static void await(String what, Node node, BooleanSupplier condition) {
        Waiting.until(PATIENCE, condition, () -> {
            throw new LabException(what + " did not start: " + node.lastLines());
        });
    }

    /** Since when both ends have been there: packets sent earlier do not count. */
    long counted() {
        return counted;
    }

    Node guest() {
        return guest;
    }

    PingLog ping() {
        return ping;
    }

    StreamLog stream() {
        return StreamLog.open(folder.resolve("client.tcp"));
    }

    /** What was sent between two times; packets sent just before {@code to} may still be under way. */
    FlowReport report(Direction direction, long from, long to) {
        return FlowReport.of(log(direction.sender() + ".sent"), log(direction.receiver() + ".arrived"), from, to);
    }

    FlowLog arrivals(Direction direction) {
        return log(direction.receiver() + ".arrived");
    }

    private FlowLog log(String name) {
        return FlowLog.open(folder.resolve(name));
    }

    void stop() {
        ping.stop();
        guest.resume();
        List.of(guest, client, announcer).forEach(node -> node.stop(Duration.ofSeconds(1)));
    }
}
