package io.godwit.bench.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three map-servers as processes, of which the leader is killed. */
@Tag("heavy")
class FailoverTest {
    @Test
    @Timeout(150) // 20 s on a machine that has nothing else to do
    void shouldLoseNothingThatWasConfirmedWhenTheLeaderDies() throws IOException, InterruptedException {
        Failover.Result result = Failover.run(200, 4);
        assertThat(result.registered()).isGreaterThan(300);
        assertThat(result.lost()).isZero();
        // The bench measures how soon; machines that run tests are busy.
        assertThat(result.resumeSeconds()).isLessThan(60);
        assertThat(result.lookups()).isGreaterThan(100);
        assertThat(result.unanswered()).isLessThanOrEqualTo(result.lookups() / 50);
    }
}
