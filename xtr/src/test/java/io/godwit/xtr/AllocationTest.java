package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing on the path allocates, not even for the first packet of a fresh process. */
@Timeout(300)
class AllocationTest {
    @Test
    void shouldAllocateNothingFromTheFirstPacketOfAProcessOn() throws IOException, InterruptedException {
        assertThat(probe("200", "-XX:TieredStopAtLevel=1")).isEqualTo("allocated 0");
    }

    @Test
    void shouldAllocateNothingWithoutTheCompiler() throws IOException, InterruptedException {
        assertThat(probe("200", "-Xint")).isEqualTo("allocated 0");
    }

    /**
     * The optimising compiler makes the thread that asks for a compilation resolve the string constants of the method's class: some 50 KB once
     * in a process that are not ours. Sixteen octets a packet would be ten times that.
     */
    @Test
    void shouldNotAllocateForPacketsWithTheOptimisingCompiler() throws InterruptedException {
        assertThat(AllocationProbe.measure(3_000)).isLessThan(80_000);
    }

    @Test
    void shouldAllocateNothingWhileATapLooksOn() throws IOException, InterruptedException {
        assertThat(probe("200 tapped", "-Xint")).isEqualTo("allocated 0");
    }

    private static String probe(String arguments, String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AllocationProbe.class.getName()));
        command.addAll(List.of(arguments.split(" ", -1)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream stream = process.getInputStream()) {
            String output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return output.strip();
        }
    }
}
