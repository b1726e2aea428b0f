package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ThreadPriorityTest {
    @Test
    void shouldSetThePriorityOfTheThreadThatAsksAndOfNoOther() throws Exception {
        int before = ThreadPriority.niceness();

        String worse = inThread(() -> ThreadPriority.set(before + 3) + " " + (ThreadPriority.niceness() - before));
        String better = inThread(() -> ThreadPriority.set(before - 2) + " " + (ThreadPriority.niceness() - before));

        assertThat(worse).isEqualTo("true 3");
        assertThat(better).isEqualTo(isRoot() ? "true -2" : "false 0");
        assertThat(ThreadPriority.niceness()).isEqualTo(before);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String inThread(Supplier<String> work) throws InterruptedException {
        AtomicReference<String> result = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().start(() -> result.set(work.get()));
        thread.join();
        return result.get();
    }
}
