package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class UrgencyTest {
    private static final long MOST = TimeUnit.MILLISECONDS.toNanos(8);

    private long now = 7;
    private long used = 3;
    private boolean allowed = true;
    private String state = "usual";
    private final List<Long> reviews = new ArrayList<>();

    private final Urgency urgency = new Urgency(
            () -> now,
            () -> used,
            () -> become("urgent", allowed),
            () -> become("preferred", true),
            MOST,
            (nanos, review) -> reviews.add(nanos));

    @Test
    void shouldBeUrgentForSoLongAtAStretch() {
        assertThat(urgency.begin()).isTrue();
        assertThat(state).isEqualTo("urgent");

        // A quarter of the ten milliseconds is given while they are spent.
        pass(10, 10);
        assertThat(state).isEqualTo("urgent");
        pass(1, 1);
        assertThat(state).isEqualTo("preferred");
    }

    @Test
    void shouldBeUrgentAlwaysWhenThatTakesAQuarterOfTheTime() {
        urgency.begin();
        for (int i = 0; i < 1_000; i++) {
            pass(8, 2);
            assertThat(state).isEqualTo("urgent");
        }
        assertThat(reviews).isEmpty();
    }

    @Test
    void shouldBeUrgentAgainAfterAsLongAsItAsksFor() {
        urgency.begin();
        pass(20, 20);
        assertThat(state).isEqualTo("preferred");

        assertThat(reviews)
                .containsExactly((MOST + TimeUnit.MILLISECONDS.toNanos(7)) * Urgency.SHARE + Urgency.STEP_NANOS);
        pass(59, 59);
        assertThat(state).isEqualTo("preferred");
        pass(1, 1);
        assertThat(state).isEqualTo("urgent");
    }

    @Test
    void shouldSpendAQuarterOfTheTimeOfAFloodThatNeverEnds() {
        urgency.begin();
        int urgentMillis = 0;
        for (int i = 0; i < 10_000; i++) {
            urgentMillis += state.equals("urgent") ? 1 : 0;
            pass(1, 1);
        }

        assertThat(urgentMillis).isBetween(2_400, 2_700);
    }

    @Test
    void shouldLookAtTheProcessorTimeNowAndThenOnly() {
        urgency.begin();
        used += MOST * 2;
        now += Urgency.STEP_NANOS - 1;
        urgency.review();
        assertThat(state).isEqualTo("urgent");

        now++;
        urgency.review();
        assertThat(state).isEqualTo("preferred");
    }

    @Test
    void shouldPreferAThreadThatMayNotBeUrgentAndLeaveItSo() {
        allowed = false;

        assertThat(urgency.begin()).isTrue();
        assertThat(state).isEqualTo("preferred");

        state = "as it was";
        pass(100, 0);
        pass(100, 100);
        assertThat(state).isEqualTo("as it was");
        assertThat(reviews).isEmpty();
    }

    @Test
    void shouldScheduleAThreadThatOnlyComputesAsThosePreferred() throws Exception {
        LongSupplier own = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
        FutureTask<String> task = new FutureTask<>(() -> {
            Urgency real = new Urgency(own, MOST, (nanos, review) -> reviews.add(nanos));
            Urgency.check();
            String schedule = ThreadPriorityTest.scheduleAfter(real.begin());
            long end = own.getAsLong() + 2 * MOST;
            while (own.getAsLong() < end) {
                Thread.onSpinWait();
            }
            Urgency.check();
            return schedule + ", " + ThreadPriorityTest.schedule() + " " + ThreadPriority.niceness();
        });
        Thread.ofPlatform().start(task);

        assertThat(task.get())
                .isEqualTo(
                        ThreadPriorityTest.ALLOWED ? "true 1 2, 0 0 " + ThreadPriority.PREFERRED : "false 0 0, 0 0 0");
    }

    private void pass(int millis, int usedMillis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        used += TimeUnit.MILLISECONDS.toNanos(usedMillis);
        urgency.review();
    }

    private boolean become(String next, boolean can) {
        if (can) {
            state = next;
        }
        return can;
    }
}
