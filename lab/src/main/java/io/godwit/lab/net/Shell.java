package io.godwit.lab.net;

import io.godwit.lab.LabException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short commands. */
public final class Shell {
    private static final int TIMEOUT_SECONDS = 30;

    private Shell() {}

    /** What a command said and how it ended. */
    public record Outcome(int exit, String output) {}

    /** Runs a command to its end and returns its output. Throws {@link LabException} with its message when it fails. */
    public static String run(String... command) {
        Outcome outcome = attempt(List.of(command));
        if (outcome.exit() != 0) {
            throw new LabException(
                    String.join(" ", command) + ": " + outcome.output().strip());
        }
        return outcome.output();
    }

    /** As {@link #run}, but a failure is an answer. Standard error is part of the output. */
    public static Outcome attempt(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException(String.join(" ", command) + ": no end after " + TIMEOUT_SECONDS + " s");
            }
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new LabException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + command.getFirst(), e);
        }
    }
}
