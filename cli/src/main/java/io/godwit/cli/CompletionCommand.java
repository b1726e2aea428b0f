package io.godwit.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "print a script that completes godwit commands",
        footer = {"  source <(godwit completion bash)", "  godwit completion bash > /etc/bash_completion.d/godwit"})
final class CompletionCommand implements Callable<Integer> {
    enum Shell {
        bash,
        zsh
    }

    /** picocli's script serves both: it loads bashcompinit when zsh reads it. */
    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    void shell(Shell ignored) {}

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("godwit", spec.root().commandLine()));
        return 0;
    }
}
