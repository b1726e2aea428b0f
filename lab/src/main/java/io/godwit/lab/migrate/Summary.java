package io.godwit.lab.migrate;

import io.godwit.lab.demo.Direction;
import io.godwit.lab.demo.Numbers;
import io.godwit.lab.traffic.FlowReport;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All moves together, from the first packet to the last. */
final class Summary {
    private static final long FLIGHT_NANOS = 20_000_000;

    private Summary() {}

    /** @param from packets sent between here and {@code to} count, times of {@link System#nanoTime} */
    static Map<String, Object> of(List<MoveResult> moves, Client client, long from, long to, boolean tcpSurvived) {
        FlowReport toVm = client.report(Direction.TO_VM, from, to);
        FlowReport fromVm = client.report(Direction.FROM_VM, from, to);
        double[] outages =
                moves.stream().mapToDouble(MoveResult::addedOutageMillis).toArray();
        double[] pauses = moves.stream().mapToDouble(MoveResult::pauseMillis).toArray();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("moves", moves.size());
        summary.put("sent", toVm.sent() + fromVm.sent());
        summary.put("lost", toVm.lost() + fromVm.lost());
        summary.put("lostToVm", toVm.lost());
        summary.put("lostFromVm", fromVm.lost());
        summary.put(
                "worstMoveLost",
                moves.stream().mapToLong(MoveResult::lost).max().orElse(0));
        summary.put("duplicated", sum(moves, true));
        summary.put("reordered", sum(moves, false));
        summary.put("addedOutageMedianMs", Numbers.millis(Numbers.median(outages)));
        summary.put("addedOutageP99Ms", Numbers.millis(Numbers.percentile(outages, 0.99)));
        summary.put("guestPauseMedianMs", Numbers.millis(Numbers.median(pauses)));
        summary.put("guestPauseMaxMs", Numbers.millis(Numbers.max(pauses)));
        double[] switches = moves.stream()
                .flatMapToDouble(move -> move.switchMillis().stream())
                .toArray();
        summary.put("switchMedianMs", Numbers.millis(Numbers.median(switches)));
        summary.put("switchMaxMs", Numbers.millis(Numbers.max(switches)));
        summary.put(
                "stolenMs",
                Numbers.millis(
                        moves.stream().mapToDouble(MoveResult::stolenMillis).sum()));
        summary.put("tcpSurvived", tcpSurvived);
        summary.put("tcpOctets", client.stream().verified());
        return summary;
    }

    /** What killed xTRs cost besides packets. */
    static void add(Map<String, Object> summary, List<XtrKill.Outcome> kills, Client client) {
        double[] down = kills.stream().mapToDouble(XtrKill.Outcome::downMillis).toArray();
        double[] agreed = kills.stream()
                .mapToDouble(XtrKill.Outcome::agreedMillis)
                .filter(millis -> millis >= 0)
                .toArray();
        long away =
                kills.stream().mapToLong(kill -> lostWhileAway(kill, client)).sum();
        summary.put("lostOtherwise", (summary.get("lost") instanceof Number all ? all.longValue() : 0) - away);
        summary.put("xtrsKilled", kills.size());
        summary.put("xtrDownMedianMs", Numbers.millis(Numbers.median(down)));
        summary.put("agreedAfterMaxMs", Numbers.millis(Numbers.max(agreed)));
        summary.put("disagreements", kills.size() - agreed.length);
    }

    /** Of packets that came, or were under way, while the process was not there, and of those that waited in it for the guest. */
    private static long lostWhileAway(XtrKill.Outcome kill, Client client) {
        long from = kill.waitedNanos() - FLIGHT_NANOS;
        long to = kill.runningNanos() + FLIGHT_NANOS;
        return Arrays.stream(Direction.values())
                .mapToLong(direction -> client.report(direction, from, to).lost())
                .sum();
    }

    private static long sum(List<MoveResult> moves, boolean duplicates) {
        return moves.stream()
                .flatMap(move -> Arrays.stream(Direction.values()).map(move::disorder))
                .mapToLong(disorder -> duplicates ? disorder.duplicated() : disorder.reordered())
                .sum();
    }
}
