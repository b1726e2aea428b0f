package io.godwit.bench.tunnel;

import io.godwit.bench.Benchmark;
import io.godwit.bench.report.Plot;
import io.godwit.bench.tunnel.Topology.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench/run tunnel}: what arrives through our tunnel, through kernel VXLAN and without a tunnel, in turns. Needs root and iperf3. */
public final class TunnelBenchmark implements Benchmark {
    private static final int FULL_ROUNDS = 5;
    private static final int SHORT_ROUNDS = 1;
    private static final Pattern AVERAGE_RTT = Pattern.compile("= [0-9.]+/([0-9.]+)/");

    /** One kind of load: what iperf3 is told, and whether its figure is packets or bits. */
    private enum Load {
        TCP_1("tcp1", "", true),
        TCP_4("tcp4", "-P 4", true),
        TCP_1_NO_OFFLOAD("tcp1NoOffload", "", false),
        UDP_64("udp64", "-u -b 0 -l 64", true),
        UDP_64_X_64("udp64x64", "-u -b 0 -l 64 -P 64", true),
        UDP_1372("udp1372", "-u -b 0 -l 1372", true);

        private final String key;
        private final String options;
        private final boolean offloads;

        Load(String key, String options, boolean offloads) {
            this.key = key;
            this.options = options;
            this.offloads = offloads;
        }

        boolean isUdp() {
            return options.contains("-u");
        }
    }

    /** @param rate delivered a second: bits for TCP, packets for UDP */
    private record Sample(double rate, double lossPercent) {}

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
        int seconds = shortRun ? 2 : 5;
        try (Topology topology = new Topology()) {
            Process server = topology.start("h2", "iperf3 -s");
            try {
                warmUp(topology, seconds);
                for (int round = 0; round < (shortRun ? SHORT_ROUNDS : FULL_ROUNDS); round++) {
                    for (Load load : Load.values()) {
                        topology.offloads(load.offloads);
                        for (Way way : Way.values()) {
                            add(load.key, way, iperf(topology, way, load, seconds));
                        }
                    }
                    topology.offloads(true);
                    for (Way way : Way.values()) {
                        add("rtt", way, new Sample(roundTrip(topology, way), 0));
                    }
                }
                int cold = shortRun ? 100 : 1000;
                return outcome(coldFlowsLost(topology, cold), cold, plots);
            } finally {
                server.destroy();
                server.waitFor();
            }
        }
    }

    private static void warmUp(Topology topology, int seconds) throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            iperf(topology, Way.GODWIT, Load.TCP_1, seconds);
            iperf(topology, Way.GODWIT, Load.UDP_64, seconds);
        }
    }

    private void add(String key, Way way, Sample sample) {
        samples.computeIfAbsent(key, k -> new EnumMap<>(Way.class))
                .computeIfAbsent(way, w -> new ArrayList<>())
                .add(sample);
        System.out.printf("%-16s%-8s%,16.3f   loss %.2f %%%n", key, way, sample.rate, sample.lossPercent);
    }

    private static Sample iperf(Topology topology, Way way, Load load, int seconds)
            throws IOException, InterruptedException {
        String json = topology.in(
                "h1",
                "iperf3 -J -c " + way.destination() + " -B " + way.source() + " -t " + seconds + " "
                        + (load.isUdp() ? "" : "-O 1 ") + load.options);
        JsonNode end = JsonMapper.shared().readTree(json).path("end");
        if (!load.isUdp()) {
            return new Sample(end.path("sum_received").path("bits_per_second").asDouble(), 0);
        }
        JsonNode sum = end.path("sum");
        double sent = sum.path("packets").asDouble();
        double lost = sum.path("lost_packets").asDouble();
        return new Sample((sent - lost) / sum.path("seconds").asDouble(seconds), 100 * lost / Math.max(1, sent));
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

    /** One ping to each of many hosts that nobody has asked for before; the mapping comes some milliseconds later. */
    private static int coldFlowsLost(Topology topology, int flows) throws IOException, InterruptedException {
        String lost = topology.in(
                "h1",
                "i=0; lost=0; while [ $i -lt " + flows + " ]; do ping -q -c 1 -W 1 " + Topology.COLD
                        + "$((i / 250)).$((i % 250 + 1)) > /dev/null || lost=$((lost + 1)); i=$((i + 1)); done;"
                        + " echo $lost");
        return Integer.parseInt(lost.strip());
    }

    private double median(String key, Way way) {
        double[] rates = samples.getOrDefault(key, Map.of()).getOrDefault(way, List.of()).stream()
                .mapToDouble(Sample::rate)
                .sorted()
                .toArray();
        return rates.length == 0 ? Double.NaN : rates[rates.length / 2];
    }

    private Outcome outcome(int coldLost, int cold, Path plots) {
        Map<String, Object> summary = new LinkedHashMap<>();
        Map<String, Object> rows = new LinkedHashMap<>();
        for (String key : samples.keySet()) {
            summary.put(key + "OfVxlan", rounded(median(key, Way.GODWIT) / median(key, Way.VXLAN)));
            summary.put(key + "OfNone", rounded(median(key, Way.GODWIT) / median(key, Way.NONE)));
            rows.put(key, samples.get(key));
        }
        summary.put("coldFlowsLost", coldLost);
        summary.forEach((key, value) -> System.out.printf("%-28s%s%n", key, value));
        plot(plots.resolve("tunnel.svg"));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("coldFlows", cold);
        details.put("samples", rows);
        details.put("plots", Map.of("Of no tunnel, by kind of load", "tunnel.svg"));
        return new Outcome(summary, details);
    }

    private static double rounded(double ratio) {
        return Double.isFinite(ratio) ? Math.round(ratio * 1000) / 1000.0 : 0;
    }

    /** Each load's rate as a share of that without a tunnel. */
    private void plot(Path file) {
        Plot plot = new Plot(
                "Delivered, of no tunnel", "1 tcp1, 2 tcp4, 3 tcp1 no offload, 4 udp64, 5 udp64x64, 6 udp1372", "");
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
