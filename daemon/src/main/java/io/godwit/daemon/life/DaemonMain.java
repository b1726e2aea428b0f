package io.godwit.daemon.life;

import io.godwit.daemon.StartException;
import io.godwit.linux.LinuxException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine;

/** The command line and the life of a daemon. */
public final class DaemonMain {
    /** Started and then ended by a signal, or {@code --check} found nothing wrong. */
    public static final int OK = 0;
    /** It could not start. */
    public static final int FAILED = 1;
    /** The command line or the configuration is wrong. */
    public static final int USAGE = 2;

    private DaemonMain() {}

    /**
     * Runs a daemon until SIGTERM or SIGINT.
     *
     * <pre>
     * public static void main(String[] args) {
     *     System.exit(DaemonMain.run(SPEC, args));
     * }
     * </pre>
     *
     * @return the exit code: 0 after a signal or a successful {@code --check}, 1 when it could not start, 2 for a wrong command line or
     *     configuration
     */
    public static <C> int run(DaemonSpec<C> spec, String... args) {
        return commandLine(spec, config -> runUntilSignal(spec, config)).execute(args);
    }

    static <C> CommandLine commandLine(DaemonSpec<C> spec, Function<C, Integer> run) {
        return new CommandLine(DaemonCommand.model(spec, run))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("godwit " + spec.name() + ": " + sentence(failure));
                    if (DaemonCommand.isDebug(parsed)) {
                        failure.printStackTrace(command.getErr());
                    }
                    return FAILED;
                });
    }

    private static String sentence(Exception failure) {
        return switch (failure) {
            case StartException expected -> String.valueOf(expected.getMessage());
            case LinuxException expected -> String.valueOf(expected.getMessage());
            case IllegalArgumentException expected -> String.valueOf(expected.getMessage());
            default -> "a mistake in godwit (--debug shows where): " + failure;
        };
    }

    private static <C> int runUntilSignal(DaemonSpec<C> spec, C config) {
        DaemonProcess process = DaemonProcess.start(spec, config);
        Thread hook = new Thread(() -> leave(process), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            new CountDownLatch(1).await(); // the hook ends the process
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OK;
    }

    private static void leave(DaemonProcess process) {
        Runtime.getRuntime().halt(process.stop() ? OK : FAILED);
    }
}
