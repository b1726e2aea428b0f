package io.godwit.lab.demo;

import io.godwit.lab.traffic.FlowLog;
import io.godwit.lab.traffic.FlowReport;
import io.godwit.lab.traffic.StreamLog;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All moves together, from the first packet to the last. */
final class Verdict {
    private final List<MoveReport> moves;
    private final Map<Direction, FlowReport> flows = new EnumMap<>(Direction.class);
    private final long duplicated;
    private final long reordered;
    private final boolean tcpSurvived;
    private final long tcpOctets;
    private final double tcpStallMillis;
    private final PingLog.Result ping;

    /** @param end packets sent from then on are not counted: they may still be under way */
    Verdict(List<MoveReport> moves, Traffic traffic, long end, boolean tcpSurvived) {
        this.moves = List.copyOf(moves);
        long twice = 0;
        long late = 0;
        for (Direction direction : Direction.values()) {
            flows.put(direction, traffic.report(direction, traffic.counted(), end));
            FlowLog arrivals = traffic.arrivals(direction);
            twice += arrivals.duplicates();
            late += arrivals.reordered();
        }
        StreamLog stream = traffic.stream();
        this.duplicated = twice;
        this.reordered = late;
        this.tcpSurvived = tcpSurvived;
        this.tcpOctets = stream.verified();
        this.tcpStallMillis = stream.longestStallNanos() / 1e6;
        this.ping = traffic.ping().result();
    }

    long lost() {
        return flows.values().stream().mapToLong(FlowReport::lost).sum();
    }

    Map<String, Object> summary() {
        double[] outages = moves.stream().mapToDouble(MoveReport::outageMillis).toArray();
        double[] pauses = moves.stream()
                .mapToDouble(report -> report.move().pauseMillis())
                .toArray();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("moves", moves.size());
        summary.put("sent", flows.values().stream().mapToLong(FlowReport::sent).sum());
        summary.put("lost", lost());
        summary.put("lostToVm", lost(Direction.TO_VM));
        summary.put("lostFromVm", lost(Direction.FROM_VM));
        summary.put("duplicated", duplicated);
        summary.put("reordered", reordered);
        summary.put("tcpSurvived", tcpSurvived);
        summary.put("tcpOctets", tcpOctets);
        summary.put("tcpLongestStallMs", Numbers.millis(tcpStallMillis));
        summary.put("pingSent", ping.sent());
        summary.put("pingLost", ping.lost());
        summary.put("outageMedianMs", Numbers.millis(Numbers.median(outages)));
        summary.put("outageMaxMs", Numbers.millis(Numbers.max(outages)));
        summary.put("guestPauseMedianMs", Numbers.millis(Numbers.median(pauses)));
        return summary;
    }

    private long lost(Direction direction) {
        FlowReport flow = flows.get(direction);
        return flow == null ? 0 : flow.lost();
    }

    /** Why the demo failed; empty when it did not. */
    List<String> failures(long maximumLost) {
        List<String> failures = new ArrayList<>();
        if (!tcpSurvived) {
            failures.add("the TCP connection did not survive");
        }
        if (lost() > maximumLost) {
            failures.add(lost() + " packets lost, " + maximumLost + " allowed");
        }
        return failures;
    }
}
