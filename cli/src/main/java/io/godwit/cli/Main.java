package io.godwit.cli;

import io.godwit.cli.client.ManagementException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code godwit} command, but for the daemons, which the launcher starts itself. */
@Command(
        name = "godwit",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "%nLets a running VM move between clouds without changing its address and without losing a packet:"
                    + " a LISP (RFC 9300, 9301) tunnel router and mapping system."
        },
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nTo begin with:%n%n",
        footer = {
            "  godwit show status                   is the daemon on this machine well?",
            "  godwit show map-cache --name xtr-a   where does xtr-a send packets?",
            "  godwit trace add 10 --filter icmp    follow packets through all stages",
            "  godwit lig 10.1.0.5 --to 192.0.2.53  ask the mapping system for it",
            "  godwit move 10.1.0.5 --to xtr-b      tell both xTRs that the VM goes to xtr-b",
            "  source <(godwit completion bash)     complete commands in this shell"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it did not work; one sentence on stderr says why",
            "2:the command line is wrong",
            "3:lig: the mapping system has no such EID"
        },
        subcommands = {
            ShowCommand.class,
            TraceCommand.class,
            CaptureCommand.class,
            LigCommand.class,
            MoveCommand.class,
            EventsCommand.class,
            ClusterCommand.class,
            RlocsCommand.class,
            DaemonCommands.Xtr.class,
            DaemonCommands.MapServer.class,
            DaemonCommands.MapResolver.class,
            DaemonCommands.Hypervisor.class,
            CompletionCommand.class
        })
public final class Main implements Runnable {
    static final int FAILED = 1;
    static final int NEGATIVE = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main())
                .setUsageHelpAutoWidth(true)
                .setAbbreviatedOptionsAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("godwit: " + sentence(failure));
                    return FAILED;
                });
        commandLine.getSubcommands().values().forEach(command -> command.getCommandSpec()
                .usageMessage()
                .optionListHeading("%nOptions:%n")
                .parameterListHeading("%n")
                .footerHeading("%nExamples:%n%n"));
        return commandLine;
    }

    private static String sentence(Exception failure) {
        return failure instanceof ManagementException || failure instanceof CommandFailure
                ? String.valueOf(failure.getMessage())
                : "a mistake in godwit: " + failure;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** Of the jar, if this is one. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"godwit " + (version == null ? "(from a checkout)" : version)};
        }
    }
}
