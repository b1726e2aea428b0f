package io.godwit.mapserver.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RehearsalTest {
    /** What it is for must really happen in it: moves, acknowledgements, publications, answers. */
    @Test
    void shouldMoveEidsToAndFroAndHearThatEveryoneKnows() {
        Map<String, Long> counted = Rehearsal.run(4);

        assertThat(counted.get("moves")).isBetween(200L, 800L).matches(moves -> moves % 200 == 0);
        assertThat(counted.get("subscriptions")).isPositive();
        assertThat(counted.get("publications")).isPositive();
        assertThat(counted.get("mapNotifiesAcknowledged")).isPositive();
        assertThat(counted.get("recordsRefused")).isZero();
        assertThat(counted.get("recordsStale")).isZero();
        assertThat(counted.get("mapNotifyAcksForged")).isZero();
        assertThat(counted.get("mapRegistersRefused")).isZero();
    }
}
