package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class UrgencyTest {
    private long now = 7;
    private long used = 3;
    private boolean allowed = true;
    private String state = "usual";

    private final Urgency urgency =
            new Urgency(() -> now, () -> used, () -> become("urgent", allowed), () -> become("preferred", true));

    @Test
    void shouldBeUrgentAsLongAsTheThreadUsesHalfAProcessorAtTheMost() {
        assertThat(urgency.begin()).isTrue();
        assertThat(state).isEqualTo("urgent");

        pass(100, 50);
        assertThat(state).isEqualTo("urgent");

        pass(100, 51);
        assertThat(state).isEqualTo("preferred");
    }

    @Test
    void shouldBeUrgentAgainOnceTheThreadUsesLessThanAQuarter() {
        urgency.begin();
        pass(1_000, 990);

        pass(100, 25);
        assertThat(state).isEqualTo("preferred");

        pass(200, 49);
        assertThat(state).isEqualTo("urgent");
    }

    @Test
    void shouldJudgeNoShorterTimeThanThePeriod() {
        urgency.begin();

        pass(99, 99);
        assertThat(state).isEqualTo("urgent");

        pass(1, 1);
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
    }

    @Test
    void shouldScheduleAThreadThatOnlyComputesAsThosePreferred() throws Exception {
        LongSupplier own = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
        FutureTask<String> task = new FutureTask<>(() -> {
            Urgency real = new Urgency(own);
            String schedule = ThreadPriorityTest.scheduleAfter(real.begin());
            long end = own.getAsLong() + TimeUnit.MILLISECONDS.toNanos(Urgency.PERIOD_MILLIS);
            while (own.getAsLong() < end) {
                Thread.onSpinWait();
            }
            real.review();
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
