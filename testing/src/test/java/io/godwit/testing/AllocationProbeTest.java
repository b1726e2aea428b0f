package io.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllocationProbeTest {
    private byte[] sink = {};
    private int counter;

    @Test
    void shouldCountWhatIsAllocated() {
        assertThat(AllocationProbe.bytes(() -> sink = new byte[1000])).isBetween(1000L, 1100L);
        assertThat(sink).hasSize(1000);
    }

    @Test
    void shouldCountNothingWhenNothingIsAllocated() {
        Runnable task = () -> counter++;

        assertThat(AllocationProbe.bytes(task)).isZero();
        assertThat(counter).isEqualTo(1);
    }
}
