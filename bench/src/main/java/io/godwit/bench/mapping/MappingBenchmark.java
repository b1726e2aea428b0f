package io.godwit.bench.mapping;

import io.godwit.bench.Benchmark;
import io.godwit.bench.report.Plot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * {@code bench/run mapping}: rates per CPU-second of the map-server's thread, memory for each EID, latencies. Everything at 32 million
 * EIDs is measured only with a heap of 10 GB or more: {@code GODWIT_JAVA_OPTIONS=-Xmx12g bench/run mapping}.
 */
public final class MappingBenchmark implements Benchmark {
    private static final int THOUSAND = 1_000;
    private static final int MILLION = 1_000_000;
    private static final int LARGEST = 32 * MILLION;
    private static final long HEAP_FOR_LARGEST = 10L << 30;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};

    private final Map<String, Object> summary = new LinkedHashMap<>();
    private final Map<String, Object> details = new LinkedHashMap<>();
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();
    private final List<double[]> requestRates = new ArrayList<>();

    @Override
    public String name() {
        return "mapping";
    }

    @Override
    public String summary() {
        return "The map-server: Map-Requests, Map-Registers, moves, memory, latencies.";
    }

    @Override
    public Outcome run(boolean shortRun, Path plots) throws Exception {
        Rates rates = new Rates(shortRun ? 1 : 3);
        int large = shortRun ? MILLION / 5 : MILLION;
        put("registers1", rates.registers(large, 1));
        put("registers20", rates.registers(large, 20));
        put("moves", rates.moves(shortRun ? MILLION / 10 : MILLION / 2));
        sizes(rates, shortRun);
        Latencies.fanout(shortRun ? 50 : 300);
        Histogram fanout = Latencies.fanout(shortRun ? 100 : 900);
        histograms.put("change to 1,000 subscribers", fanout);
        put("fanoutP99Ms", fanout.getValueAtPercentile(99) / 1e6);
        UdpLoopback.Result udp = UdpLoopback.run(10 * THOUSAND, shortRun ? 200 * THOUSAND : 2 * MILLION);
        put("requestsUdp", udp.perCpuSecond());
        put("requestsUdpWall", udp.perSecond());
        histograms.put("UDP round trip, 256 under way", udp.roundTripNanos());
        restarts(shortRun);
        failover(shortRun);
        put("forgedAccepted", (double) Forged.accepted(shortRun ? MILLION / 10 : MILLION));
        histograms.forEach(this::percentiles);
        details.put("plots", plot(plots));
        return new Outcome(summary, details);
    }

    private void restarts(boolean shortRun) throws IOException, InterruptedException {
        put(shortRun ? "restart100kS" : "restart1mS", Restart.seconds(shortRun ? MILLION / 10 : MILLION));
        if (!shortRun && Runtime.getRuntime().maxMemory() >= HEAP_FOR_LARGEST) {
            put("restart32mS", Restart.seconds(LARGEST));
        }
    }

    private void failover(boolean shortRun) throws IOException, InterruptedException {
        Failover.Result result = Failover.run(shortRun ? 1 * THOUSAND : 5 * THOUSAND, shortRun ? 3 : 10);
        put("failoverLost", result.lost());
        put("failoverResumeS", result.resumeSeconds());
        details.put("failover", result);
    }

    private void sizes(Rates rates, boolean shortRun) {
        size(rates, THOUSAND, "1k");
        size(rates, 100 * THOUSAND, "100k");
        if (!shortRun) {
            size(rates, MILLION, "1m");
            if (Runtime.getRuntime().maxMemory() >= HEAP_FOR_LARGEST) {
                size(rates, LARGEST, "32m");
            }
        }
    }

    private void size(Rates rates, int eids, String name) {
        long before = Rates.usedOctets();
        Bed bed = load(eids);
        double octets = (double) (Rates.usedOctets() - before) / eids;
        double perSecond = rates.requests(bed, eids);
        put("requests" + name, perSecond);
        requestRates.add(new double[] {eids, perSecond});
        if (eids >= MILLION) {
            summary.put("bytesPerEid" + name, octets);
            System.out.printf(Locale.ROOT, "%-20s %,15.1f%n", "bytesPerEid" + name, octets);
            churn(bed, eids, name);
        }
        if (eids == MILLION) {
            expiry(bed, eids);
        }
    }

    /** In parts: the messages must not be in memory all at once. */
    private static Bed load(int eids) {
        Bed bed = new Bed();
        Messages messages = new Messages();
        for (int from = 0; from < eids; from += MILLION) {
            bed.deliver(messages.registers(from, Math.min(eids, from + MILLION), 20, 0));
        }
        bed.check(eids, bed.server.database().size(), "registrations");
        return bed;
    }

    private void churn(Bed bed, int eids, String name) {
        Histogram waits = Latencies.churn(bed, new Messages().registers(0, MILLION / 4, 1, Messages.XTRS), eids);
        histograms.put("lookup during 50 k moves/s, " + name + " EIDs", waits);
        put("churnP99Us" + name, waits.getValueAtPercentile(99) / 1e3);
    }

    private void expiry(Bed bed, int eids) {
        Histogram waits = Latencies.expiry(bed, eids);
        histograms.put("lookup while 1 M registrations expire", waits);
        put("expiryP99Ms", waits.getValueAtPercentile(99) / 1e6);
    }

    private void put(String key, double value) {
        Object rounded = value >= 1000 ? (Object) Math.round(value) : (Object) value;
        summary.put(key, rounded);
        System.out.printf(Locale.ROOT, value >= 1000 ? "%-20s %,15.0f%n" : "%-20s %,15.3f%n", key, value);
    }

    private void percentiles(String name, Histogram histogram) {
        Map<String, Double> micros = new LinkedHashMap<>();
        for (double percentile : PERCENTILES) {
            micros.put("p" + percentile, histogram.getValueAtPercentile(percentile) / 1e3);
        }
        details.put(name + ", us", micros);
        System.out.println(name + ", us: " + micros);
    }

    private Map<String, String> plot(Path folder) {
        Plot waits = new Plot("Latency", "requests per slower one", "ms").logarithmicX();
        histograms.forEach((name, histogram) -> {
            double[] oneIn = {2, 5, 10, 50, 100, 500, 1000, 5000, 10_000};
            double[] millis = new double[oneIn.length];
            for (int i = 0; i < oneIn.length; i++) {
                millis[i] = histogram.getValueAtPercentile(100 - 100 / oneIn[i]) / 1e6;
            }
            waits.line(name, oneIn, millis);
        });
        waits.write(folder.resolve("mapping-latency.svg"));
        double[] sizes = requestRates.stream().mapToDouble(point -> point[0]).toArray();
        double[] perSecond =
                requestRates.stream().mapToDouble(point -> point[1]).toArray();
        new Plot("Map-Requests answered per CPU-second, in process", "EIDs", "requests")
                .logarithmicX()
                .points("Map-Requests", sizes, perSecond)
                .write(folder.resolve("mapping-requests.svg"));
        return Map.of(
                "Latency of Map-Requests", "mapping-latency.svg",
                "Map-Requests per CPU-second", "mapping-requests.svg");
    }
}
