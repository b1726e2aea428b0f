package io.godwit.bench.tunnel;

import io.godwit.bench.report.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tunnel router as its users run it, in a namespace between a core and a host. */
final class DaemonSite implements AutoCloseable {
    /** {@code ZCollectionInterval}, and some. */
    private static final int COLLECTION_SECONDS = 65;

    private static final int STEP_MILLIS = 15_000;
    private static final int SETTLING_STEPS = 12;
    private static final double STEADY_MEGABYTES = 1;
    private static final double KILOBYTES_PER_MEGABYTE = 1024;
    private static final int START_SECONDS = 60;
    private static final String RLOC = "192.0.2.1";
    private static final String CORE = "192.0.2.2";
    private static final String HOST = "10.12.0.2";

    private final String prefix = "gwflood" + ProcessHandle.current().pid() % 10_000;
    private final Path folder = Files.createTempDirectory("godwit-flood");
    private final Path socket = folder.resolve("xtr.sock");
    private final Process daemon;

    DaemonSite() throws IOException, InterruptedException {
        for (String node : List.of("c", "x", "h")) {
            Shell.run("ip netns add " + prefix + node + " && ip -n " + prefix + node + " link set lo up");
        }
        wire("c", CORE + "/24", "x", RLOC + "/24");
        wire("h", HOST + "/24", "x", "10.12.0.1/24");
        Files.writeString(folder.resolve("key"), "flood\n");
        Files.writeString(folder.resolve("xtr.yaml"), """
            name: flooded
            rlocs: [{address: %s}]
            instances: [{id: 0, tun: lisp0}]
            map-resolvers: [192.0.2.53]
            map-servers: [{address: 192.0.2.54, key: {id: 1, file: key}}]
            database: [{eid: 10.12.0.0/24}]
            eid-space: [10.0.0.0/8]
            state-directory: %s/state
            management: {socket: %s}
            """.formatted(RLOC, folder, socket));
        daemon = start(
                "x",
                List.of(godwit(), "xtr", "--config", folder.resolve("xtr.yaml").toString()),
                "xtr.log");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.exists(socket)) {
            if (!daemon.isAlive() || System.nanoTime() > end) {
                close();
                throw new IOException("the router did not start");
            }
            Thread.sleep(100);
        }
    }

    private static String godwit() {
        return Checkout.root().resolve("cli/godwit").toString();
    }

    private void wire(String a, String addressA, String b, String addressB) throws IOException, InterruptedException {
        Shell.run("ip link add to-" + b + " netns " + prefix + a + " type veth peer name to-" + a + " netns " + prefix
                + b);
        Shell.run("ip -n " + prefix + a + " addr add " + addressA + " dev to-" + b + " && ip -n " + prefix + a
                + " link set to-" + b + " up");
        Shell.run("ip -n " + prefix + b + " addr add " + addressB + " dev to-" + a + " && ip -n " + prefix + b
                + " link set to-" + a + " up");
    }

    private Process start(String node, List<String> command, String log) throws IOException {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", prefix + node));
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.redirectOutput(folder.resolve(log).toFile()).start();
    }

    /** Counts sound packets. */
    JavaNode receiver() throws IOException {
        return new JavaNode(prefix + "h", UdpLoad.class, List.of("receive"));
    }

    /** Ends by itself. */
    Process flood(int seconds) throws IOException {
        List<String> command = JavaNode.command(
                Flooder.class,
                List.of(CORE, RLOC, "10.99.0.1", HOST, Integer.toString(UdpLoad.PORT), Integer.toString(seconds)));
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", prefix + "c"));
        whole.addAll(command);
        return new ProcessBuilder(whole).redirectErrorStream(true).start();
    }

    static String lastLine(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .lines()
                .toList()
                .getLast();
    }

    double residentMegabytes() throws IOException {
        return residentMegabytes(daemon.pid());
    }

    static double residentMegabytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            String kilobytes = lines.filter(line -> line.startsWith("VmRSS:"))
                    .findFirst()
                    .orElseThrow()
                    .replaceAll("[^0-9]", "");
            return Math.round(10 * Long.parseLong(kilobytes) / KILOBYTES_PER_MEGABYTE) / 10.0;
        }
    }

    /**
     * When no more is given back: the heap does that in steps, after a while without use.
     *
     * @param collectionSeconds until garbage is collected without need
     */
    static double settledMegabytes(long pid, int collectionSeconds) throws IOException, InterruptedException {
        Thread.sleep(1_000L * collectionSeconds);
        double last = Double.MAX_VALUE;
        for (int step = 0; step < SETTLING_STEPS; step++) {
            Thread.sleep(STEP_MILLIS);
            double now = residentMegabytes(pid);
            if (last - now < STEADY_MEGABYTES) {
                return now;
            }
            last = now;
        }
        return last;
    }

    /** Without load for longer than the daemon goes without collecting garbage. */
    double idleMegabytes() throws IOException, InterruptedException {
        return settledMegabytes(daemon.pid(), COLLECTION_SECONDS);
    }

    /** What that many map-cache entries, all in use by the data plane, add to a process that runs as the daemon does. */
    double megabytesOfMappings(int mappings) throws IOException {
        List<String> command = JavaNode.command(MappingMemory.class, List.of(Integer.toString(mappings)));
        command.removeIf(word -> word.startsWith("-Xm"));
        command.addAll(1, List.of("-Xms16m", "-Xmx512m", "-XX:SoftMaxHeapSize=256m", "-XX:ZUncommitDelay=10"));
        Process probe = new ProcessBuilder(command).redirectErrorStream(true).start();
        return Double.parseDouble(lastLine(probe));
    }

    JsonNode counters() throws IOException, InterruptedException {
        return JsonMapper.shared()
                .readTree(Shell.run("JAVA_HOME=" + System.getProperty("java.home") + " " + godwit()
                        + " show counters -o json --socket " + socket));
    }

    @Override
    public void close() throws IOException {
        daemon.destroy();
        try {
            daemon.waitFor();
            for (String node : List.of("c", "x", "h")) {
                Shell.run("ip netns del " + prefix + node);
            }
            Shell.run("rm -r " + folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
