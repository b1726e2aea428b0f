package io.godwit.bench.report;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One run of a lab or benchmark as JSON: {@code name}, {@code summary} (the figures that targets are held against), where, when and how it
 * was made, and {@code details} for whoever wants more. The last full run is committed as {@code docs/results/NAME.json}.
 *
 * @param date when the run ended, UTC
 * @param dirty whether the checkout differed from {@code commit}
 * @param command what a reader types to get the same
 */
public record ResultFile(
        String name,
        Map<String, Object> summary,
        String commit,
        boolean dirty,
        String date,
        String cpu,
        int cpus,
        String kernel,
        String jdk,
        String command,
        Map<String, Object> details) {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public ResultFile {
        summary = new LinkedHashMap<>(summary);
        details = new LinkedHashMap<>(details);
    }

    /** A result of this checkout, on this machine, now. */
    public static ResultFile of(String name, String command, Map<String, Object> summary, Map<String, Object> details) {
        Machine here = Machine.here();
        return new ResultFile(
                name,
                summary,
                Checkout.commit(),
                Checkout.dirty(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                here.cpu(),
                here.cpus(),
                here.kernel(),
                here.jdk(),
                command,
                details);
    }

    /** Where the last full run of {@code name} is committed. */
    public static Path published(String name) {
        return Checkout.root().resolve("docs/results").resolve(name + ".json");
    }

    public void write(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            folder.toFile().mkdirs();
        }
        JSON.writeValue(file, this);
    }

    public static ResultFile read(Path file) {
        return JSON.readValue(file, ResultFile.class);
    }
}
