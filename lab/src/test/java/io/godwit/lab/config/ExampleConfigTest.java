package io.godwit.lab.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.report.Checkout;
import io.godwit.lab.net.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples in lab/config, by the command that an operator checks files with. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ExampleConfigTest {
    private final Path root = Checkout.root();

    private Shell.Outcome check(String role, Path config) {
        return Shell.attempt(
                List.of(root.resolve("cli/godwit").toString(), role, "--config", config.toString(), "--check"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xtr", "map-server", "map-resolver", "hypervisor"})
    void shouldPassTheCheck(String role) {
        Shell.Outcome outcome = check(role, root.resolve("lab/config/" + role + ".yaml"));

        assertThat(outcome.exit()).as(outcome.output()).isZero();
    }

    @Test
    void shouldNameEveryMistakeWithItsPlace(@TempDir Path folder) throws Exception {
        Path config = folder.resolve("bad.yaml");
        String example = Files.readString(root.resolve("lab/config/map-resolver.yaml"));
        Files.writeString(config, example.replace("192.0.2.42", "192.0.2.420") + "listne: [192.0.2.1]\n");

        Shell.Outcome outcome = check("map-resolver", config);

        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.output().strip()).hasLineCount(2).contains("192.0.2.420", "listne");
        assertThat(outcome.output().lines()).allMatch(line -> line.startsWith(config + ":"));
    }
}
