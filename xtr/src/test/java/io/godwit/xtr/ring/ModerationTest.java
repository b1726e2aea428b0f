package io.godwit.xtr.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ModerationTest {
    private long micros;
    private final Moderation moderation = new Moderation(() -> TimeUnit.MICROSECONDS.toNanos(micros));

    private boolean round(int packets, long after) {
        micros += after;
        return moderation.isRestDue(packets);
    }

    @Test
    void shouldRestWhenPacketsComeFastAndGoOnAfterEachRest() {
        assertThat(round(5, 25)).as("too few to know").isFalse();
        assertThat(round(5, 25)).isFalse();
        assertThat(round(6, 30)).as("16 packets in 80 us").isTrue();
        assertThat(round(20, 100)).as("what gathered meanwhile").isTrue();
        assertThat(round(8, 99)).isTrue();
    }

    @Test
    void shouldNotRestWhenPacketsComeSlowly() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(round(1, 13)).as("round %d", i).isFalse();
        }
    }

    @Test
    void shouldTellATrickle() {
        assertThat(moderation.isTrickle()).as("nothing came yet").isTrue();
        assertThat(round(16, 16 * 499)).isFalse();
        assertThat(moderation.isTrickle()).as("2,004 a second").isFalse();
        for (int i = 0; i < 16; i++) {
            assertThat(round(1, 501)).isFalse();
        }
        assertThat(moderation.isTrickle()).as("1,996 a second").isTrue();
    }

    @Test
    void shouldStopRestingWhenPacketsBecomeFew() {
        assertThat(round(16, 50)).isTrue();
        assertThat(moderation.isFast()).isTrue();
        assertThat(round(4, 100)).isFalse();
        assertThat(moderation.isFast()).as("4 packets tell no rate").isFalse();
        assertThat(round(4, 100)).as("8 packets in 200 us").isFalse();
        assertThat(round(8, 40)).as("begins anew").isFalse();
        assertThat(round(8, 40)).isTrue();
    }

    @Test
    void shouldNotRestWhileBatchesAreLargeAnyway() {
        for (int i = 0; i < 100; i++) {
            assertThat(round(RingLayout.BATCH, 20)).as("round %d", i).isFalse();
            assertThat(moderation.isFast()).isTrue();
        }
        assertThat(round(31, 20)).isTrue();
    }

    @Test
    void shouldNotTakePacketsAfterALongSleepForFast() {
        assertThat(round(15, 10)).isFalse();
        assertThat(round(1, 1_000_000)).isFalse();
        assertThat(round(15, 10)).isFalse();
        assertThat(round(1, 10)).isTrue();
    }
}
