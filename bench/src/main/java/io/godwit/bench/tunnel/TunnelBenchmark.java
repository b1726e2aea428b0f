package io.godwit.bench.tunnel;

import io.godwit.bench.Benchmark;
import io.godwit.bench.report.Plot;
import io.godwit.bench.report.ProcessorTime;
import io.godwit.bench.tunnel.Topology.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench/run tunnel}: what arrives through our tunnel, through kernel VXLAN and without a tunnel, in turns. Needs root and iperf3. */
public final class TunnelBenchmark implements Benchmark {
    private static final int FULL_ROUNDS = 5;
    private static final int SHORT_ROUNDS = Integer.getInteger("godwit.bench.rounds", 1);
    /** All, or those named with {@code -Dgodwit.bench.loads=tcp1,udp64}, for trying out. */
    private static final List<Load> LOADS = Stream.of(Load.values())
            .filter(load -> List.of(
                            System.getProperty("godwit.bench.loads", load.key).split(",", -1))
                    .contains(load.key))
            .toList();

    private static final List<Way> WAYS = Stream.of(Way.values())
            .filter(way -> List.of(
                            System.getProperty("godwit.bench.ways", way.name()).split(",", -1))
                    .contains(way.name()))
            .toList();

    /** After the last datagram was sent, until no more come. */
    private static final int DRAIN_MILLIS = 50;

    private static final Pattern AVERAGE_RTT = Pattern.compile("= [0-9.]+/([0-9.]+)/");

    /** One kind of load: TCP by iperf3, UDP by {@link UdpLoad}. */
    private enum Load {
        TCP_1("tcp1", "", true),
        TCP_4("tcp4", "-P 4", true),
        TCP_1_NO_OFFLOAD("tcp1NoOffload", "", false),
        UDP_64("udp64", 1, 64),
        UDP_64_X_64("udp64x64", 64, 64),
        UDP_1372("udp1372", 1, 1372),
        UDP_1372_X_64("udp1372x64", 64, 1372);

        private final String key;
        private final String options;
        private final boolean offloads;
        private final int udpFlows;
        private final int udpOctets;

        Load(String key, String options, boolean offloads) {
            this.key = key;
            this.options = options;
            this.offloads = offloads;
            udpFlows = 0;
            udpOctets = 0;
        }

        Load(String key, int udpFlows, int udpOctets) {
            this.key = key;
            this.options = "";
            this.offloads = true;
            this.udpFlows = udpFlows;
            this.udpOctets = udpOctets;
        }

        boolean isUdp() {
            return udpFlows > 0;
        }
    }

    /**
     * @param rate delivered a second: bits for TCP, packets for UDP; of round trips, milliseconds
     * @param cpuPerGigabyte seconds of processor time of the whole machine for each gigabyte delivered
     * @param routersPerGigabyte of both routers' processes alone; the kernel's tunnel has none
     */
    private record Sample(double rate, double lossPercent, double cpuPerGigabyte, double routersPerGigabyte) {}

    private final Map<String, Map<Way, List<Sample>>> samples = new LinkedHashMap<>();

    @Override
    public String name() {
        return "tunnel";
    }

    @Override
    public String summary() {
        return "TCP, UDP, round trips and cold flows between namespaces, beside kernel VXLAN and no tunnel.";
    }

    @Override
    public Outcome run(boolean shortRun, Path plots) throws IOException, InterruptedException {
        int seconds = shortRun ? Integer.getInteger("godwit.bench.seconds", 2) : 5;
        try (Topology topology = new Topology()) {
            Process server = topology.start("h2", "iperf3 -s");
            try (JavaNode receiver = topology.start("h2", UdpLoad.class, "receive");
                    JavaNode sender = topology.start("h1", UdpLoad.class, "send")) {
                Tools tools = new Tools(topology, sender, receiver);
                warmUp(tools, seconds);
                for (int round = 0; round < (shortRun ? SHORT_ROUNDS : FULL_ROUNDS); round++) {
                    for (Load load : LOADS) {
                        topology.offloads(load.offloads);
                        for (Way way : WAYS) {
                            add(load.key, way, measure(tools, way, load, seconds));
                        }
                    }
                    topology.offloads(true);
                    for (Way way : Way.values()) {
                        add("rtt", way, new Sample(roundTrip(topology, way), 0, 0, 0));
                    }
                }
                return outcome(ColdFlows.lost(topology, sender, shortRun ? 100 : 1000), plots);
            } finally {
                server.destroy();
                server.waitFor();
            }
        }
    }

    private static void warmUp(Tools tools, int seconds) throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            measure(tools, Way.GODWIT, Load.TCP_1, seconds);
            measure(tools, Way.GODWIT, Load.UDP_64, seconds);
            measure(tools, Way.GODWIT, Load.UDP_64_X_64, seconds);
        }
    }

    private void add(String key, Way way, Sample sample) {
        samples.computeIfAbsent(key, k -> new EnumMap<>(Way.class))
                .computeIfAbsent(way, w -> new ArrayList<>())
                .add(sample);
        System.out.printf(
                "%-16s%-8s%,16.3f   loss %.2f %%   cpu %.2f s/GB, routers %.2f s/GB%n",
                key, way, sample.rate, sample.lossPercent, sample.cpuPerGigabyte, sample.routersPerGigabyte);
    }

    /** What loads are made with. */
    private record Tools(Topology topology, JavaNode sender, JavaNode receiver) {}

    private static Sample measure(Tools tools, Way way, Load load, int seconds)
            throws IOException, InterruptedException {
        double machine = ProcessorTime.worked();
        double routers = tools.topology.routerSeconds();
        Delivered delivered = load.isUdp() ? udp(tools, way, load, seconds) : tcp(tools.topology, way, load, seconds);
        double gigabytes = Math.max(delivered.octets, 1) / 1e9;
        return new Sample(
                delivered.rate,
                delivered.lossPercent,
                (ProcessorTime.worked() - machine) / gigabytes,
                (tools.topology.routerSeconds() - routers) / gigabytes);
    }

    private record Delivered(double rate, double lossPercent, double octets) {}

    private static Delivered tcp(Topology topology, Way way, Load load, int seconds)
            throws IOException, InterruptedException {
        String json = topology.in(
                "h1",
                "iperf3 -J -c " + way.destination() + " -B " + way.source() + " -t " + seconds + " -O 1 "
                        + load.options);
        JsonNode sum = JsonMapper.shared().readTree(json).path("end").path("sum_received");
        double rate = sum.path("bits_per_second").asDouble();
        return new Delivered(rate, 0, rate / 8 * (seconds + 1));
    }

    private static Delivered udp(Tools tools, Way way, Load load, int seconds)
            throws IOException, InterruptedException {
        tools.receiver.order("reset");
        long sent = tools.sender.order(way.source() + " " + way.destination() + " " + load.udpFlows + " "
                + load.udpOctets + " " + seconds * 1000);
        long before;
        long received = tools.receiver.order("count");
        do {
            Thread.sleep(DRAIN_MILLIS);
            before = received;
            received = tools.receiver.order("count");
        } while (received > before);
        double loss = 100.0 * (sent - received) / Math.max(1, sent);
        return new Delivered((double) received / seconds, loss, (double) received * load.udpOctets);
    }

    /** Milliseconds, of an idle path. */
    private static double roundTrip(Topology topology, Way way) throws IOException, InterruptedException {
        String output = topology.in("h1", "ping -q -c 200 -i 0.01 -I " + way.source() + " " + way.destination());
        Matcher matcher = AVERAGE_RTT.matcher(output);
        if (!matcher.find()) {
            throw new IOException("ping said: " + output);
        }
        return Double.parseDouble(matcher.group(1));
    }

    private double median(String key, Way way, ToDoubleFunction<Sample> figure) {
        double[] figures = samples.getOrDefault(key, Map.of()).getOrDefault(way, List.of()).stream()
                .mapToDouble(figure)
                .sorted()
                .toArray();
        return figures.length == 0 ? Double.NaN : figures[figures.length / 2];
    }

    private double median(String key, Way way) {
        return median(key, way, Sample::rate);
    }

    private Outcome outcome(ColdFlows.Lost cold, Path plots) {
        Map<String, Object> summary = new LinkedHashMap<>();
        for (String key : samples.keySet()) {
            summary.put(key + "OfVxlan", rounded(median(key, Way.GODWIT) / median(key, Way.VXLAN)));
            summary.put(key + "OfNone", rounded(median(key, Way.GODWIT) / median(key, Way.NONE)));
        }
        for (Load load : LOADS) {
            if (load.isUdp()) {
                summary.put(load.key + "LossPercent", rounded(median(load.key, Way.GODWIT, Sample::lossPercent)));
            } else {
                summary.put(
                        load.key + "CpuSecondsPerGb", rounded(median(load.key, Way.GODWIT, Sample::cpuPerGigabyte)));
                summary.put(
                        load.key + "VxlanCpuSecondsPerGb",
                        rounded(median(load.key, Way.VXLAN, Sample::cpuPerGigabyte)));
            }
        }
        summary.put("coldFlowsLost", cold.pings() + cold.connections());
        summary.forEach((key, value) -> System.out.printf("%-32s%s%n", key, value));
        plot(plots.resolve("tunnel.svg"));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("coldFlows", cold);
        details.put("samples", samples);
        details.put("plots", Map.of("Of no tunnel, by kind of load", "tunnel.svg"));
        return new Outcome(summary, details);
    }

    private static double rounded(double ratio) {
        return Double.isFinite(ratio) ? Math.round(ratio * 1000) / 1000.0 : 0;
    }

    /** Each load's rate as a share of that without a tunnel. */
    private void plot(Path file) {
        Plot plot = new Plot(
                "Delivered, of no tunnel",
                "1 tcp1, 2 tcp4, 3 tcp1 no offload, 4 udp64, 5 udp64x64, 6 udp1372, 7 udp1372x64",
                "");
        for (Way way : List.of(Way.GODWIT, Way.VXLAN)) {
            double[] x = new double[Load.values().length];
            double[] y = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = i + 1;
                String key = Load.values()[i].key;
                y[i] = rounded(median(key, way) / median(key, Way.NONE));
            }
            plot.points(way.name(), x, y);
        }
        plot.write(file);
    }
}
