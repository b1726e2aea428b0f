package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ThreadPriorityTest {
    private static final boolean ALLOWED = "root".equals(System.getProperty("user.name"));

    @Test
    void shouldPreferTheThreadThatAsksAndNeitherOthersNorThoseThatItBegins() throws Exception {
        int usual = ThreadPriority.niceness();

        String seen = inThread(() ->
                ThreadPriority.prefer() + " " + ThreadPriority.niceness() + " " + inThread(ThreadPriority::niceness));

        assertThat(seen)
                .isEqualTo(ALLOWED ? "true " + ThreadPriority.PREFERRED + " 0" : "false " + usual + " " + usual);
        assertThat(ThreadPriority.niceness()).isEqualTo(usual);
    }

    private static <T> T inThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task);
        return task.get();
    }
}
