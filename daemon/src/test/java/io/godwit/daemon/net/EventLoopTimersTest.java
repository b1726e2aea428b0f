package io.godwit.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EventLoopTimersTest {
    private final ControlThread thread = new ControlThread("control");

    @AfterEach
    void close() {
        thread.close();
    }

    @Test
    void shouldRepeatATaskThatThrows() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(3);
        thread.timers().every(Duration.ofMillis(1), () -> {
            runs.countDown();
            throw new IllegalStateException("a mistake");
        });
        assertThat(runs.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldNotRunWhatWasCancelled() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        CountDownLatch later = new CountDownLatch(1);
        Timers.Timer timer = thread.timers().after(Duration.ofMillis(50), ran::countDown);
        timer.cancel();
        thread.timers().after(Duration.ofMillis(100), later::countDown);
        assertThat(later.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ran.getCount()).isEqualTo(1);
    }

    @Test
    void shouldBringWorkToTheControlThread() throws Exception {
        CountDownLatch onLoop = new CountDownLatch(1);
        thread.timers().execute(() -> {
            if (thread.loop().inEventLoop()) {
                onLoop.countDown();
            }
        });
        assertThat(onLoop.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
