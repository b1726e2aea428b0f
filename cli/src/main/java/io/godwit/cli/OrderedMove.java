package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** A move that the source conducts over its move channel: the destination's management socket is not here. */
final class OrderedMove {
    private static final Duration POLL = Duration.ofMillis(20);

    private final List<String> eids;
    private final String to;
    private final ManagementClient source;
    private final Duration patience;
    private final Consumer<Move.Step> onStep;

    OrderedMove(List<String> eids, String to, ManagementClient source, Duration patience, Consumer<Move.Step> onStep) {
        this.eids = eids;
        this.to = to;
        this.source = source;
        this.patience = patience;
        this.onStep = onStep;
    }

    /** Whether an xTR's answer to {@code /v1/move-peers} names the destination, by name or RLOC. */
    static boolean hasPeer(JsonNode peers, String to) {
        for (JsonNode peer : peers.path("peers")) {
            if (peer.path("name").asString("").equals(to)) {
                return true;
            }
            for (JsonNode rloc : peer.path("rlocs")) {
                if (rloc.asString("").equals(to)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns when the source has switched all. Throws {@link CommandFailure} when one failed, or it takes too long. */
    void run() throws InterruptedException {
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("eids", eids);
        order.put("phase", "order");
        order.put("to", List.of(to));
        JsonNode answer = source.post("/v1/moves", order);
        if (answer.path("refused").asInt(0) > 0) {
            throw new CommandFailure(source.name() + ": " + answer.path("error").asString(""));
        }
        Map<String, String> open = new LinkedHashMap<>();
        answer.path("moves").forEach(move -> open.put(move.path("eid").asString(""), ""));
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> failures = new ArrayList<>();
        while (!open.isEmpty()) {
            look(open, failures);
            if (!open.isEmpty() && System.nanoTime() - deadline > 0) {
                throw new CommandFailure(open.size() + " of " + eids.size() + " EIDs have not been switched after "
                        + patience.toSeconds() + " s: godwit events --socket " + source.socket() + " says more");
            }
            Thread.sleep(open.isEmpty() ? 0 : POLL.toMillis());
        }
        if (!failures.isEmpty()) {
            throw new CommandFailure(String.join("; ", failures));
        }
    }

    private void look(Map<String, String> open, List<String> failures) {
        for (JsonNode order : source.get("/v1/moves")) {
            String eid = order.path("eid").asString("");
            String phase = order.path("phase").asString("");
            boolean over = !phase.startsWith("prepar");
            if (over && Optional.ofNullable(open.remove(eid)).isPresent()) {
                onStep.accept(new Move.Step(eid, "order", source, phase));
                if (phase.equals("failed")) {
                    failures.add(eid + ": " + order.path("error").asString(""));
                }
            }
        }
    }
}
