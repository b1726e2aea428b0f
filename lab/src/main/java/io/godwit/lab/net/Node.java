package io.godwit.lab.net;

import io.godwit.lab.LabException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process in a namespace, its output in a log file. */
public final class Node {
    private final String name;
    private final Namespace namespace;
    private final Path log;
    private final Process process;

    private Node(String name, Namespace namespace, Path log, Process process) {
        this.name = name;
        this.namespace = namespace;
        this.log = log;
        this.process = process;
    }

    /** @param logs folder for {@code NAME.log}, which is appended to */
    public static Node start(String name, Namespace namespace, Path logs, List<String> command) {
        return start(name, namespace, logs, command, Map.of());
    }

    public static Node start(
            String name, Namespace namespace, Path logs, List<String> command, Map<String, String> environment) {
        List<String> whole = new ArrayList<>(namespace.prefix());
        whole.addAll(command);
        Path log = logs.resolve(name + ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(whole)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            return new Node(name, namespace, log, builder.start());
        } catch (IOException e) {
            throw new LabException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    public String name() {
        return name;
    }

    public Namespace namespace() {
        return namespace;
    }

    /** {@code ip netns exec} becomes the command, so this is the command's own id. */
    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    public int exitCode() {
        return process.exitValue();
    }

    /** Everything it printed so far. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line for its standard input. */
    public void tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new LabException(name + " is gone: " + lastLines(), e);
        }
    }

    /** Freezes it, as a hypervisor pauses a guest. */
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    public void signal(String signal) {
        Shell.attempt(List.of("kill", "-" + signal, Long.toString(process.pid())));
    }

    public boolean await(Duration patience) {
        try {
            return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asks it to end, and insists after {@code patience}. Returns whether it ended by itself. */
    public boolean stop(Duration patience) {
        process.destroy();
        boolean ended = await(patience);
        if (!ended) {
            process.destroyForcibly();
        }
        return ended;
    }

    public String lastLines() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }
}
