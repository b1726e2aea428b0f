package io.godwit.lab.stampede;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.report.ResultFile;
import io.godwit.testing.NamespaceTest;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The lab itself, small: slow enough for a busy machine. */
@NamespaceTest
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StampedeTest {
    @TempDir
    Path folder;

    @Test
    void shouldMoveHostsUnderTrafficWithoutLoss() {
        Path json = folder.resolve("stampede.json");

        int exit = new CommandLine(new Stampede())
                .execute("--moves=2", "--slow=500", "--fast=2000", "--eids=50", "--itrs=20", "--json=" + json);

        assertThat(exit).isZero();
        Map<String, Object> summary = ResultFile.read(json).summary();
        assertThat(summary).containsEntry("lost10k", 0).containsEntry("lost100k", 0);
        assertThat((Double) summary.get("bulkSeconds")).isPositive();
        assertThat((Double) summary.get("itrConvergeP99Ms")).isPositive().isLessThan(10_000);
    }
}
