package io.godwit.lab.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.report.Checkout;
import io.godwit.lab.net.Shell;
import io.godwit.testing.NamespaceTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code godwit train}: what a daemon learned serves its next start, also those of the tests after this one. */
@NamespaceTest
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class TrainTest {
    private final Path root = Checkout.root();
    private final String godwit = root.resolve("cli/godwit").toString();
    private final Path cache = root.resolve("xtr/target/xtr.aot");

    @Test
    void shouldKeepWhatADaemonLearned() throws IOException {
        Files.deleteIfExists(cache);

        Shell.Outcome trained = Shell.attempt(List.of("env", "GODWIT_JAVA_OPTS=", godwit, "train", "xtr"));

        if (Files.readString(root.resolve("xtr/target/classpath")).contains("/target/classes")) {
            assertThat(trained.exit()).isEqualTo(1);
            assertThat(trained.output()).contains("mvn -q package");
        } else {
            assertThat(trained.exit()).as(trained.output()).isZero();
            assertThat(cache).isNotEmptyFile();
            Shell.Outcome checked = checkWithCacheOnly();
            assertThat(checked.exit()).as(checked.output()).isZero();
        }
    }

    /** With this mode the JVM does not start where it cannot use the cache. */
    private Shell.Outcome checkWithCacheOnly() {
        return Shell.attempt(List.of(
                "env",
                "GODWIT_JAVA_OPTS=-XX:AOTMode=on",
                godwit,
                "xtr",
                "--config",
                root.resolve("lab/config/xtr.yaml").toString(),
                "--check"));
    }

    @Test
    void shouldSayWhichDaemonsThereAre() {
        Shell.Outcome outcome = Shell.attempt(List.of(godwit, "train", "xrt"));

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output()).contains("xrt", "map-resolver");
    }
}
