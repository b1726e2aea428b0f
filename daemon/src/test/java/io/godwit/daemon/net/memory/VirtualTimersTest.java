package io.godwit.daemon.net.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualTimersTest {
    private final VirtualTimers timers = new VirtualTimers();
    private final List<String> log = new ArrayList<>();

    private Runnable note(String name) {
        return () -> log.add(name + "@" + timers.nanoTime() / 1_000_000);
    }

    @Test
    void shouldRunTasksByTimeAndThenInOrder() {
        timers.after(Duration.ofMillis(20), note("b"));
        timers.after(Duration.ofMillis(10), note("a"));
        timers.after(Duration.ofMillis(20), note("c"));
        timers.execute(note("now"));
        timers.advance(Duration.ofMillis(15));
        assertThat(log).containsExactly("now@0", "a@10");
        timers.advance(Duration.ofMillis(5));
        assertThat(log).containsExactly("now@0", "a@10", "b@20", "c@20");
    }

    @Test
    void shouldRunWhatATaskMakesDueWithinTheSameAdvance() {
        timers.after(Duration.ofMillis(10), () -> timers.after(Duration.ofMillis(5), note("inner")));
        timers.advance(Duration.ofMillis(100));
        assertThat(log).containsExactly("inner@15");
        assertThat(timers.nanoTime()).isEqualTo(100_000_000);
    }

    @Test
    void shouldRepeatUntilCancelled() {
        Timers.Timer timer = timers.every(Duration.ofMillis(10), note("tick"));
        timers.advance(Duration.ofMillis(35));
        timer.cancel();
        timers.advance(Duration.ofMillis(100));
        assertThat(log).containsExactly("tick@10", "tick@20", "tick@30");
        assertThat(timers.pending()).isZero();
    }

    @Test
    void shouldLetATaskCancelItsOwnSeries() {
        Timers.Timer[] timer = new Timers.Timer[1];
        timer[0] = timers.every(Duration.ofMillis(10), () -> {
            note("once").run();
            timer[0].cancel();
        });
        timers.advance(Duration.ofMillis(100));
        assertThat(log).containsExactly("once@10");
    }
}
