package io.godwit.lab.migrate;

import io.godwit.hypervisor.qmp.QmpEvent;
import io.godwit.hypervisor.qmp.QmpMonitor;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Guests;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Subnet;
import io.godwit.lab.demo.Topology;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import io.netty.channel.EventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/** The guest, or the place that waits for it, in one cloud: a process of QEMU with two monitors, ours and the agent's. */
final class Qemu implements QmpMonitor.Listener {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Host cloud;
    private final Path folder;
    private final String name;
    private final Node process;
    private final List<QmpEvent> events = new CopyOnWriteArrayList<>();
    private final QmpMonitor monitor;
    private volatile boolean ready;
    private volatile boolean refused;

    /** @param number of this process: every one has sockets of its own */
    private Qemu(Host cloud, Topology topology, Path folder, int number, List<String> more, EventLoop loop) {
        this.cloud = cloud;
        this.folder = folder;
        name = "qemu-" + cloud.label() + "-" + number;
        process = Node.start(name, topology.of(cloud), folder, command(more));
        monitor = connect(loop);
    }

    /** The socket's file exists before QEMU listens: a refusal is no failure yet. */
    private QmpMonitor connect(EventLoop loop) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.alive() && System.nanoTime() < deadline) {
            Waiting.until(PATIENCE, () -> Files.exists(socket("lab")) || !process.alive(), () -> {});
            refused = false;
            QmpMonitor attempt = QmpMonitor.connect(loop, socket("lab"), this);
            Waiting.until(PATIENCE, () -> ready || refused || !process.alive(), () -> {});
            if (ready) {
                return attempt;
            }
        }
        throw new LabException("QEMU did not start: " + process.lastLines());
    }

    /** Boots the guest. */
    static Qemu boot(Host cloud, Topology topology, Path folder, GuestImage image, int pps, EventLoop loop) {
        return new Qemu(cloud, topology, folder, 0, boot(image, pps), loop);
    }

    /** Waits for the guest that comes from elsewhere. */
    static Qemu await(
            Host cloud, Topology topology, Path folder, int number, GuestImage image, int pps, EventLoop loop) {
        List<String> more = new ArrayList<>(boot(image, pps));
        more.addAll(List.of("-incoming", "unix:" + folder.resolve("migration-" + number)));
        return new Qemu(cloud, topology, folder, number, more, loop);
    }

    private static List<String> boot(GuestImage image, int pps) {
        String todo = "console=ttyS0 quiet panic=-1 own4=%s/24 gateway4=%s own6=%s/64 gateway6=%s peer4=%s pps=%d"
                .formatted(
                        Subnet.VMS.host4(),
                        Subnet.VMS.gateway4(),
                        Subnet.VMS.host6(),
                        Subnet.VMS.gateway6(),
                        Subnet.CLIENTS.host4(),
                        pps);
        return List.of(
                "-kernel", image.kernel().toString(), "-initrd", image.initrd().toString(), "-append", todo);
    }

    private List<String> command(List<String> more) {
        List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-accel", "tcg", "-cpu", "qemu64"));
        command.addAll(List.of("-M", "pc-i440fx-7.2", "-nodefaults", "-m", "96", "-display", "none"));
        command.addAll(List.of("-serial", "file:" + folder.resolve(name + ".serial")));
        command.addAll(List.of(
                "-netdev", "tap,id=n0,ifname=" + Topology.TAP + ",script=no,downscript=no",
                "-device", "virtio-net-pci,netdev=n0,romfile=,mac=" + Guests.VM.mac()));
        command.addAll(List.of("-qmp", "unix:" + socket("lab") + ",server=on,wait=off"));
        command.addAll(List.of("-qmp", "unix:" + socket("agent") + ",server=on,wait=off"));
        command.addAll(more);
        return command;
    }

    private Path socket(String who) {
        return folder.resolve(name + "." + who);
    }

    Host cloud() {
        return cloud;
    }

    /** Since this process runs, in their order. */
    List<QmpEvent> events() {
        return events;
    }

    Optional<QmpEvent> event(String eventName) {
        return events.stream().filter(e -> e.name().equals(eventName)).findFirst();
    }

    boolean saw(String eventName, String status) {
        return events.stream()
                .anyMatch(e -> e.name().equals(eventName) && e.status().equals(status));
    }

    JsonNode execute(String command, Map<String, ?> arguments) {
        try {
            return monitor.execute(command, arguments).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new LabException(name + ": " + command + ": " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new LabException(name + " does not answer " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    /** The guest's own programs run. */
    boolean guestRuns() {
        return console().contains("traffic runs");
    }

    private String console() {
        Path serial = folder.resolve(name + ".serial");
        try {
            return Files.exists(serial) ? Files.readString(serial) : "";
        } catch (java.io.IOException e) {
            return "";
        }
    }

    /** What QEMU says of a guest that does nothing: twice, for one that loops is elsewhere then; and what the guest said since it is here. */
    String diagnosis() {
        String command = "human-monitor-command";
        return "%s: %s%n%s%n%s%n%s%nconsole: %s"
                .formatted(
                        name,
                        execute("query-status", Map.of()),
                        execute(command, Map.of("command-line", "info registers"))
                                .asString(),
                        execute(command, Map.of("command-line", "info registers"))
                                .asString(),
                        execute(command, Map.of("command-line", "info pic")).asString(),
                        console());
    }

    String lastLines() {
        return process.lastLines();
    }

    void stop() {
        monitor.close();
        process.stop(Duration.ofSeconds(2));
    }

    @Override
    public void onReady(QmpMonitor which) {
        ready = true;
    }

    @Override
    public void onEvent(QmpMonitor which, QmpEvent event) {
        events.add(event);
    }

    @Override
    public void onClosed(QmpMonitor which) {
        refused = true;
    }
}
