package io.godwit.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes docs/BENCHMARKS.md from every docs/results/*.json. */
public final class BenchmarksDoc {
    private static final String HEAD = """
        # Benchmarks

        Generated from docs/results/*.json by `bench/run doc`; do not edit. Each result is the last full run, made by the command above its
        table. `bench/run NAME --publish` (or `lab/NAME --publish`) replaces it. What is said below a table stands in docs/results/NAME.md.
        """;

    private final Targets targets = Targets.load();
    private final Path results;

    public BenchmarksDoc(Path root) {
        this.results = root.resolve("docs/results");
    }

    public static Path file(Path root) {
        return root.resolve("docs/BENCHMARKS.md");
    }

    public static void main(String[] arguments) throws IOException {
        Path root = Checkout.root();
        Files.createDirectories(root.resolve("docs"));
        Files.writeString(file(root), new BenchmarksDoc(root).text());
    }

    /** The page. The same results always give the same text. */
    public String text() {
        StringBuilder page = new StringBuilder(HEAD);
        List<Path> files = resultFiles();
        if (files.isEmpty()) {
            page.append("\nNo results yet.\n");
        }
        for (Path file : files) {
            ResultFile result = ResultFile.read(file);
            section(page, result);
            remarks(page, result.name());
        }
        return page.toString();
    }

    private List<Path> resultFiles() {
        if (!Files.isDirectory(results)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(results)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void section(StringBuilder page, ResultFile result) {
        page.append("\n## ").append(result.name()).append("\n\n");
        page.append('`').append(result.command()).append("`  \n");
        page.append("%s, commit %.10s%s  \n"
                .formatted(result.date(), result.commit(), result.dirty() ? " with changes" : ""));
        page.append(
                "%s, %d CPUs, Linux %s, %s\n\n".formatted(result.cpu(), result.cpus(), result.kernel(), result.jdk()));
        page.append("| key | value | target | |\n|---|---:|---|---|\n");
        result.summary().forEach((key, value) -> row(page, result.name(), key, value));
        plots(page, result);
    }

    /** What somebody found out about the figures. */
    private void remarks(StringBuilder page, String name) {
        Path file = results.resolve(name + ".md");
        if (Files.exists(file)) {
            try {
                page.append('\n').append(Files.readString(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void row(StringBuilder page, String result, String key, Object value) {
        String verdict = targets.met(result, key, value)
                .map(met -> met ? "met" : "missed")
                .orElse("");
        page.append("| %s | %s | %s | %s |\n"
                .formatted(key, Figures.text(value), targets.text(result, key).orElse(""), verdict));
    }

    /** {@code details.plots}: title to file name in docs/results. */
    private void plots(StringBuilder page, ResultFile result) {
        if (result.details().get("plots") instanceof Map<?, ?> plots) {
            plots.forEach((title, file) -> page.append("\n![%s](results/%s)\n".formatted(title, file)));
        }
    }
}
