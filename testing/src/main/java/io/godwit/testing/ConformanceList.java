package io.godwit.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The rows of {@code conformance.txt}, in its order. */
public final class ConformanceList {
    private static final String RESOURCE = "conformance.txt";

    private ConformanceList() {}

    /** Throws {@link IllegalStateException} naming the line that is not a row. */
    public static List<ConformanceRow> rows() {
        InputStream resource = Objects.requireNonNull(ConformanceList.class.getResourceAsStream(RESOURCE), RESOURCE);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return parse(reader.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<ConformanceRow> parse(List<String> lines) {
        List<ConformanceRow> rows = new ArrayList<>();
        String section = "";
        for (String line : lines) {
            if (line.startsWith("= ")) {
                section = line.substring(2).strip();
            } else if (!line.isBlank() && !line.startsWith("#")) {
                rows.add(row(section, line));
            }
        }
        return List.copyOf(rows);
    }

    private static ConformanceRow row(String section, String line) {
        String[] cells = line.split("\\|", -1);
        if (cells.length != 5) {
            throw new IllegalStateException(RESOURCE + ": not a row of five cells: " + line);
        }
        return new ConformanceRow(
                cells[0].strip(), section, cells[1].strip(), cells[2].strip(), cells[3].strip(), cells[4].strip());
    }
}
