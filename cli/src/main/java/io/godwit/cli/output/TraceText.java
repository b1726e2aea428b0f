package io.godwit.cli.output;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A packet trace for people: a line for each packet, and below it one for each stage with the time since the packet's arrival.
 */
public final class TraceText {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS").withZone(ZoneId.systemDefault());

    private final Style style;

    public TraceText(Style style) {
        this.style = style;
    }

    public String render(JsonNode trace) {
        StringBuilder out = new StringBuilder();
        if (trace.path("wanted").asInt() == 0) {
            return "nothing is traced: godwit trace add 100\n";
        }
        for (JsonNode packet : trace.path("packets")) {
            packet(out, packet);
        }
        out.append(trace.path("seen").asInt())
                .append(" of ")
                .append(trace.path("wanted").asInt())
                .append(" packets");
        String filter = trace.path("filter").asString("");
        out.append(filter.isEmpty() ? "" : " that match: " + filter);
        out.append(trace.path("active").asBoolean() ? ", waiting for more" : "");
        long lost = trace.path("lost").asLong();
        out.append(lost == 0 ? "" : "; " + lost + " records found no room").append('\n');
        return out.toString();
    }

    private void packet(StringBuilder out, JsonNode packet) {
        Instant time = Instant.EPOCH.plus(packet.path("epochMicros").asLong(), ChronoUnit.MICROS);
        out.append(style.bold("Packet " + packet.path("number").asLong()))
                .append("  ")
                .append(CLOCK.format(time))
                .append("  ")
                .append(packet.path("direction").asString().replace('-', ' '))
                .append("  ")
                .append(packet.path("packet").asString())
                .append(", ")
                .append(packet.path("octets").asInt())
                .append(" octets\n");
        for (JsonNode stage : packet.path("stages")) {
            String verdict = stage.path("verdict").asString();
            out.append(String.format(
                            Locale.ROOT,
                            "  %-9s %+10.1f us  ",
                            stage.path("stage").asString(),
                            stage.path("micros").asDouble()))
                    .append(verdict.startsWith("drop-") ? style.bad(verdict) : verdict)
                    .append(details(stage.path("details")))
                    .append('\n');
        }
        out.append('\n');
    }

    private static String details(JsonNode details) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> detail : details.properties()) {
            String words = detail.getKey().replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
            parts.add(words + " " + detail.getValue().asString());
        }
        return parts.isEmpty() ? "" : ": " + String.join(", ", parts);
    }
}
