package io.godwit.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ExpiryWheelTest {
    private static final long TICK = 10;

    @Test
    void shouldNeverBeEarly() {
        ExpiryWheel<String> wheel = new ExpiryWheel<>(TICK, 8, 0);
        List<String> due = new ArrayList<>();
        wheel.start("a", 21);
        wheel.poll(20, 100, due::add);
        assertThat(due).isEmpty();
        wheel.poll(29, 100, due::add);
        assertThat(due).isEmpty();
        wheel.poll(30, 100, due::add);
        assertThat(due).containsExactly("a");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void shouldDoBoundedWorkWhenManyAreDueAtOnce() {
        ExpiryWheel<Integer> wheel = new ExpiryWheel<>(TICK, 8, 0);
        for (int i = 0; i < 1000; i++) {
            wheel.start(i, 50);
        }
        List<Integer> due = new ArrayList<>();
        int polls = 0;
        boolean caughtUp = false;
        while (!caughtUp) {
            int before = due.size();
            caughtUp = wheel.poll(60, 64, due::add);
            assertThat(due.size() - before).isLessThanOrEqualTo(64);
            polls++;
        }
        assertThat(due).hasSize(1000).doesNotHaveDuplicates();
        assertThat(polls).isBetween(16, 18);
    }

    @Test
    void shouldLetTheConsumerStartMoveAndCancel() {
        ExpiryWheel<String> wheel = new ExpiryWheel<>(TICK, 8, 0);
        int[] handles = new int[3];
        handles[0] = wheel.start("first", 20);
        handles[1] = wheel.start("second", 20);
        handles[2] = wheel.start("third", 20);
        List<String> due = new ArrayList<>();
        wheel.poll(25, 100, key -> {
            due.add(key);
            if (due.size() == 1) {
                wheel.cancel(key.equals("first") ? handles[1] : handles[0]);
                wheel.move(key.equals("second") ? handles[2] : handles[key.equals("third") ? 1 : 2], 95);
                wheel.start("fourth", 40);
            }
        });
        assertThat(due).hasSize(1);
        wheel.poll(40, 100, due::add);
        assertThat(due).hasSize(2).endsWith("fourth");
        wheel.poll(100, 100, due::add);
        assertThat(due).hasSize(3);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void shouldRefuseAHandleThatIsOver() {
        ExpiryWheel<String> wheel = new ExpiryWheel<>(TICK, 8, 0);
        int handle = wheel.start("a", 20);
        wheel.cancel(handle);
        assertThatThrownBy(() -> wheel.cancel(handle)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> wheel.move(7, 30)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 500)
    void shouldBehaveLikeASearchedList(@ForAll @Size(max = 150) List<@IntRange(max = 99_999) Integer> steps) {
        ExpiryWheel<Integer> wheel = new ExpiryWheel<>(TICK, 16, 0);
        Map<Integer, Long> deadlines = new HashMap<>();
        Map<Integer, Integer> handles = new HashMap<>();
        long now = 0;
        for (int step : steps) {
            now += step % 37;
            int key = step / 37 % 40;
            long deadline = now + step / 1480 * 7L;
            Integer handle = handles.get(key);
            if (handle == null) {
                handles.put(key, wheel.start(key, deadline));
                deadlines.put(key, deadline);
            } else if (step % 5 == 0) {
                wheel.cancel(handle);
                handles.remove(key);
                deadlines.remove(key);
            } else {
                wheel.move(handle, deadline);
                deadlines.put(key, deadline);
            }
            long clock = now;
            boolean caughtUp = wheel.poll(now, 1000, due -> {
                assertThat(deadlines.remove(due)).isLessThanOrEqualTo(clock);
                handles.remove(due);
            });
            assertThat(caughtUp).isTrue();
            // A deadline that had passed when it was set waits for the end of the tick.
            assertThat(deadlines.values()).allSatisfy(left -> assertThat(left).isGreaterThan(clock - 2 * TICK));
            assertThat(wheel.size()).isEqualTo(deadlines.size());
        }
    }
}
