package io.godwit.lab.demo;

import io.godwit.lab.net.Namespace;
import io.godwit.lab.net.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code ping}, ten a second. */
final class PingLog {
    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) packets transmitted, (\\d+) received.*?(?:, \\+(\\d+) duplicates)?");
    private static final Pattern TIMES = Pattern.compile("= ([0-9.]+)/([0-9.]+)/([0-9.]+)/");

    private final Path log;
    private @Nullable Node process;

    PingLog(Path log) {
        this.log = log;
    }

    void start(Namespace from, Path logs, String target) {
        process = Node.start("ping", from, logs, List.of("ping", "-n", "-i", "0.1", target));
    }

    /** Ends it as Ctrl-C does, so that it prints its summary. */
    void stop() {
        Node running = process;
        if (running != null && running.alive()) {
            running.signal("INT");
            running.await(Duration.ofSeconds(2));
        }
    }

    /** {@code sent, received, average ms}; only after {@link #stop}. */
    Result result() {
        Matcher summary = SUMMARY.matcher(text());
        Matcher times = TIMES.matcher(text());
        return summary.find()
                ? new Result(
                        Integer.parseInt(summary.group(1)),
                        Integer.parseInt(summary.group(2)),
                        times.find() ? Double.parseDouble(times.group(2)) : 0)
                : new Result(0, 0, 0);
    }

    private String text() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param averageMillis round trip */
    record Result(int sent, int received, double averageMillis) {
        int lost() {
            return sent - received;
        }
    }
}
