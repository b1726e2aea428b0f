package io.godwit.lab.migrate;

import io.godwit.lab.demo.Direction;
import io.godwit.lab.demo.Disorder;
import io.godwit.lab.demo.Numbers;
import io.godwit.lab.traffic.FlowReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What one move cost.
 *
 * @param addedOutageMillis from RESUME at the destination until a packet to the guest stood in its tap; 0 when one waited there
 * @param silenceMillis from RESUME at the destination until a packet of the guest stood in its tap
 * @param startNanos the same instant as {@code startMillis}, of {@link System#nanoTime}
 * @param drops packets that were dropped meanwhile, by place and reason
 * @param counts what else the xTRs counted meanwhile
 * @param happenings in the order of their times
 * @param stolenMillis of all processors, in steps of 10: the host of a virtual machine gave them to others, or held it to its share; whatever
 *     happens here then takes as much longer
 */
record MoveResult(
        int number,
        String way,
        double startMillis,
        long startNanos,
        double pauseMillis,
        double addedOutageMillis,
        double silenceMillis,
        Map<Direction, FlowReport> flows,
        Map<Direction, Disorder> disorder,
        Map<String, Long> drops,
        Map<String, Long> counts,
        List<Happening> happenings,
        double stolenMillis,
        boolean tcpUp) {

    FlowReport flow(Direction direction) {
        return Objects.requireNonNull(flows.get(direction));
    }

    Disorder disorder(Direction direction) {
        return Objects.requireNonNull(disorder.get(direction));
    }

    /** When the first and the last lost packet of a direction were sent, milliseconds since the move began; empty when none was lost. */
    String lostWhen(Direction direction) {
        FlowReport flow = flow(direction);
        return flow.lost() == 0
                ? ""
                : " (sent at %.1f to %.1f ms)"
                        .formatted((flow.firstLost() - startNanos) / 1e6, (flow.lastLost() - startNanos) / 1e6);
    }

    /** From the guest's stop until the source's xTR had switched; empty when it was not told to. */
    OptionalDouble switchMillis() {
        double[] stop = times("STOP");
        double[] switched = times("move-switched ");
        return stop.length == 0 || switched.length == 0
                ? OptionalDouble.empty()
                // The xTR's events have whole milliseconds.
                : OptionalDouble.of(Math.max(0, switched[0] - stop[stop.length - 1]));
    }

    /** When something happened that begins with these words. */
    private double[] times(String words) {
        return happenings.stream()
                .filter(happening -> happening.what().startsWith(words))
                .mapToDouble(Happening::epochMillis)
                .toArray();
    }

    long lost() {
        return flows.values().stream().mapToLong(FlowReport::lost).sum();
    }

    Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("move", number);
        details.put("way", way);
        details.put("began", Instant.ofEpochMilli((long) startMillis).toString());
        details.put("guestPauseMs", Numbers.millis(pauseMillis));
        details.put("addedOutageMs", Numbers.millis(addedOutageMillis));
        details.put("guestSilenceMs", Numbers.millis(silenceMillis));
        details.put("stolenMs", Numbers.millis(stolenMillis));
        for (Direction direction : Direction.values()) {
            Map<String, Object> flow = new LinkedHashMap<>();
            flow.put("sent", flow(direction).sent());
            flow.put("lost", flow(direction).lost());
            flow.put("lostWhen", lostWhen(direction).strip());
            flow.put("duplicated", disorder(direction).duplicated());
            flow.put("reordered", disorder(direction).reordered());
            flow.put("gapMs", Numbers.millis(flow(direction).longestGapMillis()));
            details.put(direction.title(), flow);
        }
        details.put("drops", drops);
        if (lost() > 0) {
            details.put("counts", counts);
        }
        details.put(
                "timeline",
                happenings.stream()
                        .map(h -> "%.1f %s: %s".formatted(h.epochMillis() - startMillis, h.who(), h.what()))
                        .toList());
        return details;
    }
}
