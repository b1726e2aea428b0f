package io.godwit.xtr.control.mobility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveTurnTest {
    private final List<String> story = new ArrayList<>();
    private final MoveTurn turn = new MoveTurn(run -> within("data plane", run), run -> within("peers", run));

    private void within(String what, Runnable run) {
        story.add(what + " {");
        run.run();
        story.add("} " + what);
    }

    private void move(String host) {
        story.add("move " + host);
        turn.afterwards(() -> story.add("registers " + host));
        turn.arrival(() -> story.add("routes to " + host));
        turn.news(() -> story.add("tells of " + host));
        turn.departure(() -> story.add("no routes to " + host));
    }

    @Test
    void shouldTakeEachStepOfAllMovesBeforeTheNext() {
        turn.run(() -> {
            move("a");
            turn.run(() -> move("b"));
        });

        assertThat(story)
                .containsExactly(
                        "peers {",
                        "data plane {",
                        "move a",
                        "move b",
                        "} data plane",
                        "no routes to a",
                        "no routes to b",
                        "tells of a",
                        "tells of b",
                        "} peers",
                        "data plane {",
                        "routes to a",
                        "routes to b",
                        "} data plane",
                        "registers a",
                        "registers b");
    }

    @Test
    void shouldFinishWhatWasBegunWhenAMoveFails() {
        assertThatThrownBy(() -> turn.run(() -> {
                    move("a");
                    throw new IllegalStateException("of b");
                }))
                .hasMessage("of b");
        assertThat(story).contains("no routes to a", "tells of a", "routes to a", "registers a");

        story.clear();
        turn.run(() -> move("c"));
        assertThat(story).contains("registers c").doesNotContain("registers a");
    }

    @Test
    void shouldTakeMovesThatFollowFromANewsInATurnOfTheirOwn() {
        turn.run(() -> turn.news(() -> turn.run(() -> move("late"))));

        assertThat(story).containsSubsequence("move late", "tells of late", "routes to late", "registers late");
    }
}
