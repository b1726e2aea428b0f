package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.client.ManagementException;
import io.godwit.cli.client.Sockets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Which daemon a command means. */
final class Daemons {
    /** A daemon and what it answered. */
    record Answer(ManagementClient daemon, JsonNode node) {}

    @Option(
            names = "--socket-dir",
            paramLabel = "DIR",
            description =
                    "where the daemons' sockets are, or one of them; the default is /run/godwit, or GODWIT_SOCKETS")
    private Path folder = Path.of(System.getenv().getOrDefault("GODWIT_SOCKETS", Sockets.FOLDER.toString()));

    /** A daemon by name or by the path of its socket. */
    ManagementClient named(String nameOrPath) {
        return new ManagementClient(Sockets.find(nameOrPath, folder));
    }

    List<ManagementClient> all() {
        return Sockets.in(folder).stream().map(ManagementClient::new).toList();
    }

    /** What each daemon answers, as far as it does. */
    List<Answer> answers(String target) {
        return answers(target, new ArrayList<>());
    }

    /** @param silent gets why the others do not: they do not run, or do not serve that */
    private List<Answer> answers(String target, List<String> silent) {
        List<Answer> answers = new ArrayList<>();
        for (ManagementClient daemon : all()) {
            try {
                answers.add(new Answer(daemon, daemon.get(target)));
            } catch (ManagementException e) {
                silent.add(String.valueOf(e.getMessage()));
            }
        }
        return answers;
    }

    /** The only daemon that serves {@code target}. Throws {@link CommandFailure} that lists the choices when there is not exactly one. */
    ManagementClient only(String target, String object) {
        if (all().isEmpty()) {
            throw new CommandFailure("no daemon has a socket in " + folder
                    + ": start one, or say where with --socket PATH or --socket-dir DIR");
        }
        List<String> silent = new ArrayList<>();
        List<Answer> answers = answers(target, silent);
        if (answers.size() == 1) {
            return answers.getFirst().daemon();
        }
        throw new CommandFailure(
                answers.isEmpty()
                        ? "no daemon shows " + object + ": " + String.join("; ", silent)
                        : "several daemons show " + object + ": choose one with --name, of "
                                + answers.stream()
                                        .map(answer -> answer.daemon().name())
                                        .collect(Collectors.joining(", ")));
    }
}
