package io.godwit.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksDocTest {
    @Test
    void shouldBeUpToDate() throws Exception {
        Path root = Checkout.root();

        assertThat(BenchmarksDoc.file(root))
                .as("docs/BENCHMARKS.md is made from docs/results/*.json: run bench/run doc")
                .hasContent(new BenchmarksDoc(root).text());
    }

    @Test
    void shouldHoldFiguresAgainstTargets(@TempDir Path root) throws Exception {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("moves", 10);
        summary.put("lost", 11);
        summary.put("tcpSurvived", true);
        summary.put("outageMedianMs", 1.23456);
        write(
                root,
                new ResultFile(
                        "demo",
                        summary,
                        "0123456789abcdef",
                        false,
                        "2026-11-01T00:00:00Z",
                        "CPU",
                        2,
                        "6.18",
                        "JDK",
                        "lab/demo",
                        Map.of("plots", Map.of("Outage", "demo-outage.svg"))));
        Files.writeString(root.resolve("docs/results/demo.md"), "What limits it: the guest.\n");

        assertThat(new BenchmarksDoc(root).text())
                .contains("`lab/demo`", "commit 0123456789  \n", "CPU, 2 CPUs, Linux 6.18, JDK")
                .contains("| moves | 10 | >= 10 | met |")
                .contains("| lost | 11 | <= 10 | missed |")
                .contains("| tcpSurvived | true | == true | met |")
                .contains("| outageMedianMs | 1.23 |  |  |")
                .contains("![Outage](results/demo-outage.svg)")
                .endsWith(")\n\nWhat limits it: the guest.\n");
    }

    @Test
    void shouldReadWhatItWrote(@TempDir Path folder) {
        ResultFile result = ResultFile.of("demo", "lab/demo", Map.of("lost", 3), Map.of("note", "x"));
        Path file = folder.resolve("new/demo.json");

        result.write(file);

        assertThat(ResultFile.read(file)).isEqualTo(result);
        assertThat(result.commit()).matches("[0-9a-f]{40}|unknown");
        assertThat(result.cpus()).isPositive();
    }

    private static void write(Path root, ResultFile result) throws Exception {
        Files.createDirectories(root.resolve("docs/results"));
        result.write(root.resolve("docs/results").resolve(result.name() + ".json"));
    }
}
