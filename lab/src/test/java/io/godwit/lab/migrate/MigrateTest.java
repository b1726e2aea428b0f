package io.godwit.lab.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.report.ResultFile;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A real guest, few moves. */
@NamespaceTest
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class MigrateTest {
    @TempDir
    Path folder;

    @Test
    @Conformance({"C252", "C258", "C259", "C264"})
    void shouldKeepConnectionsOfAGuestThatMovesThereAndBack() {
        Path json = folder.resolve("migrate.json");

        int exit = new CommandLine(new Migrate()).execute("--moves=2", "--pps=500", "--no-targets", "--json=" + json);

        assertThat(exit).isZero();
        Map<String, Object> summary = ResultFile.read(json).summary();
        assertThat(summary).containsEntry("moves", 2).containsEntry("tcpSurvived", true);
        assertThat((Integer) summary.get("sent")).isGreaterThan(1000);
        assertThat((Integer) summary.get("lostToVm"))
                .as("packets to the guest: what its pause holds up is sent on to it")
                .isLessThanOrEqualTo(10);
        assertThat((Integer) summary.get("lostFromVm"))
                .as("packets of the guest, which its new xTR parks while it asks where to send them")
                .isZero();
    }
}
