package io.godwit.cli;

import io.godwit.cli.client.ManagementClient;
import io.godwit.cli.client.ManagementException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Conducts a move: which xTR is told what, in which order, and what is undone when one refuses. */
final class Move {
    /** One xTR was told one thing. */
    record Step(String eid, String phase, ManagementClient xtr, String state) {
        String toText() {
            return String.format("%-8s  %-20s  %s%s", phase, eid, xtr.name(), state.isEmpty() ? "" : ": " + state);
        }

        JsonNode toJson() {
            return JsonMapper.shared()
                    .createObjectNode()
                    .put("eid", eid)
                    .put("phase", phase)
                    .put("xtr", xtr.name())
                    .put("state", state);
        }
    }

    private final List<String> eids;
    private final ManagementClient destination;
    private final Supplier<ManagementClient> findSource;
    private final Consumer<Step> onStep;
    private final Deque<Step> done = new ArrayDeque<>();

    Move(
            List<String> eids,
            ManagementClient destination,
            Supplier<ManagementClient> findSource,
            Consumer<Step> onStep) {
        this.eids = eids;
        this.destination = destination;
        this.findSource = findSource;
        this.onStep = onStep;
    }

    /** @param only one of {@link MoveCommand.Phases}, null for the whole move. Throws {@link CommandFailure} or {@link ManagementException}. */
    void run(@Nullable String only) {
        if (only == null) {
            ManagementClient source = findSource.get();
            try {
                prepare(source);
                switchOver(source);
            } catch (ManagementException e) {
                throw new CommandFailure(e.getMessage() + undo(), e);
            }
            return;
        }
        switch (only) {
            case "prepare" -> prepare(findSource.get());
            case "switch" -> switchOver(findSource.get());
            case "commit" -> eids.forEach(eid -> tell(destination, eid, "commit", Map.of()));
            case "rollback" -> {
                ManagementClient source = findSource.get();
                eids.forEach(eid -> tell(source, eid, "rollback", Map.of()));
                eids.forEach(eid -> tell(destination, eid, "rollback", Map.of()));
            }
            default -> throw new IllegalArgumentException(only);
        }
    }

    private void prepare(ManagementClient source) {
        List<JsonNode> locators = locators(source);
        eids.forEach(eid -> tell(destination, eid, "prepare", Map.of("from", locators)));
    }

    private void switchOver(ManagementClient source) {
        List<JsonNode> locators = locators(destination);
        eids.forEach(eid -> tell(source, eid, "switch", Map.of("to", locators)));
    }

    /** Its RLOCs with their shares of the traffic, as the other side takes them. */
    private static List<JsonNode> locators(ManagementClient xtr) {
        List<JsonNode> locators = new ArrayList<>();
        for (JsonNode rloc : xtr.get("/v1/status").path("rlocs")) {
            ObjectNode locator = JsonMapper.shared().createObjectNode();
            List.of("address", "priority", "weight").forEach(field -> locator.set(field, rloc.path(field)));
            locators.add(locator);
        }
        if (locators.isEmpty()) {
            throw new CommandFailure(xtr.name() + " says no RLOCs in its status: is it an xTR?");
        }
        return locators;
    }

    private void tell(ManagementClient xtr, String eid, String phase, Map<String, List<JsonNode>> locators) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("eid", eid);
        body.put("phase", phase);
        body.putAll(locators);
        JsonNode answer = xtr.post("/v1/moves", body);
        Step step = new Step(eid, phase, xtr, answer.path("state").asString(""));
        done.push(step);
        onStep.accept(step);
    }

    /**
     * Rolls back what was done, last first.
     *
     * @return how that went, to follow the reason
     */
    private String undo() {
        if (done.isEmpty()) {
            return "; nothing was changed";
        }
        List<String> failed = new ArrayList<>();
        for (Step step : List.copyOf(done)) {
            try {
                tell(step.xtr, step.eid, "rollback", Map.of());
            } catch (ManagementException e) {
                failed.add(String.valueOf(e.getMessage()));
            }
        }
        return failed.isEmpty()
                ? "; what was done before is rolled back"
                : "; rolling back what was done before failed too: " + String.join("; ", failed);
    }
}
