package io.godwit.bench.tunnel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Short commands; a failure is an {@link IOException} that says what the command said. */
final class Shell {
    private Shell() {}

    static String run(String line) throws IOException, InterruptedException {
        return run(List.of("sh", "-c", line));
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("godwit-bench", ".out");
        try {
            int status = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            String text = Files.readString(output);
            if (status != 0) {
                throw new IOException(String.join(" ", command) + ": " + text.strip());
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }
}
