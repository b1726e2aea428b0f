package io.godwit.lab.demo;

import io.godwit.lab.traffic.FlowReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a move cost, and what the nodes learned of it.
 *
 * @param flows packets sent from just before this move to just before the next
 * @param disorder of each direction since the move began
 * @param drops reason, as {@code cloud A: away-loop}, to packets
 */
record MoveReport(
        Move move,
        Map<Direction, FlowReport> flows,
        Map<Direction, Disorder> disorder,
        List<NodeEvent> events,
        Map<String, Long> drops,
        boolean tcpUp) {

    long lost() {
        return flows.values().stream().mapToLong(FlowReport::lost).sum();
    }

    /** The longest silence that either end heard. */
    double outageMillis() {
        return flows.values().stream()
                .mapToDouble(FlowReport::longestGapMillis)
                .max()
                .orElse(0);
    }

    Disorder disorder(Direction direction) {
        return Objects.requireNonNull(disorder.get(direction));
    }

    private static Map<String, Object> details(FlowReport flow, Disorder disorder) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("sent", flow.sent());
        details.put("lost", flow.lost());
        details.put("duplicated", disorder.duplicated());
        details.put("reordered", disorder.reordered());
        details.put("gapMs", Numbers.millis(flow.longestGapMillis()));
        return details;
    }

    Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("move", move.number());
        details.put("way", move.title());
        details.put("guestPauseMs", Numbers.millis(move.pauseMillis()));
        details.put("outageMs", Numbers.millis(outageMillis()));
        flows.forEach((direction, flow) -> details.put(direction.title(), details(flow, disorder(direction))));
        details.put("drops", drops);
        Map<String, Object> steps = new LinkedHashMap<>();
        move.steps().forEach(step -> steps.put(step.name(), Numbers.millis(move.offsetMillis(step.nanoTime()))));
        details.put("stepsMs", steps);
        details.put("events", events.stream().map(NodeEvent::text).toList());
        return details;
    }
}
