package io.godwit.bench.tunnel;

import io.godwit.bench.Benchmark;
import io.godwit.bench.report.Plot;
import io.godwit.bench.report.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * {@code bench/run flood}: a tunnel router's process under random and mutated packets at port 4341, with sound ones among them. Memory over time, drops by
 * reason, and whether the sound ones come through; and, but in short runs, for memory settles slowly, what it takes when idle and with a million mappings. Needs
 * root.
 */
public final class FloodBenchmark implements Benchmark {
    private static final int FULL_SECONDS = 600;
    private static final int SHORT_SECONDS = 20;
    private static final int SAMPLE_MILLIS = 1_000;
    private static final int MAPPINGS = 1_000_000;
    /** Of the flood's time: until then classes are loaded and code is compiled. */
    private static final double WARM = 0.2;

    private int seconds;

    @Override
    public String name() {
        return "flood";
    }

    @Override
    public String summary() {
        return "Memory of the tunnel router: idle, with a million mappings, and under a flood of bad packets.";
    }

    @Override
    public void seconds(int wanted) {
        seconds = wanted;
    }

    @Override
    public Outcome run(boolean shortRun, Path plots) throws IOException, InterruptedException {
        int duration = seconds > 0 ? seconds : shortRun ? SHORT_SECONDS : FULL_SECONDS;
        Map<String, Object> summary = new LinkedHashMap<>();
        Map<String, Object> details = new LinkedHashMap<>();
        Progress progress = new Progress();
        try (DaemonSite site = new DaemonSite()) {
            if (!shortRun) {
                memory(site, summary, progress);
            }
            progress.say("a flood of " + duration + " s");
            flood(site, duration, summary, details, plots);
        }
        summary.forEach((key, value) -> System.out.printf("%-32s%s%n", key, value));
        return new Outcome(summary, details);
    }

    private static void memory(DaemonSite site, Map<String, Object> summary, Progress progress)
            throws IOException, InterruptedException {
        progress.say("memory without load: until it settles, two to four minutes");
        double idle = site.idleMegabytes();
        summary.put("idleMb", idle);
        progress.say("memory with " + MAPPINGS + " mappings: until it settles, two to six minutes");
        summary.put("millionMb", idle + site.megabytesOfMappings(MAPPINGS));
    }

    private static void flood(
            DaemonSite site, int duration, Map<String, Object> summary, Map<String, Object> details, Path plots)
            throws IOException, InterruptedException {
        List<Double> memory = new ArrayList<>();
        try (JavaNode receiver = site.receiver()) {
            receiver.order("reset");
            Process flooder = site.flood(duration);
            long start = System.nanoTime();
            while (flooder.isAlive()) {
                Thread.sleep(SAMPLE_MILLIS);
                memory.add(site.residentMegabytes());
            }
            double took = (System.nanoTime() - start) / 1e9;
            String[] sent = DaemonSite.lastLine(flooder).split(" ", -1);
            long sound = Long.parseLong(sent[1]);
            JsonNode counters = site.counters();
            long taken = counters.path("dataPlane").path("received-datagrams").asLong();
            summary.put("badPacketsSent", Long.parseLong(sent[0]));
            summary.put("packetsReceived", taken);
            summary.put("packetsReceivedPerSecond", Math.round(taken / took));
            summary.put("soundSent", sound);
            long delivered = receiver.order("count");
            summary.put("soundDelivered", delivered);
            summary.put("soundLostPercent", Math.round(1000.0 * (sound - delivered) / Math.max(1, sound)) / 10.0);
            summary.put("seconds", duration);
            details.put("drops", drops(counters));
        }
        List<Double> settled = memory.subList((int) (memory.size() * WARM), memory.size());
        summary.put("floodStartMb", settled.getFirst());
        summary.put("floodEndMb", settled.getLast());
        summary.put("floodGrowthMb", Math.round(10 * (settled.getLast() - settled.getFirst())) / 10.0);
        details.put("residentMegabytes", memory);
        details.put("plots", Map.of("Resident memory under a flood of bad packets", "flood.svg"));
        double[] x = new double[memory.size()];
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = i + 1;
            y[i] = memory.get(i);
        }
        new Plot("Resident memory under a flood of bad packets", "seconds", "MB")
                .line("xtr", x, y)
                .write(plots.resolve("flood.svg"));
    }

    /** Packets that the data plane dropped, by reason. */
    private static Map<String, Long> drops(JsonNode counters) {
        Map<String, Long> drops = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> counter : counters.path("dataPlane").properties()) {
            if (counter.getKey().startsWith("drop-") && counter.getValue().asLong() > 0) {
                drops.put(counter.getKey(), counter.getValue().asLong());
                System.out.printf(
                        "%-36s%,d%n", counter.getKey(), counter.getValue().asLong());
            }
        }
        return drops;
    }
}
