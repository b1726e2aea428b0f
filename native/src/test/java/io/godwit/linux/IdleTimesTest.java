package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleTimesTest {
    @TempDir
    private Path directory;

    private final long[] ticks = new long[IdleTimes.MOST_PROCESSORS];

    private int read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("stat"), text);
        try (IdleTimes times = new IdleTimes(file.toString())) {
            return times.read(ticks);
        }
    }

    @Test
    void shouldReadTheTicksOfEachProcessor() throws IOException {
        int processors = read("""
            cpu  300 5 200 7000000000 9 0 4 0 0 0
            cpu0 100 2 50 3000000000 4 0 3 0 0 0
            cpu1 200 3 150 4000000000 5 0 1 0 0 0
            intr 12345 0 0
            ctxt 99
            """);

        assertThat(processors).isEqualTo(2);
        assertThat(ticks).startsWith(3_000_000_000L, 4_000_000_000L, 0);
    }

    @Test
    void shouldLeaveAloneMachinesOfManyProcessors() throws IOException {
        String lines = IntStream.rangeClosed(0, IdleTimes.MOST_PROCESSORS)
                .mapToObj(i -> "cpu" + i + " 1 2 3 4\n")
                .collect(Collectors.joining());

        assertThat(read("cpu 1 2 3 4\n" + lines)).isZero();
    }

    @Test
    void shouldFindNothingInWhatIsNoSuchFile() throws IOException {
        assertThat(read("")).isZero();
        assertThat(read("cpu")).isZero();
        assertThat(read("one line\nanother")).isZero();
        try (IdleTimes times = new IdleTimes(directory.resolve("missing").toString())) {
            assertThat(times.read(ticks)).isZero();
        }
    }

    @Test
    void shouldReadThoseOfThisMachine() throws IOException {
        int processors;
        try (Stream<String> lines = Files.lines(Path.of(IdleTimes.FILE))) {
            processors = (int) lines.filter(line -> line.matches("cpu\\d.*")).count();
        }
        try (IdleTimes times = new IdleTimes(IdleTimes.FILE)) {
            boolean few = processors <= IdleTimes.MOST_PROCESSORS;
            assertThat(times.read(ticks)).isEqualTo(few ? processors : 0);
            assertThat(LongStream.of(ticks).sum()).isPositive();
        }
    }
}
