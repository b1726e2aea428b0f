package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.output.Renderer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "rlocs",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "[COMMAND]",
        description = "the addresses by which others reach an xTR: shows them, or takes one out of use",
        commandListHeading = "%nCommands:%n",
        footer = {
            "  godwit rlocs",
            "  godwit rlocs drain 192.0.2.1     its network is to be worked on: others use the remaining ones",
            "  godwit rlocs undrain 192.0.2.1   that is done"
        },
        subcommands = {RlocsCommand.Drain.class, RlocsCommand.Undrain.class})
final class RlocsCommand implements Callable<Integer> {
    private static final String DATABASE = "/v1/database";

    @Mixin
    private Printing printing = new Printing();

    @Override
    public Integer call() {
        return printing.print(printing.xtr().get("/v1/status").path("rlocs"));
    }

    /** Which xTR, and how to print what it says. */
    static final class Printing {
        @Mixin
        private Target daemon = new Target();

        @Mixin
        private Output output = new Output();

        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec = CommandSpec.create();

        /** Only an xTR has a database of EIDs. */
        ManagementClient xtr() {
            return daemon.serving(DATABASE, "RLOCs");
        }

        int print(JsonNode rlocs) {
            var out = spec.commandLine().getOut();
            out.print(
                    output.isTable()
                            ? new Renderer(output.style(), System.currentTimeMillis()).render("rlocs", rlocs)
                            : output.json(rlocs));
            out.flush();
            return 0;
        }
    }

    abstract static class Change implements Callable<Integer> {
        @Parameters(paramLabel = "RLOC", description = "an address of the xTR")
        private String address = "";

        @Mixin
        private Printing printing = new Printing();

        abstract boolean drained();

        @Override
        public final Integer call() {
            return printing.print(printing.xtr().post("/v1/rlocs", Map.of("address", address, "drained", drained())));
        }
    }

    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "let nobody use an RLOC: others are told at once; a restarted xTR remembers it")
    static final class Drain extends Change {
        @Override
        boolean drained() {
            return true;
        }
    }

    @Command(
            name = "undrain",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "let an RLOC be used again")
    static final class Undrain extends Change {
        @Override
        boolean drained() {
            return false;
        }
    }
}
