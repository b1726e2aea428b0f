package io.godwit.bench.mapping;

import io.godwit.bench.Benchmark;
import io.godwit.bench.report.Plot;
import io.godwit.bench.report.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * {@code bench/run mapping}: rates per CPU-second of the map-server's thread, memory for each EID, latencies. Everything at 32 million
 * EIDs is measured only with a heap of 10 GB or more, which {@code bench/run} gives it on a machine of 24 GiB.
 */
public final class MappingBenchmark implements Benchmark {
    private static final int THOUSAND = 1_000;
    private static final int MILLION = 1_000_000;
    private static final int WARM_CHANGES = 50 * THOUSAND;
    private static final Map<String, Integer> SIZES = sizes();
    private static final long HEAP_FOR_LARGEST = 10L << 30;
    private static final long HEAP_FOR_REGISTERS = 3L << 30;
    /** A million Map-Notifies wait for acknowledgements that do not come. */
    private static final long HEAP_FOR_MOVES = 8L << 30;

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};

    private static Map<String, Integer> sizes() {
        Map<String, Integer> all = new LinkedHashMap<>();
        all.put("1k", THOUSAND);
        all.put("100k", 100 * THOUSAND);
        all.put("1m", MILLION);
        all.put("32m", 32 * MILLION);
        return all;
    }

    private List<String> sizes = List.of();
    private Consumer<Outcome> listener = outcome -> {};
    private final Map<String, Object> summary = new LinkedHashMap<>();
    private final Map<String, Object> details = new LinkedHashMap<>();
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();
    private final List<double[]> requestRates = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Progress progress = new Progress();

    @Override
    public String name() {
        return "mapping";
    }

    @Override
    public String summary() {
        return "The map-server: Map-Requests, Map-Registers, moves, memory, latencies.";
    }

    @Override
    public void sizes(List<String> names) {
        for (String size : names) {
            if (!SIZES.containsKey(size)) {
                throw new IllegalArgumentException("--sizes " + size + " is none of " + SIZES.keySet());
            }
        }
        sizes = List.copyOf(names);
    }

    @Override
    public void progress(Consumer<Outcome> newListener) {
        listener = newListener;
    }

    @Override
    public Outcome run(boolean shortRun, Path plots) throws Exception {
        Rates rates = new Rates(shortRun ? 1 : 3);
        int large = shortRun ? MILLION / 5 : MILLION;
        Heap.within(HEAP_FOR_REGISTERS);
        stage("Map-Registers of one record", () -> put("registers1", rates.registers(large, 1)));
        stage("Map-Registers of 20 records", () -> put("registers20", rates.registers(large, 20)));
        Heap.within(HEAP_FOR_MOVES);
        stage("moves", () -> put("moves", rates.moves(shortRun ? MILLION / 10 : MILLION / 2)));
        Heap.unbounded();
        List<String> wanted = sizes.isEmpty() ? usual(shortRun) : sizes;
        for (String size : wanted) {
            size(rates, SIZES.getOrDefault(size, 0), size);
        }
        stage("one change to 1,000 subscribers", () -> fanout(shortRun));
        stage("Map-Requests over UDP", () -> udp(shortRun));
        int forged = shortRun ? MILLION / 10 : MILLION;
        stage("forged Map-Registers", () -> put("forgedAccepted", (double) Forged.accepted(forged)));
        stage("death of a cluster's leader", () -> failover(shortRun));
        stage("a flood of Map-Requests", () -> requestFlood(shortRun));
        details.put("plots", plot(plots));
        return new Outcome(summary, details);
    }

    /** What one of them cannot measure must not take the others' figures with it. */
    private interface Stage {
        void run() throws IOException, InterruptedException, ExecutionException;
    }

    private void stage(String what, Stage stage) throws InterruptedException {
        progress.say(what);
        try {
            stage.run();
        } catch (IOException | ExecutionException | IllegalStateException e) {
            progress.say(what + " FAILED: " + e);
            failures.add(what + ": " + e);
            details.put("failures", failures);
            listener.accept(new Outcome(summary, details));
        }
    }

    private void fanout(boolean shortRun) {
        Latencies.fanout(shortRun ? 50 : 300);
        Histogram fanout = Latencies.fanout(shortRun ? 100 : 900);
        histogram("change to 1,000 subscribers", fanout);
        put("fanoutP99Ms", fanout.getValueAtPercentile(99) / 1e6);
    }

    private void udp(boolean shortRun) throws IOException, InterruptedException, ExecutionException {
        UdpLoopback.Result udp = UdpLoopback.run(10 * THOUSAND, shortRun ? 200 * THOUSAND : 2 * MILLION);
        put("requestsUdp", udp.perCpuSecond());
        put("requestsUdpWall", udp.perSecond());
        histogram("UDP round trip, 256 under way", udp.roundTripNanos());
    }

    private static List<String> usual(boolean shortRun) {
        if (shortRun) {
            return List.of("1k", "100k");
        }
        boolean largest = Runtime.getRuntime().maxMemory() >= HEAP_FOR_LARGEST;
        return largest ? List.copyOf(SIZES.keySet()) : List.of("1k", "100k", "1m");
    }

    private void requestFlood(boolean shortRun) throws IOException {
        RequestFlood.Result result = RequestFlood.run(100 * THOUSAND, shortRun ? 8 : 60);
        put("floodRequestsPerSecond", result.perSecond());
        put("floodUnansweredPercent", 100.0 * result.unanswered() / result.asked());
        put("floodP99Ms", result.p99Millis());
        put("floodGrowthMb", result.growthMegabytes());
        details.put("requestFlood", result);
    }

    private void failover(boolean shortRun) throws IOException, InterruptedException {
        Failover.Result result = Failover.run(shortRun ? 1 * THOUSAND : 5 * THOUSAND, shortRun ? 3 : 10);
        put("failoverLost", result.lost());
        put("failoverResumeS", result.resumeSeconds());
        details.put("failover", result);
    }

    private void size(Rates rates, int eids, String name) throws InterruptedException {
        stage("registration of " + name + " EIDs", () -> held(rates, eids, name));
        if (eids != THOUSAND) {
            stage("restart with " + name + " EIDs", () -> put("restart" + name + "S", Restart.seconds(eids)));
        }
    }

    private void held(Rates rates, int eids, String name) {
        long before = Rates.usedOctets();
        Bed bed = load(eids);
        double octets = (double) (Rates.usedOctets() - before) / eids;
        progress.say("Map-Requests for " + name + " EIDs");
        double perSecond = rates.requests(bed, eids);
        put("requests" + name, perSecond);
        requestRates.add(new double[] {eids, perSecond});
        if (eids >= MILLION) {
            put("bytesPerEid" + name, octets);
            churn(bed, eids, name);
        }
        if (eids == MILLION) {
            expiry(bed, eids);
        }
    }

    /** By Map-Registers up to a million; in parts: they must not be in memory all at once. */
    private static Bed load(int eids) {
        Bed bed = new Bed();
        if (eids > MILLION) {
            Bed.fill(bed.server.database(), eids, bed.timers);
        } else {
            bed.deliver(new Messages().registers(0, eids, Bed.RECORDS, 0));
        }
        bed.check(eids, bed.server.database().size(), "registrations");
        return bed;
    }

    private void churn(Bed bed, int eids, String name) {
        progress.say("lookups during 50 k moves/s among " + name + " EIDs");
        Messages messages = new Messages();
        Latencies.churn(bed, messages.registers(0, WARM_CHANGES, 1, Messages.XTRS), eids);
        Datagrams changes = messages.registers(WARM_CHANGES, WARM_CHANGES + MILLION / 4, 1, Messages.XTRS);
        Histogram waits = Latencies.churn(bed, changes, eids);
        histogram("lookup during 50 k moves/s, " + name + " EIDs", waits);
        put("churnP99Us" + name, waits.getValueAtPercentile(99) / 1e3);
    }

    private void expiry(Bed bed, int eids) {
        progress.say("1 M registrations expire");
        Histogram waits = Latencies.expiry(bed, eids);
        histogram("lookup while 1 M registrations expire", waits);
        put("expiryP99Ms", waits.getValueAtPercentile(99) / 1e6);
    }

    private void put(String key, double value) {
        Object rounded = value >= 1000 ? (Object) Math.round(value) : (Object) value;
        summary.put(key, rounded);
        listener.accept(new Outcome(summary, details));
        System.out.printf(Locale.ROOT, value >= 1000 ? "%-20s %,15.0f%n" : "%-20s %,15.3f%n", key, value);
    }

    private void histogram(String name, Histogram histogram) {
        histograms.put(name, histogram);
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
