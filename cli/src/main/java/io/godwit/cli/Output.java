package io.godwit.cli;

import io.godwit.cli.output.Style;
import java.io.Console;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code -o}: the same objects as a table, as JSON or as JSON lines. */
final class Output {
    enum Format {
        table,
        json,
        jsonl
    }

    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; the default is ${DEFAULT-VALUE}")
    private Format format = Format.table;

    boolean isTable() {
        return format == Format.table;
    }

    /** For what the terminal of this process is. */
    Style style() {
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        return isTable() ? Style.of(System.getenv(), terminal) : Style.PLAIN;
    }

    /** With a newline at the end. */
    String json(JsonNode node) {
        if (format == Format.json) {
            return PRETTY.writeValueAsString(node) + "\n";
        }
        StringBuilder lines = new StringBuilder();
        if (node.isArray()) {
            node.forEach(item -> lines.append(item).append('\n'));
        } else {
            lines.append(node).append('\n');
        }
        return lines.toString();
    }

    /** {@code 500ms}, {@code 2s}, {@code 1m}. */
    static final class DurationText implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            String digits = text.replaceAll("(ms|s|m)$", "");
            if (!digits.matches("\\d{1,9}") || digits.equals(text)) {
                throw new TypeConversionException("'" + text + "' is not a duration such as 500ms, 2s or 1m");
            }
            long amount = Long.parseLong(digits);
            return text.endsWith("ms")
                    ? Duration.ofMillis(amount)
                    : text.endsWith("s") ? Duration.ofSeconds(amount) : Duration.ofMinutes(amount);
        }
    }
}
