package io.godwit.lab;

import io.godwit.cli.client.ManagementException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** How a lab's command runs and ends. */
public final class LabCommand {
    private LabCommand() {}

    /** @return the exit code; what went wrong for a reason that the user can see is one sentence on standard error, and 1 */
    public static int execute(Callable<Integer> lab, String... arguments) {
        Locale.setDefault(Locale.ROOT);
        CommandLine command = new CommandLine(lab);
        command.setExecutionExceptionHandler((failure, line, result) -> {
            if (failure instanceof LabException
                    || failure instanceof ManagementException
                    || failure instanceof IllegalArgumentException) {
                System.err.println(failure.getMessage());
                return 1;
            }
            throw failure;
        });
        return command.execute(arguments);
    }
}
