package io.godwit.lab.migrate;

import io.godwit.hypervisor.qmp.QmpEvent;
import io.godwit.hypervisor.qmp.QmpMonitor;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Waiting;
import io.netty.channel.EventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/** The guest, or the place that waits for it, in one cloud: a process of QEMU, seen through a monitor. */
final class Qemu implements QmpMonitor.Listener {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The process: the lab's own, or libvirt's. */
    interface Life {
        /** Whether there is one, or may still come. */
        boolean alive();

        String lastLines();

        void stop();
    }

    private final Host cloud;
    private final String name;
    private final Life process;
    private final Path socket;
    private final Path serial;
    private final List<QmpEvent> events = new CopyOnWriteArrayList<>();
    private final QmpMonitor monitor;
    private volatile boolean ready;
    private volatile boolean refused;

    /**
     * Waits until the process answers.
     *
     * @param socket of the monitor
     * @param serial what the guest prints
     */
    Qemu(Host cloud, String name, Life process, Path socket, Path serial, EventLoop loop) {
        this.cloud = cloud;
        this.name = name;
        this.process = process;
        this.socket = socket;
        this.serial = serial;
        monitor = connect(loop);
    }

    /** The socket's file exists before QEMU listens: a refusal is no failure yet. */
    private QmpMonitor connect(EventLoop loop) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.alive() && System.nanoTime() < deadline) {
            Waiting.until(PATIENCE, () -> Files.exists(socket) || !process.alive(), () -> {});
            refused = false;
            QmpMonitor attempt = QmpMonitor.connect(loop, socket, this);
            Waiting.until(PATIENCE, () -> ready || refused || !process.alive(), () -> {});
            if (ready) {
                return attempt;
            }
        }
        throw new LabException("QEMU did not start: " + process.lastLines());
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
        process.stop();
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
