package io.godwit.lab.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.lab.demo.Direction;
import io.godwit.lab.traffic.FlowReport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetsTest {
    private static final double PAUSE = 4.2;
    private static final double SILENCE = 20.5;

    private static FlowReport flow(int lost) {
        return new FlowReport(1_000, lost, 0, 0, 0, 0, List.of());
    }

    private static List<String> failures(Trigger trigger, int lost) {
        FlowReport toVm = flow(lost);
        MoveResult move = new MoveResult(
                1,
                "cloud A -> cloud B",
                0,
                0,
                PAUSE,
                0,
                SILENCE,
                Map.of(Direction.TO_VM, toVm, Direction.FROM_VM, flow(0)),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                0,
                true);
        return new Targets(trigger, 2, 1_000, false, false).failures(Map.of(), List.of(move));
    }

    @Test
    void shouldAllowWhatIsSentWhileAGuestThatAnnouncesItselfIsPaused() {
        assertThat(failures(Trigger.RARP, 7)).isEmpty();
        assertThat(failures(Trigger.RARP, 8))
                .containsExactly(
                        "move 1 lost 8 packets, at the most 7 allowed by its pause of 4.2 ms and a silence of 0.0 ms");
    }

    @Test
    void shouldAllowWhatIsSentUntilAGuestSpeaksWhereNothingElseTellsOfIt() {
        assertThat(failures(Trigger.DATA, 27)).isEmpty();
        assertThat(failures(Trigger.DATA, 28)).hasSize(1);
    }
}
