package io.godwit.bench.codec;

import io.godwit.bench.Benchmark;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@code bench/run codec}: messages a second on one core, each figure the mean of JMH's measurement iterations. */
public final class CodecBenchmark implements Benchmark {
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
        Map<String, Double> figures = run(shortRun);
        Map<String, Object> summary = new LinkedHashMap<>();
        figures.forEach((name, value) -> summary.put(name, Math.round(value)));
        summary.forEach((name, value) -> System.out.printf("%-40s %,15d%n", name, (Long) value));
        return new Outcome(summary, Map.of());
    }

    /** Every benchmark's name with {@code PerSecond}, and its score. */
    public static Map<String, Double> run(boolean shortRun) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(CodecBench.class.getName())
                .forks(shortRun ? 1 : 3)
                .warmupIterations(shortRun ? 1 : 5)
                .measurementIterations(shortRun ? 2 : 5)
                .warmupTime(TimeValue.seconds(1))
                .measurementTime(TimeValue.seconds(1))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        Map<String, Double> figures = new LinkedHashMap<>();
        for (RunResult result : results) {
            figures.put(
                    result.getPrimaryResult().getLabel() + "PerSecond",
                    result.getPrimaryResult().getScore());
        }
        return figures;
    }
}
