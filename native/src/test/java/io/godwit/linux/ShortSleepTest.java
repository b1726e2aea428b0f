package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShortSleepTest {
    @Test
    void shouldSleepForAsLongAsItIsTold() {
        try (ShortSleep sleep = new ShortSleep()) {
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                sleep.micros(500);
            }
            assertThat(System.nanoTime() - start)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(10).toNanos());
        }
    }
}
