package io.godwit.bench.forward;

import io.godwit.bench.Benchmark;
import io.godwit.bench.report.Plot;
import io.godwit.xtr.ring.RingLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** {@code bench/run forward}: clocks a packet through all stages of a direction, without the system calls. */
public final class ForwardBenchmark implements Benchmark {
    private static final Map<String, String> NAMES = Map.of("1", "1", "1000", "1k", "100000", "100k", "1000000", "1m");
    private static final int SMALL = 64;

    /**
     * One line of the table: medians over the batches measured.
     *
     * @param quiet clocks of the tenth percentile, which neighbours on the host disturb least
     */
    private record Row(String direction, int size, String mappings, double nanos, double clocks, double quiet) {
        static Row of(RunResult result, double ghz) {
            Statistics batches = result.getPrimaryResult().getStatistics();
            double nanos = batches.getPercentile(50) / RingLayout.BATCH;
            return new Row(
                    result.getParams().getParam("direction"),
                    Integer.parseInt(result.getParams().getParam("size")),
                    result.getParams().getParam("mappings"),
                    nanos,
                    nanos * ghz,
                    batches.getPercentile(10) / RingLayout.BATCH * ghz);
        }

        void print() {
            System.out.printf("%-8s%6d%12s%10.1f%10.0f%10.0f%n", direction, size, mappings, nanos, clocks, quiet);
        }

        Map<String, Object> json() {
            return Map.of(
                    "direction", direction,
                    "octets", size,
                    "mappings", mappings,
                    "ns", nanos,
                    "clocks", clocks,
                    "clocksTenthPercentile", quiet);
        }
    }

    @Override
    public String name() {
        return "forward";
    }

    @Override
    public String summary() {
        return "Clocks to encapsulate and to decapsulate a packet in memory, by number of mappings.";
    }

    @Override
    public Outcome run(boolean shortRun, Path plots) throws RunnerException, IOException {
        double ghz = TscClock.ghz();
        System.out.printf(
                "%-8s%6s%12s%10s%10s%10s   (TSC %.3f GHz)%n", "", "octets", "mappings", "ns", "clocks", "p10", ghz);
        List<Row> rows = new ArrayList<>();
        for (RunResult result : measure(shortRun)) {
            rows.add(Row.of(result, ghz));
        }
        rows.forEach(Row::print);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("tscGhz", ghz);
        details.put("sites", ForwardBench.SITES);
        details.put("rows", rows.stream().map(Row::json).toList());
        plot(rows, plots.resolve("forward.svg"));
        details.put("plots", Map.of("Clocks a packet of 64 octets", "forward.svg"));
        return new Outcome(summary(rows), details);
    }

    private static Collection<RunResult> measure(boolean shortRun) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(ForwardBench.class.getName())
                .forks(shortRun ? 1 : 2)
                .warmupIterations(shortRun ? 2 : 4)
                .measurementIterations(shortRun ? 5 : 10)
                .warmupTime(TimeValue.seconds(1))
                .measurementTime(TimeValue.milliseconds(shortRun ? 400 : 500))
                .jvmArgsAppend("-XX:+UseZGC", "-XX:+UseCompactObjectHeaders", "-Xms1g", "-Xmx1g")
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        if (shortRun) {
            options.param("size", Integer.toString(SMALL));
        }
        return new Runner(options.build()).run();
    }

    private static Map<String, Object> summary(List<Row> rows) {
        Map<String, Object> summary = new LinkedHashMap<>();
        for (Row row : rows) {
            String name = NAMES.getOrDefault(row.mappings(), row.mappings());
            boolean encap = row.direction().equals("encap");
            String key = row.direction() + "Clocks" + (encap || !name.equals("1") ? name : "");
            summary.put(row.size() == SMALL ? key : key + "At" + row.size(), Math.round(row.clocks() * 10) / 10.0);
        }
        return summary;
    }

    private static void plot(List<Row> rows, Path file) {
        Plot plot = new Plot("Clocks a packet of 64 octets", "mappings", "clocks").logarithmicX();
        for (String direction : List.of("encap", "decap")) {
            List<Row> line = rows.stream()
                    .filter(row -> row.direction().equals(direction) && row.size() == SMALL)
                    .toList();
            plot.points(
                    direction,
                    line.stream()
                            .mapToDouble(row -> Double.parseDouble(row.mappings()))
                            .toArray(),
                    line.stream().mapToDouble(Row::clocks).toArray());
        }
        plot.write(file);
    }
}
