package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    /** No review waits for more. */
    private static final long ROUND_MILLIS = (Placement.PERIOD_NANOS + Placement.SPREAD_NANOS) / MILLISECOND + 1;

    @TempDir
    private Path directory;

    private final Processors processors = new Processors();
    private final long[] idle = new long[3];
    private final long[] hundredths = new long[3];
    private Path file;
    private Placement placement;
    private long nanos = 17;

    /** Of a thread that runs where it is bound to, or on {@link #current}. */
    private static final class Processors implements Placement.Processors {
        private final List<String> told = new ArrayList<>();
        private int current;
        private int forbidden = -1;
        private boolean refusing;

        @Override
        public boolean areKnown() {
            return true;
        }

        @Override
        public boolean mayRunOn(int processor) {
            return processor != forbidden;
        }

        @Override
        public int current() {
            return current;
        }

        @Override
        public boolean bindTo(int processor) {
            told.add("bind " + processor);
            if (!refusing) {
                current = processor;
            }
            return !refusing;
        }

        @Override
        public void release() {
            told.add("release");
        }

        @Override
        public void close() {
            told.add("close");
        }
    }

    @BeforeEach
    void place() throws IOException {
        file = directory.resolve("stat");
        write();
        placement = new Placement(new IdleTimes(file.toString()), processors);
    }

    @AfterEach
    void close() {
        placement.close();
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder("cpu 0 0 0 0\n");
        for (int i = 0; i < idle.length; i++) {
            text.append("cpu").append(i).append(" 5 6 7 ").append(idle[i]).append(" 8 9\n");
        }
        Files.writeString(file, text);
    }

    /** The thread asks every 10 ms, for as long as a review may take to come, while processors idle for so many percent of the time. */
    private void pass(int... percent) throws IOException {
        for (long millis = 0; millis < ROUND_MILLIS; millis += 10) {
            placement.review(nanos);
            nanos += 10 * MILLISECOND;
            for (int i = 0; i < idle.length; i++) {
                hundredths[i] += percent[i];
                idle[i] = hundredths[i] / 100;
            }
            write();
        }
    }

    @Test
    void shouldLeaveAProcessorThatOthersTakeForTheIdlestOne() throws IOException {
        pass(0, 20, 60);
        pass(0, 20, 60);
        pass(0, 20, 60);

        assertThat(processors.told).containsExactly("bind 2");
        assertThat(placement.isBound()).isTrue();
    }

    @Test
    void shouldStayWhereThereIsTime() throws IOException {
        processors.current = 1;
        for (int i = 0; i < 6; i++) {
            pass(90, 20, 90);
        }

        assertThat(processors.told).containsExactly("bind 1");
    }

    @Test
    void shouldNotBindWhereNobodyHasTime() throws IOException {
        for (int i = 0; i < 6; i++) {
            pass(0, 8, 8);
        }

        assertThat(processors.told).isEmpty();
    }

    @Test
    void shouldReleaseWhenItsProcessorIsTakenAndNoOtherHasTime() throws IOException {
        pass(0, 50, 0);
        pass(0, 50, 0);
        pass(0, 50, 0);
        for (int i = 0; i < 4; i++) {
            pass(0, 0, 0);
        }

        assertThat(processors.told).containsExactly("bind 1", "release");
        assertThat(placement.isBound()).isFalse();
    }

    @Test
    void shouldNotRunWhereItMayNot() throws IOException {
        processors.forbidden = 2;
        pass(0, 20, 90);
        pass(0, 20, 90);
        pass(0, 20, 90);

        assertThat(processors.told).containsExactly("bind 1");
    }

    @Test
    void shouldNotBeBoundWhenItIsRefused() throws IOException {
        processors.refusing = true;
        pass(0, 50, 0);
        pass(0, 50, 0);
        pass(0, 50, 0);

        assertThat(processors.told).startsWith("bind 1", "release");
        assertThat(placement.isBound()).isFalse();
        assertThat(placement.lapse(nanos)).isEqualTo(-1);
    }

    @Test
    void shouldLetGoAShortTimeAfterItWasLastAsked() throws IOException {
        pass(0, 50, 0);
        pass(0, 50, 0);
        pass(0, 50, 0);
        placement.review(nanos);

        assertThat(placement.lapse(nanos + MILLISECOND)).isEqualTo(20);
        assertThat(placement.isBound()).isTrue();
        assertThat(placement.lapse(nanos + Placement.LINGER_NANOS)).isEqualTo(-1);
        assertThat(processors.told).containsExactly("bind 1", "release");
    }

    @Test
    void shouldForgetWhatWasBeforeAPause() throws IOException {
        pass(0, 0, 0);
        nanos += 10 * Placement.PERIOD_NANOS;
        Arrays.fill(hundredths, 100_000);
        Arrays.fill(idle, 1_000);
        write();
        placement.review(nanos);
        nanos += 10 * MILLISECOND;
        pass(0, 8, 8);
        pass(0, 8, 8);

        assertThat(processors.told).isEmpty();
    }

    @Test
    void shouldNotTryOnOneProcessor() throws IOException {
        assertThat(placement.isUsable()).isTrue();
        Files.writeString(file, "cpu 0 0 0 0\ncpu0 1 2 3 4\n");
        try (Placement alone = new Placement(new IdleTimes(file.toString()), processors)) {
            assertThat(alone.isUsable()).isFalse();
        }
        try (Placement blind =
                new Placement(new IdleTimes(directory.resolve("none").toString()), processors)) {
            assertThat(blind.isUsable()).isFalse();
            for (int i = 0; i < 100; i++) {
                blind.review(i * 10L * MILLISECOND);
            }
        }
        assertThat(processors.told).doesNotContain("bind 0");
    }

    @Test
    void shouldBindAndReleaseTheThread() throws InterruptedException {
        List<Integer> all = ThreadAffinity.availableCpus();
        List<List<Integer>> seen = new ArrayList<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try (ThreadProcessors own = new ThreadProcessors()) {
                assertThat(own.areKnown()).isTrue();
                assertThat(all).contains(own.current());
                int last = all.getLast();
                assertThat(own.mayRunOn(last)).isTrue();
                assertThat(own.bindTo(last)).isTrue();
                assertThat(own.current()).isEqualTo(last);
                seen.add(ThreadAffinity.availableCpus());
                own.release();
                seen.add(ThreadAffinity.availableCpus());
                assertThat(own.bindTo(last + 1)).isFalse();
            }
        });
        thread.join();

        assertThat(seen).containsExactly(List.of(all.getLast()), all);
    }
}
