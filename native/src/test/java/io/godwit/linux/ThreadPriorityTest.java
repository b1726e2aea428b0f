package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ThreadPriorityTest {
    static final boolean ALLOWED = "root".equals(System.getProperty("user.name"));

    @Test
    void shouldPreferTheThreadThatAsksAndNeitherOthersNorThoseThatItBegins() throws Exception {
        int usual = ThreadPriority.niceness();

        String seen = inThread(() ->
                ThreadPriority.prefer() + " " + ThreadPriority.niceness() + " " + inThread(ThreadPriority::niceness));

        assertThat(seen)
                .isEqualTo(ALLOWED ? "true " + ThreadPriority.PREFERRED + " 0" : "false " + usual + " " + usual);
        assertThat(ThreadPriority.niceness()).isEqualTo(usual);
    }

    @Test
    void shouldScheduleTheThreadThatIsUrgentBeforeAllUsualOnesAndNoneThatItBegins() throws Exception {
        String seen =
                inThread(() -> scheduleAfter(ThreadPriority.urgent()) + " " + inThread(ThreadPriorityTest::schedule));

        assertThat(seen).isEqualTo(ALLOWED ? "true 1 2 0 0" : "false 0 0 0 0");
    }

    @Test
    void shouldMakeAnotherThreadUrgent() throws Exception {
        int asking = ThreadPriority.callingThread();

        String seen = inThread(() -> {
            int asked = ThreadPriority.callingThread();
            return asked != asking
                            && inThread(() -> ThreadPriority.urgent(asked) + " " + schedule())
                                    .equals(ALLOWED ? "true 0 0" : "false 0 0")
                    ? schedule()
                    : "the wrong one";
        });

        assertThat(seen).isEqualTo(ALLOWED ? "1 2" : "0 0");
    }

    /** Real-time priority and policy of the calling thread, fields 40 and 41 of proc_pid_stat(5); policies without SCHED_RESET_ON_FORK. */
    static String schedule() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return afterName[37] + " " + afterName[38];
    }

    static String scheduleAfter(boolean result) throws IOException {
        return result + " " + schedule();
    }

    private static <T> T inThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task);
        return task.get();
    }
}
