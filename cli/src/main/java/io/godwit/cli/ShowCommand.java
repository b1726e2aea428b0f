package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.output.Renderer;
import io.godwit.cli.output.Style;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "show what a daemon on this machine knows",
        footer = {
            "  godwit show status",
            "  godwit show map-cache --name xtr-a",
            "  godwit show counters --name xtr-a --watch 1s",
            "  godwit show registrations -o json | jq -r '.registrations[].eid'"
        })
final class ShowCommand implements Callable<Integer> {
    /** What can be shown, for completion and for whoever mistypes. */
    static final class Objects implements Iterable<String> {
        static final List<String> ALL = List.of(
                "status", "map-cache", "database", "registrations", "reachability", "counters", "events", "health");

        @Override
        public Iterator<String> iterator() {
            return ALL.iterator();
        }
    }

    @Parameters(
            paramLabel = "OBJECT",
            completionCandidates = Objects.class,
            description = "one of ${COMPLETION-CANDIDATES}")
    private String object = "";

    @Mixin
    private Target daemon = new Target();

    @Mixin
    private Output output = new Output();

    @Option(
            names = {"-w", "--watch"},
            arity = "0..1",
            fallbackValue = "1s",
            paramLabel = "EVERY",
            converter = Output.DurationText.class,
            description = "show it again and again, until Ctrl-C; counters with their rates")
    private @Nullable Duration watch;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        if (!Objects.ALL.contains(object)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no '" + object + "' to show",
                    null,
                    spec.positionalParameters().getFirst(),
                    object);
        }
        String target = "/v1/" + object;
        ManagementClient asked = daemon.serving(target, object);
        PrintWriter out = spec.commandLine().getOut();
        if (watch == null) {
            out.print(text(asked.get(target), MissingNode.getInstance(), Duration.ZERO));
            out.flush();
            return 0;
        }
        return watch(asked, target, watch, out);
    }

    private int watch(ManagementClient asked, String target, Duration every, PrintWriter out)
            throws InterruptedException {
        JsonNode before = MissingNode.getInstance();
        boolean clear = output.style() == Style.COLOUR;
        while (!out.checkError()) {
            JsonNode now = asked.get(target);
            out.print((clear ? "\u001b[H\u001b[2J" : "") + text(now, before, every) + (clear ? "" : "\n"));
            before = now;
            Thread.sleep(every);
        }
        return 0;
    }

    private String text(JsonNode answer, JsonNode before, Duration elapsed) {
        return output.isTable()
                ? new Renderer(output.style(), System.currentTimeMillis())
                        .since(before, elapsed.toMillis() / 1000.0)
                        .render(object, answer)
                : output.json(answer);
    }
}
