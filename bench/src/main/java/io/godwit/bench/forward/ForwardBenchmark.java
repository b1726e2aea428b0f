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
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * {@code bench/run forward}: clocks a packet through all stages of a direction, without the system calls. All cases are measured in turn, in a
 * process each, and that for several rounds: a neighbour on the host who disturbs some minutes then disturbs some rounds of every case, and not all of one.
 * A figure is the median over the rounds of each round's median over its batches.
 */
public final class ForwardBenchmark implements Benchmark {
    private static final Map<String, String> NAMES = Map.of("1", "1", "1000", "1k", "100000", "100k", "1000000", "1m");
    private static final int SMALL = 64;
    private static final int ROUNDS = 5;
    private static final int SHORT_ROUNDS = 3;

    /** What is measured: a line of the table. */
    private record Case(String direction, int size, String mappings) {}

    /**
     * One case in one round, or over all of them.
     *
     * @param quiet clocks of the tenth percentile of the batches, which neighbours on the host disturb least
     */
    private record Row(String direction, int size, String mappings, double nanos, double clocks, double quiet) {
        static Row median(Case of, List<Row> rounds) {
            return new Row(
                    of.direction,
                    of.size,
                    of.mappings,
                    median(rounds, Row::nanos),
                    median(rounds, Row::clocks),
                    median(rounds, Row::quiet));
        }

        private static double median(List<Row> rounds, ToDoubleFunction<Row> figure) {
            double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
            return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        }

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
        Map<Case, List<Row>> rounds = new LinkedHashMap<>();
        int last = shortRun ? SHORT_ROUNDS : ROUNDS;
        for (int round = 1; round <= last; round++) {
            System.out.printf("round %d of %d%n", round, last);
            for (RunResult result : measure(shortRun)) {
                Row row = Row.of(result, ghz);
                row.print();
                rounds.computeIfAbsent(new Case(row.direction, row.size, row.mappings), _ -> new ArrayList<>())
                        .add(row);
            }
        }
        System.out.println("medians of the rounds");
        List<Row> rows = new ArrayList<>();
        rounds.forEach((each, measured) -> rows.add(Row.median(each, measured)));
        rows.forEach(Row::print);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("tscGhz", ghz);
        details.put("sites", ForwardBench.SITES);
        details.put("rows", rows.stream().map(Row::json).toList());
        details.put(
                "clocksByRound",
                rounds.values().stream()
                        .map(measured -> measured.stream().map(Row::clocks).toList())
                        .toList());
        plot(rows, plots.resolve("forward.svg"));
        details.put("plots", Map.of("Clocks a packet of 64 octets", "forward.svg"));
        return new Outcome(summary(rows), details);
    }

    private static Collection<RunResult> measure(boolean shortRun) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(ForwardBench.class.getName())
                .forks(1)
                .warmupIterations(2)
                .measurementIterations(3)
                .warmupTime(TimeValue.milliseconds(shortRun ? 800 : 1_000))
                .measurementTime(TimeValue.milliseconds(shortRun ? 200 : 400))
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
