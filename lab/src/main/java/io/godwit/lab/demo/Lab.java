package io.godwit.lab.demo;

import io.godwit.lab.LabException;
import io.godwit.lab.net.Namespace;
import io.godwit.lab.net.Node;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Namespaces, daemons and traffic of one run, and their end. A folder in {@code /run/godwit-lab} names what there is, so that another process
 * can remove it when this one is killed.
 */
public final class Lab implements AutoCloseable {
    private static final Path RUNS = Path.of("/run/godwit-lab");
    private static final String KEPT = "kept";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Topology topology;
    private final Path folder;
    private final ConfigFiles configs;
    private final Daemons daemons;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Thread hook = new Thread(this::close, "lab-end");
    private @Nullable Traffic traffic;
    private @Nullable Node capture;

    public Lab(Underlay underlay) {
        this(underlay, false);
    }

    /** @param realGuest see {@link Topology#Topology(String, Underlay, boolean)} */
    public Lab(Underlay underlay, boolean realGuest) {
        this(underlay, realGuest, false);
    }

    /** @param subscribers see {@link ConfigFiles#ConfigFiles(Topology, Path, boolean)} */
    public Lab(Underlay underlay, boolean realGuest, boolean subscribers) {
        if (!System.getProperty("user.name", "").equals("root")) {
            throw new LabException("this lab makes network namespaces and TUN devices: run it as root (with sudo)");
        }
        String prefix = "gw" + ProcessHandle.current().pid();
        topology = new Topology(prefix, underlay, realGuest);
        folder = RUNS.resolve(prefix);
        configs = new ConfigFiles(topology, folder, subscribers);
        daemons = new Daemons(topology, configs, folder);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public Topology topology() {
        return topology;
    }

    public ConfigFiles configs() {
        return configs;
    }

    public Daemons daemons() {
        return daemons;
    }

    public Path folder() {
        return folder;
    }

    Traffic traffic() {
        if (traffic == null) {
            throw new IllegalStateException("no traffic yet");
        }
        return traffic;
    }

    /** Everything up to running traffic. */
    void build(Timeline timeline, int packetsPerSecond, @Nullable Path captureFile) {
        buildDaemons(timeline, captureFile);
        Traffic running = new Traffic(topology, folder, packetsPerSecond);
        traffic = running;
        running.awaitAnnouncer();
        running.announce();
        awaitRegistrations();
        timeline.stage("VM %s and %s is registered by cloud A".formatted(Subnet.VMS.host4(), Subnet.VMS.host6()));
        running.start();
        Waiting.millis(1000);
        timeline.stage(
                "UDP both ways, TCP and ping run between client %s and the VM".formatted(Subnet.CLIENTS.host4()));
    }

    /** Namespaces and the five daemons. */
    public void buildDaemons(Timeline timeline, @Nullable Path captureFile) {
        writeDown();
        topology.create();
        timeline.stage("%d namespaces: two clouds, a client site, map-server, map-resolver, a core between them"
                .formatted(topology.all().size()));
        if (captureFile != null) {
            capture = capture(captureFile);
        }
        configs.write();
        daemons.start();
        timeline.stage("three xTRs, a map-server and a map-resolver are running");
    }

    private Node capture(Path file) {
        List<String> command = List.of(
                "tcpdump",
                "-i",
                "any",
                "-Q",
                "in",
                "-U",
                "-s",
                "0",
                "-w",
                file.toAbsolutePath().toString());
        Node node = Node.start("tcpdump", topology.core(), folder, command);
        Waiting.until(PATIENCE, () -> node.log().contains("listening"), () -> {
            throw new LabException("tcpdump did not start: " + node.lastLines());
        });
        return node;
    }

    /** Until the map-server knows the VM and the client's prefixes. */
    public void awaitRegistrations() {
        List<String> wanted = List.of(
                Subnet.VMS.host4() + "/32",
                Subnet.VMS.host6() + "/128",
                Subnet.CLIENTS.prefix4(),
                Subnet.CLIENTS.prefix6());
        Waiting.until(PATIENCE, () -> wanted.stream().allMatch(registrations()::contains), () -> {
            throw new LabException("the map-server does not know all of " + wanted + " but only: " + registrations());
        });
    }

    private String registrations() {
        JsonNode registrations = daemons.management(Host.MAP_SERVER).get("/v1/registrations");
        return registrations.toString();
    }

    /** Leaves it running after this process. */
    public void keep(PrintStream out) throws IOException {
        open.set(false);
        Files.createFile(folder.resolve(KEPT));
        if (capture != null) {
            capture.stop(Duration.ofSeconds(2));
        }
        out.println();
        out.println("Still running. To look around:");
        for (Host host : List.of(Host.CLOUD_A, Host.CLOUD_B, Host.CLIENT_SITE)) {
            out.println("  cli/godwit show map-cache --socket " + configs.socket(host));
        }
        out.println("  cli/godwit show registrations --socket " + configs.socket(Host.MAP_SERVER));
        out.println("  ip netns exec " + topology.client().name() + " ping " + Subnet.VMS.host4());
        out.println("  configuration and logs: " + folder);
        out.println("To remove it: lab/demo --down");
    }

    /** Once; also when the JVM ends by a signal. */
    @Override
    public void close() {
        if (!open.getAndSet(false)) {
            return;
        }
        if (traffic != null) {
            traffic.stop();
        }
        daemons.stop();
        if (capture != null) {
            capture.stop(Duration.ofSeconds(2));
        }
        topology.remove();
        removeFolder(folder);
    }

    private void writeDown() {
        try {
            Files.createDirectories(folder);
            Files.write(
                    folder.resolve("namespaces"),
                    topology.all().stream().map(Namespace::name).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Removes what runs left behind that were killed; returns how many.
     *
     * @param kept also those that were to be kept
     */
    public static int removeAbandoned(boolean kept) {
        if (!Files.isDirectory(RUNS)) {
            return 0;
        }
        try (Stream<Path> folders = Files.list(RUNS)) {
            List<Path> runs = folders.filter(Lab::abandoned)
                    .filter(run -> kept || !Files.exists(run.resolve(KEPT)))
                    .toList();
            runs.forEach(Lab::removeRun);
            return runs.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process whose number the run bears is no lab any more. */
    private static boolean abandoned(Path run) {
        long pid = Long.parseLong(run.getFileName().toString().substring("gw".length()));
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().commandLine())
                .filter(command -> command.contains("java"))
                .isEmpty();
    }

    private static void removeRun(Path run) {
        try {
            Files.readAllLines(run.resolve("namespaces")).forEach(name -> new Namespace(name).remove());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        removeFolder(run);
    }

    private static void removeFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
