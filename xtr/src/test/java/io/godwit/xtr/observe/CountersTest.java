package io.godwit.xtr.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountersTest {
    @Test
    void shouldSumTheBlocksOfAllThreadsByStableName() {
        Counters counters = new Counters();
        CounterBlock first = counters.newBlock();
        CounterBlock second = counters.newBlock();

        first.add(Counter.TUN_READ_PACKETS, 3);
        second.add(Counter.TUN_READ_PACKETS, 4);
        second.drop(DropReason.LOCAL_LOOP);
        second.drop(DropReason.LOCAL_LOOP, 2);

        assertThat(counters.snapshot())
                .containsEntry("tun-read-packets", 7L)
                .containsEntry("drop-local-loop", 3L)
                .containsEntry("drop-internal-error", 0L)
                .hasSize(Counter.values().length + DropReason.values().length);
    }

    @Test
    void shouldNameAndDescribeEachOnce() {
        assertThat(Counter.values()).extracting(Counter::shown).doesNotHaveDuplicates();
        assertThat(DropReason.values()).extracting(DropReason::shown).doesNotHaveDuplicates();
        assertThat(DropReason.values())
                .extracting(DropReason::description)
                .doesNotHaveDuplicates()
                .noneMatch(String::isBlank);
        assertThat(Counter.values()).extracting(Counter::description).doesNotHaveDuplicates();
    }
}
