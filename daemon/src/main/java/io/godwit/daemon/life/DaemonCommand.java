package io.godwit.daemon.life;

import ch.qos.logback.classic.Level;
import io.godwit.daemon.config.ConfigError;
import io.godwit.daemon.config.ConfigLoader;
import io.godwit.daemon.config.ConfigResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code godwit map-server --config FILE [--check]}. */
@Command(
        sortOptions = false,
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nA configuration to begin with:%n%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended by SIGTERM or SIGINT, or --check found nothing wrong",
            "1:could not start; one sentence on stderr says why",
            "2:the command line or the configuration is wrong"
        })
final class DaemonCommand<C> implements Callable<Integer> {
    static final String CONFIG = "--config";

    @Option(names = CONFIG, required = true, paramLabel = "FILE", description = "the configuration, in YAML")
    private Path config = Path.of("");

    @Option(
            names = "--check",
            description =
                    "read the configuration, print everything that is wrong with it as" + " file:line:column, and exit")
    private boolean check;

    @Option(
            names = "--debug",
            description = "log more, and show where an error at the start comes from. Without it the"
                    + " environment variable GODWIT_LOG (trace, debug, info, warn, error) sets what is logged")
    private boolean debug;

    @Spec
    private CommandSpec command = CommandSpec.create();

    private final DaemonSpec<C> spec;
    private final Function<C, Integer> run;

    private DaemonCommand(DaemonSpec<C> spec, Function<C, Integer> run) {
        this.spec = spec;
        this.run = run;
    }

    static <C> CommandSpec model(DaemonSpec<C> spec, Function<C, Integer> run) {
        CommandSpec model = CommandSpec.forAnnotatedObject(new DaemonCommand<>(spec, run));
        model.name("godwit " + spec.name());
        model.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("print this")
                .build());
        model.usageMessage()
                .description(escaped(spec.purpose()))
                .footer(spec.example().lines().map(line -> "  " + escaped(line)).toArray(String[]::new));
        return model;
    }

    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    static boolean isDebug(CommandLine.ParseResult parsed) {
        return parsed.hasMatchedOption("--debug");
    }

    @Override
    public Integer call() {
        if (debug && LoggerFactory.getLogger("io.godwit") instanceof ch.qos.logback.classic.Logger logger) {
            logger.setLevel(Level.DEBUG);
        }
        PrintWriter err = command.commandLine().getErr();
        return check
                ? outcome(ConfigLoader.load(config, spec.schema(), spec.config()), err, valid -> ok())
                : load(spec, config, err, run);
    }

    /** Loads {@code file} and runs what it configures, or prints what is wrong with it. */
    static <C> int load(DaemonSpec<C> spec, Path file, PrintWriter err, Function<C, Integer> run) {
        return outcome(ConfigLoader.loadAgain(file, spec.schema(), spec.config()), err, run);
    }

    private static <C> int outcome(ConfigResult<C> result, PrintWriter err, Function<C, Integer> run) {
        return switch (result) {
            case ConfigResult.Valid<C>(C valid) -> run.apply(valid);
            case ConfigResult.Invalid<C>(List<ConfigError> errors) -> {
                errors.forEach(err::println);
                yield DaemonMain.USAGE;
            }
        };
    }

    private int ok() {
        command.commandLine().getOut().println(config + ": ok");
        return DaemonMain.OK;
    }
}
