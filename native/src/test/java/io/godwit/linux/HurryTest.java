package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HurryTest {
    private static final long LASTS = TimeUnit.SECONDS.toNanos(1);
    private static final long MOST = TimeUnit.MILLISECONDS.toNanos(4);

    private long now = 7;
    private long used = 3;
    private boolean allowed = true;
    private int urged;
    private String state = "usual";
    private Runnable whileCalming = () -> {};

    private final Hurry hurry = new Hurry(
            () -> now,
            () -> used,
            thread -> {
                urged++;
                state = allowed && thread == ThreadPriority.callingThread() ? "urgent" : state;
                return allowed;
            },
            () -> {
                state = "preferred";
                whileCalming.run();
            },
            LASTS,
            MOST);

    @Test
    void shouldBePreferredUntilSomebodyAsks() {
        hurry.begin();
        assertThat(state).isEqualTo("preferred");
        assertThat(hurry.isOn()).isFalse();

        hurry.ask();
        assertThat(state).isEqualTo("urgent");
        assertThat(hurry.isOn()).isTrue();
    }

    @Test
    void shouldNotAskForAThreadThatHasNotBegun() {
        hurry.ask();
        assertThat(urged).isZero();
    }

    @Test
    void shouldLastForAMomentAfterTheLastTimeSomebodyAsked() {
        hurry.begin();
        hurry.ask();
        pass(900, 1);
        hurry.ask();
        pass(999, 1);
        assertThat(state).isEqualTo("urgent");
        pass(1, 0);
        assertThat(state).isEqualTo("preferred");
        assertThat(hurry.isOn()).isFalse();
        assertThat(urged).isEqualTo(1);
    }

    @Test
    void shouldEndWhenItHasUsedWhatItMayAndBeginAgainWhenItMay() {
        hurry.begin();
        hurry.ask();
        pass(0, 0);
        // A sixteenth of the time is given back while it passes.
        pass(4, 4);
        assertThat(state).isEqualTo("urgent");
        pass(1, 1);
        assertThat(state).isEqualTo("preferred");

        long rest = Hurry.SHARE
                * (MOST + TimeUnit.MICROSECONDS.toNanos(1_000) - TimeUnit.MILLISECONDS.toNanos(5) / Hurry.SHARE);
        now += rest - 1;
        hurry.ask();
        assertThat(state).isEqualTo("preferred");
        now++;
        hurry.ask();
        assertThat(state).isEqualTo("urgent");
        pass(0, 0);
        pass(4, 4);
        assertThat(state).isEqualTo("urgent");
    }

    @Test
    void shouldCountOnlyWhatIsUsedInAHurry() {
        hurry.begin();
        now += TimeUnit.SECONDS.toNanos(60);
        used += TimeUnit.SECONDS.toNanos(50);
        hurry.ask();
        pass(0, 0);
        pass(1, 1);
        assertThat(state).isEqualTo("urgent");
    }

    @Test
    void shouldNotGainByAskingOftenWhatItHasUsed() {
        hurry.begin();
        int urgentMillis = 0;
        for (int i = 0; i < 1_000; i++) {
            hurry.ask();
            pass(0, 0);
            urgentMillis += "urgent".equals(state) ? 1 : 0;
            pass(1, 1);
        }
        assertThat(urgentMillis).isBetween(62, 70);
    }

    @Test
    void shouldGoOnForWhoeverAskedWhileItEnded() {
        hurry.begin();
        hurry.ask();
        pass(0, 0);
        whileCalming = () -> {
            whileCalming = () -> {};
            hurry.ask();
        };
        pass(1_000, 0);
        assertThat(state).isEqualTo("urgent");
        assertThat(hurry.isOn()).isTrue();
        pass(1_000, 0);
        assertThat(state).isEqualTo("preferred");
    }

    @Test
    void shouldNotAskAgainWhereItMayNot() {
        allowed = false;
        hurry.begin();
        hurry.ask();
        hurry.ask();
        assertThat(urged).isEqualTo(1);
        assertThat(hurry.isOn()).isFalse();
        assertThat(state).isEqualTo("preferred");
    }

    private void pass(long millis, long usedMillis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        used += TimeUnit.MILLISECONDS.toNanos(usedMillis);
        if (hurry.isOn()) {
            hurry.review();
        }
    }
}
