package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ThreadPriorityTest {
    @Test
    void shouldPreferTheThreadThatAsksAndNoOther() throws Exception {
        int before = ThreadPriority.niceness();

        String seen = inThread(() -> ThreadPriority.atLeast(before + 3) + " " + ThreadPriority.niceness());
        String improved = inThread(() -> {
            boolean allowed = ThreadPriority.atLeast(before - 2);
            return allowed + " " + (ThreadPriority.niceness() - before);
        });

        assertThat(seen).isEqualTo("true " + before);
        assertThat(improved).isEqualTo(isRoot() ? "true -2" : "false 0");
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
