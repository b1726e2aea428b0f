package io.godwit.cli;

import io.godwit.cli.output.Renderer;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "map-servers that keep one database",
        commandListHeading = "%nCommands:%n",
        footer = {"  godwit cluster status", "  godwit cluster snapshot --name ms-1"},
        subcommands = {ClusterCommand.Status.class, ClusterCommand.Snapshot.class})
final class ClusterCommand implements Runnable {
    private static final String CLUSTER = "/v1/cluster";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command: status or snapshot?");
    }

    /** Asks one member, and prints what it says. */
    abstract static class Question implements Callable<Integer> {
        @Mixin
        private Target daemon = new Target();

        @Mixin
        private Output output = new Output();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        final Target daemon() {
            return daemon;
        }

        abstract JsonNode answer();

        @Override
        public final Integer call() {
            JsonNode answer = answer();
            PrintWriter out = spec.commandLine().getOut();
            out.print(
                    output.isTable()
                            ? new Renderer(output.style(), System.currentTimeMillis()).render("cluster", answer)
                            : output.json(answer));
            out.flush();
            return 0;
        }
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "who leads, and whether registrations are accepted")
    static final class Status extends Question {
        @Override
        JsonNode answer() {
            return daemon().serving(CLUSTER, "cluster").get(CLUSTER);
        }
    }

    @Command(
            name = "snapshot",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "have all members write their state as a whole, so that a start is short; ask the leader")
    static final class Snapshot extends Question {
        @Override
        JsonNode answer() {
            return daemon().serving(CLUSTER, "cluster").post(CLUSTER + "/snapshot", Map.of());
        }
    }
}
