package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.output.TraceText;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "follow packets through every stage of an xTR: times, verdict, drop reason",
        subcommands = {TraceCommand.Add.class, TraceCommand.Show.class, TraceCommand.Clear.class},
        footer = {
            "  godwit trace add 100 --filter \"host 10.0.0.5\"",
            "  godwit trace show",
            "  godwit trace show -o json | jq '.packets[] | select(.verdict | startswith(\"drop-\"))'",
            "  godwit trace clear"
        })
final class TraceCommand implements Runnable {
    private static final String PLACE = "/v1/trace";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which of add, show and clear?");
    }

    /** What the three have in common. */
    abstract static class Step implements Callable<Integer> {
        @Mixin
        private Target daemon = new Target();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        ManagementClient daemon() {
            return daemon.serving(PLACE, "trace");
        }

        PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "trace the next packets, and forget those traced before")
    static final class Add extends Step {
        @Parameters(
                paramLabel = "COUNT",
                arity = "0..1",
                defaultValue = "100",
                description = "packets; 100 unless said")
        private int count;

        @Option(
                names = "--filter",
                paramLabel = "FILTER",
                defaultValue = "",
                description =
                        "a pcap filter (man pcap-filter) that the inner packet must match: addresses and numbers, no"
                                + " names")
        private String filter = "";

        @Override
        public Integer call() {
            daemon().post(PLACE, Map.of("count", count, "filter", filter));
            out().println("tracing the next " + count + " packets" + (filter.isBlank() ? "" : " that match: " + filter)
                    + " (godwit trace show)");
            out().flush();
            return 0;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "show what was traced so far")
    static final class Show extends Step {
        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            JsonNode trace = daemon().get(PLACE);
            out().print(output.isTable() ? new TraceText(output.style()).render(trace) : output.json(trace));
            out().flush();
            return 0;
        }
    }

    @Command(name = "clear", mixinStandardHelpOptions = true, description = "end tracing, and forget what was traced")
    static final class Clear extends Step {
        @Override
        public Integer call() {
            daemon().post(PLACE, Map.of("count", 0));
            return 0;
        }
    }
}
