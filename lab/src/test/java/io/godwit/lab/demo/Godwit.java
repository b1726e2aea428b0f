package io.godwit.lab.demo;

import io.godwit.bench.report.Checkout;
import io.godwit.lab.net.Namespace;
import io.godwit.lab.net.Shell;
import java.util.ArrayList;
import java.util.List;

/** The command, as an operator types it. */
final class Godwit {
    private Godwit() {}

    static Shell.Outcome run(String... arguments) {
        return Shell.attempt(command(List.of(), arguments));
    }

    static Shell.Outcome runIn(Namespace namespace, String... arguments) {
        return Shell.attempt(command(namespace.prefix(), arguments));
    }

    /** @param before words that come before the command: a namespace, fewer privileges */
    static List<String> command(List<String> before, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Checkout.root().resolve("cli/godwit").toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
