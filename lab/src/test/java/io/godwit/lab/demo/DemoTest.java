package io.godwit.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.report.ResultFile;
import io.godwit.lab.net.Shell;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The demo itself, with few moves, and tshark as the judge of what crossed the core. */
@NamespaceTest
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoTest {
    private static final String LISP_PORTS = "(udp.port == 4341 || udp.port == 4342)";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"4", "6", "mixed"})
    @Conformance({"C002", "C258", "C259", "C264"})
    void shouldMoveTheVmThereAndBack(String underlay) {
        Path json = folder.resolve("demo.json");
        Path capture = folder.resolve("core.pcap");

        int exit = new CommandLine(new Demo())
                .execute(
                        "--moves=2",
                        "--pps=500",
                        "--max-lost=20",
                        "--underlay=" + underlay,
                        "--json=" + json,
                        "--capture=" + capture);

        assertThat(exit).isZero();
        Map<String, Object> summary = ResultFile.read(json).summary();
        assertThat(summary)
                .containsEntry("moves", 2)
                .containsEntry("tcpSurvived", true)
                .containsEntry("duplicated", 0);
        assertThat((Integer) summary.get("sent")).isGreaterThan(2000);
        assertThat((Double) summary.get("outageMedianMs")).isPositive();
        assertThat(packets(capture, LISP_PORTS))
                .as("LISP packets across the core")
                .isGreaterThan(2000);
        assertThat(packets(capture, LISP_PORTS + " && _ws.malformed")).isZero();
        assertThat(packets(capture, "udp.dstport == 4342 && !lisp"))
                .as("control messages that tshark cannot read")
                .isZero();
    }

    private static long packets(Path capture, String filter) {
        String output =
                Shell.run("tshark", "-r", capture.toString(), "-Y", filter, "-T", "fields", "-e", "frame.number");
        return output.lines().filter(line -> line.matches("\\d+")).count();
    }
}
