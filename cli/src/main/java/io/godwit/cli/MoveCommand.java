package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(
        name = "move",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "tell two xTRs that a VM goes from one to the other",
            "",
            "When the destination's socket is not on this machine: the source conducts the move over its move channel,"
                    + " whose peer --to names.",
            "",
            "Without --phase: the destination prepares for the EIDs, then the source switches: it sends on to the"
                    + " destination what still arrives for them. The destination commits by itself when it sees the VM."
                    + " If a step fails, those before it are rolled back."
        },
        footer = {
            "  godwit move 10.1.0.5 2001:db8:1::5 --to xtr-b",
            "  godwit move 10.1.0.5 --to xtr-b --from xtr-a --phase prepare",
            "  godwit move 10.1.0.5 --to xtr-b --phase commit"
        })
final class MoveCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(35);

    /** For completion and for whoever mistypes. */
    static final class Phases implements Iterable<String> {
        static final List<String> ALL = List.of("prepare", "switch", "commit", "rollback");

        @Override
        public Iterator<String> iterator() {
            return ALL.iterator();
        }
    }

    @Parameters(paramLabel = "EID", arity = "1..*", description = "address of the VM: 10.1.0.5, [7]2001:db8::5")
    private List<String> eids = List.of();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "XTR",
            description = "where it goes: the name of an xTR or the path of its socket")
    private String to = "";

    @Option(
            names = "--from",
            paramLabel = "XTR",
            description = "where it is; without this, whichever xTR has it as a local EID")
    private @Nullable String from;

    @Option(
            names = "--phase",
            paramLabel = "PHASE",
            completionCandidates = Phases.class,
            description = "only this step: ${COMPLETION-CANDIDATES}")
    private @Nullable String phase;

    @Mixin
    private Daemons daemons = new Daemons();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        if (phase != null && !Phases.ALL.contains(phase)) {
            throw new ParameterException(
                    spec.commandLine(), "--phase must be prepare, switch, commit or rollback, not '" + phase + "'");
        }
        PrintWriter out = spec.commandLine().getOut();
        ArrayNode steps = JsonNodeFactory.instance.arrayNode();
        Consumer<Move.Step> onStep = step -> {
            steps.add(step.toJson());
            if (output.isTable()) {
                out.println(step.toText());
                out.flush();
            }
        };
        ManagementClient destination = daemons.named(to);
        if (Files.exists(destination.socket())) {
            new Move(eids, destination, () -> source(destination), onStep).run(phase);
        } else {
            ordered(destination, onStep);
        }
        if (!output.isTable()) {
            out.print(output.json(steps));
            out.flush();
        }
        return 0;
    }

    /** Over the move channel of an xTR here that knows the destination; if none does, the destination's socket is missed. */
    private void ordered(ManagementClient destination, Consumer<Move.Step> onStep) throws InterruptedException {
        List<ManagementClient> conductors = from != null
                ? List.of(daemons.named(from))
                : daemons.answers("/v1/move-peers").stream()
                        .filter(answer -> OrderedMove.hasPeer(answer.node(), to))
                        .map(Daemons.Answer::daemon)
                        .filter(xtr -> hasLocal(xtr.get("/v1/database")))
                        .toList();
        if (conductors.isEmpty() || phase != null) {
            new Move(eids, destination, () -> source(destination), onStep).run(phase);
        } else {
            new OrderedMove(eids, to, conductors.getFirst(), PATIENCE, onStep).run();
        }
    }

    private ManagementClient source(ManagementClient destination) {
        if (from != null) {
            return daemons.named(from);
        }
        for (Daemons.Answer answer : daemons.answers("/v1/database")) {
            if (!answer.daemon().socket().equals(destination.socket()) && hasLocal(answer.node())) {
                return answer.daemon();
            }
        }
        throw new CommandFailure("no other xTR has " + eids.getFirst() + " as a local EID: name it with --from");
    }

    private boolean hasLocal(JsonNode database) {
        for (JsonNode entry : database) {
            if (entry.path("state").asString("").equals("local")
                    && eids.stream().anyMatch(eid -> isHost(entry, eid))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHost(JsonNode entry, String eid) {
        String text = entry.path("eid").asString("");
        return text.equals(eid) || text.equals(eid + "/32") || text.equals(eid + "/128");
    }
}
