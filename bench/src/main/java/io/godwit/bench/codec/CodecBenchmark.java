package io.godwit.bench.codec;

import io.godwit.bench.Benchmark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code bench/run codec}: messages for each second of one core's time. The benchmarks take turns, each round in a new JVM; a figure is
 * the median of its rounds, so that a neighbour who is busy for a while spoils a round and not a figure. By the wall clock: in details.
 */
public final class CodecBenchmark implements Benchmark {
    private static final int ROUNDS = 3;

    @Override
    public String name() {
        return "codec";
    }

    @Override
    public String summary() {
        return "Control messages decoded, encoded and authenticated a second, on one core.";
    }

    @Override
    public Outcome run(boolean shortRun, Path plots) throws RunnerException {
        Map<String, List<Long>> rounds = new TreeMap<>();
        Map<String, List<Long>> wall = new TreeMap<>();
        for (int round = 0; round < (shortRun ? 1 : ROUNDS); round++) {
            for (RunResult result : new Runner(options(shortRun)).run()) {
                String name = result.getPrimaryResult().getLabel();
                Result<?> cpu = result.getSecondaryResults().get(CpuTimeProfiler.LABEL);
                add(rounds, name + "PerCpuSecond", Objects.requireNonNull(cpu));
                add(wall, name + "PerSecond", result.getPrimaryResult());
            }
        }
        Map<String, Object> summary = new TreeMap<>();
        rounds.forEach((name, scores) -> summary.put(name, median(scores)));
        summary.forEach((name, value) -> System.out.printf("%-40s %,15d%n", name, (Long) value));
        return new Outcome(summary, Map.of("rounds", rounds, "wallClockRounds", wall));
    }

    private static void add(Map<String, List<Long>> rounds, String figure, Result<?> result) {
        rounds.computeIfAbsent(figure, name -> new ArrayList<>()).add(Math.round(result.getScore()));
    }

    private static long median(List<Long> scores) {
        return scores.stream().sorted().skip(scores.size() / 2).findFirst().orElseThrow();
    }

    private static Options options(boolean shortRun) {
        return new OptionsBuilder()
                .include(CodecBench.class.getName())
                .forks(1)
                .warmupIterations(shortRun ? 1 : 5)
                .measurementIterations(2)
                .warmupTime(TimeValue.seconds(2))
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(CpuTimeProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
    }
}
