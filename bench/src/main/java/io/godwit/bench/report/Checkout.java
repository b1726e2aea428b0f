package io.godwit.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The checkout that the program runs from, and its commit. */
public final class Checkout {
    private Checkout() {}

    /**
     * The folder that holds the root pom: named by the launchers ({@code -Dgodwit.root}), else looked for above the working directory.
     * Throws {@link IllegalStateException} when there is none.
     */
    public static Path root() {
        String named = System.getProperty("godwit.root");
        if (named != null) {
            return Path.of(named);
        }
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            if (Files.isDirectory(dir.resolve(".mvn")) && Files.isRegularFile(dir.resolve("pom.xml"))) {
                return dir;
            }
        }
        throw new IllegalStateException("run it from inside the checkout: no .mvn folder above "
                + Path.of("").toAbsolutePath());
    }

    /** The commit checked out, or {@code unknown} outside of git. */
    public static String commit() {
        return git("rev-parse", "HEAD").map(String::strip).orElse("unknown");
    }

    /** Whether files that git follows differ from the commit, besides results: those of the run before, or the plots of this one, change nothing. */
    public static boolean dirty() {
        return git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/results", ":!docs/BENCHMARKS.md")
                .map(changes -> !changes.isBlank())
                .orElse(true);
    }

    private static Optional<String> git(String... arguments) {
        String[] command = new String[arguments.length + 3];
        command[0] = "git";
        command[1] = "-C";
        command[2] = root().toString();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
