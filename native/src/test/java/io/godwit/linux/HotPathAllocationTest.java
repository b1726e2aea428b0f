package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.NamespaceTest;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NamespaceTest
@Timeout(120)
class HotPathAllocationTest {
    private static final List<String> NOTHING = List.of("udp 127.0.0.1 0", "udp ::1 0", "tun 0", "placement 0");

    @Test
    void shouldAllocateNothingFromTheFirstCallOnWhenInterpreted() throws Exception {
        assertThat(probe("-Xint", "cold")).isEqualTo(NOTHING);
    }

    /**
     * Warmed up on another thread first: before it compiles a method, the JVM makes the string constants of its class, exception messages of Agrona for
     * instance, on the thread that happened to trigger the compilation.
     */
    @Test
    void shouldAllocateNothingWhenCompiled() throws Exception {
        assertThat(probe("-Xmixed", "warm")).isEqualTo(NOTHING);
    }

    /** Runs {@link HotPathProbe} in a JVM with this one's flags. */
    private static List<String> probe(String mode, String start) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of(mode, "-cp", classPath(), HotPathProbe.class.getName(), start));
        try (TestNamespace host = new TestNamespace()) {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            Process process = host.namespace().call(builder::start);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output.lines().toList();
        }
    }

    private static String classPath() {
        return System.getProperty(
                "surefire.test.class.path",
                System.getProperty("java.class.path", "").replace("\n", File.pathSeparator));
    }
}
