package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "events",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "the changes of a map-server's mappings: those it still knows, or, as they happen, until Ctrl-C",
        footer = {
            "  godwit events --follow",
            "  godwit events --follow --since 0 -o jsonl | jq 'select(.kind == \"moved\")'"
        })
final class EventsCommand implements Callable<Integer> {
    private static final String KNOWN = "/v1/events";
    private static final String STREAM = "/v1/events/stream";

    @Option(names = "--follow", description = "go on with what happens; without --since, only with that")
    private boolean follow;

    @Option(
            names = "--since",
            paramLabel = "SEQUENCE",
            description = "begin behind the event of this number, as far as it is still known; 0 for all")
    private @Nullable Long since;

    @Mixin
    private Target daemon = new Target();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final StringBuilder pending = new StringBuilder();

    @Override
    public Integer call() throws IOException {
        ManagementClient asked = daemon.serving("/v1/registrations", "events");
        String query = since == null ? "" : "?since=" + since;
        try {
            if (follow) {
                asked.stream(STREAM + query, this::onOctets);
            } else {
                for (JsonNode event : asked.get(KNOWN + query)) {
                    print(event.toString());
                }
            }
        } catch (ReaderGone e) {
            // Whoever read our output has enough.
        }
        return 0;
    }

    /** Messages end with an empty line; what comes may end anywhere. All of it is ASCII but the names of sites. */
    private void onOctets(byte[] octets) throws IOException {
        pending.append(new String(octets, StandardCharsets.UTF_8));
        for (int end = pending.indexOf("\n\n"); end >= 0; end = pending.indexOf("\n\n")) {
            String message = pending.substring(0, end);
            pending.delete(0, end + 2);
            onMessage(message);
        }
    }

    private void onMessage(String message) throws IOException {
        for (String line : message.split("\n", -1)) {
            if (line.startsWith("data: ")) {
                print(line.substring("data: ".length()));
            }
        }
    }

    private void print(String json) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(output.isTable() ? text(JsonMapper.shared().readTree(json)) : json);
        if (out.checkError()) {
            throw new ReaderGone();
        }
    }

    private static String text(JsonNode event) {
        if (event.has("missed")) {
            return "... " + event.path("missed").asLong() + " events missed: too slow, or too long ago";
        }
        return String.format(
                Locale.ROOT,
                "%s %-10s %-20s %s -> %s by %s (%s)%s",
                event.has("time")
                        ? event.path("time").asString()
                        : Instant.ofEpochMilli(event.path("epochMillis").asLong()),
                event.path("kind").asString(),
                event.path("eid").asString(),
                list(event.path("old")),
                list(event.path("new")),
                event.path("by").asString(),
                event.path("site").asString(),
                event.has("reason") ? ": " + event.path("reason").asString() : "");
    }

    private static String list(JsonNode addresses) {
        if (addresses.isEmpty()) {
            return "-";
        }
        StringBuilder text = new StringBuilder();
        addresses.forEach(address -> text.append(text.isEmpty() ? "" : ",").append(address.asString()));
        return text.toString();
    }
}
