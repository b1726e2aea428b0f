package io.godwit.bench;

import io.godwit.bench.report.BenchmarksDoc;
import io.godwit.bench.report.Checkout;
import io.godwit.bench.report.ResultFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run NAME [--json FILE] [--short] [--publish]}. Benchmarks are found as services of {@link Benchmark}. */
@Command(
        name = "bench/run",
        description = "Measures. Every benchmark prints a table; --json keeps it.",
        mixinStandardHelpOptions = true)
public final class Main {
    private static final Duration CLEANING_UP = Duration.ofSeconds(30);
    /** As shells tell of SIGINT. */
    private static final int INTERRUPTED = 130;

    private Main() {}

    public static void main(String[] arguments) {
        Thread benchmark = Thread.currentThread();
        Thread stop = new Thread(() -> stop(benchmark), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        int code = commandLine(find()).execute(arguments);
        // Not when it is the hook that waits for this thread.
        if (!stop.isAlive()) {
            Runtime.getRuntime().removeShutdownHook(stop);
            System.exit(code);
        }
    }

    /** On SIGINT and SIGTERM: what a benchmark has made, namespaces and processes, it takes away before it ends. */
    private static void stop(Thread benchmark) {
        benchmark.interrupt();
        try {
            benchmark.join(CLEANING_UP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static List<Benchmark> find() {
        return ServiceLoader.load(Benchmark.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    static CommandLine commandLine(List<Benchmark> benchmarks) {
        CommandLine command = new CommandLine(new Main());
        command.setExecutionExceptionHandler((e, line, parsed) -> failed(e));
        command.addSubcommand(new Doc());
        for (Benchmark benchmark : benchmarks) {
            CommandSpec spec =
                    CommandSpec.forAnnotatedObject(new Run(benchmark)).name(benchmark.name());
            spec.usageMessage().description(benchmark.summary());
            command.addSubcommand(benchmark.name(), spec);
        }
        return command;
    }

    /** Whoever interrupts knows why it ends. */
    private static int failed(Exception e) throws Exception {
        if (e instanceof InterruptedException) {
            return INTERRUPTED;
        }
        throw e;
    }

    /** Writes docs/BENCHMARKS.md. */
    @Command(name = "doc", description = "Makes docs/BENCHMARKS.md from docs/results/*.json.")
    static final class Doc implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            BenchmarksDoc.main(new String[0]);
            return 0;
        }
    }

    /** One benchmark as a subcommand. */
    @Command(mixinStandardHelpOptions = true)
    static final class Run implements Callable<Integer> {
        private final Benchmark benchmark;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Option(names = "--json", paramLabel = "FILE", description = "Writes the result as JSON.")
        @Nullable
        Path json;

        @Option(names = "--short", description = "A minute at most, for trying out.")
        boolean shortRun;

        @Option(names = "--seconds", paramLabel = "S", description = "How long, where that is a choice: flood.")
        @Nullable
        Integer seconds;

        @Option(
                names = "--sizes",
                split = ",",
                paramLabel = "SIZE",
                description = "Of which sizes, where that is a choice: mapping has 1k, 100k, 1m and 32m.")
        @Nullable
        List<String> sizes;

        @Option(names = "--publish", description = "Replaces docs/results/NAME.json and docs/BENCHMARKS.md.")
        boolean publish;

        Run(Benchmark benchmark) {
            this.benchmark = benchmark;
        }

        @Override
        public Integer call() throws Exception {
            choose();
            Path results = Checkout.root().resolve("docs/results");
            Path plots = publish ? Files.createDirectories(results) : Files.createTempDirectory("godwit-plots");
            Path kept = json;
            if (kept != null) {
                benchmark.progress(outcome -> result(outcome).write(kept));
            }
            ResultFile result = result(benchmark.run(shortRun, plots));
            if (json != null) {
                result.write(json);
            }
            if (publish) {
                result.write(ResultFile.published(benchmark.name()));
                BenchmarksDoc.main(new String[0]);
            } else {
                System.out.println("plots: " + plots);
            }
            return 0;
        }

        private void choose() {
            try {
                if (seconds != null) {
                    benchmark.seconds(seconds);
                }
                if (sizes != null) {
                    benchmark.sizes(sizes);
                }
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), Objects.requireNonNullElse(e.getMessage(), "no such choice"), e);
            }
        }

        private ResultFile result(Benchmark.Outcome outcome) {
            String command = "bench/run " + benchmark.name()
                    + (shortRun ? " --short" : "")
                    + (seconds == null ? "" : " --seconds " + seconds)
                    + (sizes == null ? "" : " --sizes " + String.join(",", sizes));
            return ResultFile.of(benchmark.name(), command, outcome.summary(), outcome.details());
        }
    }
}
