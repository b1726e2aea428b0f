package io.godwit.daemon.life;

import io.godwit.daemon.StartException;
import io.godwit.linux.LinuxException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /** A start that has a signal waiting for its end is given this long. */
    private static final int START_MILLIS = 1_500;

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
        if (args.length == 2 && args[0].equals(DaemonCommand.CONFIG) && !args[1].startsWith("-")) {
            return runPlainly(spec, Path.of(args[1]));
        }
        return commandLine(spec, config -> runUntilSignal(spec, config)).execute(args);
    }

    /** As a service is started. The command line's library would take longer to load than what there is to read of it. */
    private static <C> int runPlainly(DaemonSpec<C> spec, Path file) {
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        try {
            return DaemonCommand.load(spec, file, err, config -> runUntilSignal(spec, config));
        } catch (RuntimeException e) {
            err.println("godwit " + spec.name() + ": " + sentence(e));
            return FAILED;
        }
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
        CompletableFuture<DaemonProcess> started = new CompletableFuture<>();
        // Before the start: a signal that comes during it finds what there is to undo.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(started), "stop"));
        try {
            started.complete(DaemonProcess.start(spec, config));
        } finally {
            started.cancel(false); // no effect on one that is complete
        }
        try {
            new CountDownLatch(1).await(); // the hook ends the process
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OK;
    }

    private static void leave(CompletableFuture<DaemonProcess> started) {
        try {
            DaemonProcess process = started.get(START_MILLIS, TimeUnit.MILLISECONDS);
            Runtime.getRuntime().halt(process.stop() ? OK : FAILED);
        } catch (CancellationException | ExecutionException e) {
            // The start failed, and said why; it has left nothing.
        } catch (TimeoutException e) {
            Runtime.getRuntime().halt(FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
