package io.godwit.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTableTest {
    @Test
    void shouldAllowABurstAndThenOneEachInterval() {
        RateTable table = new RateTable(16, 100, 3);
        assertThat(allowed(table, 1, 0, 10)).isEqualTo(3);
        assertThat(allowed(table, 1, 99, 10)).isZero();
        assertThat(allowed(table, 1, 100, 10)).isEqualTo(1);
        assertThat(allowed(table, 1, 10_000, 10)).isEqualTo(3);
    }

    @Test
    void shouldNotStallOtherKeys() {
        RateTable table = new RateTable(16, 100, 1);
        for (int key = 0; key < 1000; key++) {
            assertThat(table.allow(key, 0)).isTrue();
        }
    }

    private static int allowed(RateTable table, long key, long now, int attempts) {
        int allowed = 0;
        for (int i = 0; i < attempts; i++) {
            allowed += table.allow(key, now) ? 1 : 0;
        }
        return allowed;
    }
}
