package io.godwit.lab.demo;

import io.godwit.lab.traffic.FlowReport;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Tells the story while it happens. */
public final class Timeline {
    private final PrintStream out;
    private final long start = System.nanoTime();

    public Timeline(PrintStream out) {
        this.out = out;
    }

    public void title(String text) {
        out.println(text);
        out.println();
    }

    /** A step of the set-up, with the seconds since the start. */
    public void stage(String text) {
        out.println("%6.1f s   %s".formatted((System.nanoTime() - start) / 1e9, text));
    }

    void move(MoveReport report) {
        Move move = report.move();
        out.println();
        out.println("move %d   %s".formatted(move.number(), move.title()));
        move.steps().forEach(step -> at(move.offsetMillis(step.nanoTime()), step.name(), step.text()));
        if (!report.events().isEmpty()) {
            indented("what they learned");
        }
        report.events()
                .forEach(event -> at(
                        (double) (event.epochMillis() - move.startEpochMillis()),
                        event.host().title(),
                        event.kind() + " " + event.what()));
        report.flows().forEach((direction, flow) -> flow(move, direction, flow, report.disorder(direction)));
        report.drops().forEach((reason, count) -> indented("%d dropped at %s".formatted(count, reason)));
        indented("outage %.1f ms, TCP %s".formatted(report.outageMillis(), report.tcpUp() ? "up" : "DOWN"));
    }

    private void flow(Move move, Direction direction, FlowReport flow, Disorder disorder) {
        indented("%-13s %,d sent, %d lost%s, %d twice, %d out of order, longest silence %.1f ms"
                .formatted(
                        direction.title(),
                        flow.sent(),
                        flow.lost(),
                        when(move, flow),
                        disorder.duplicated(),
                        disorder.reordered(),
                        flow.longestGapMillis()));
    }

    private static String when(Move move, FlowReport flow) {
        return flow.lost() == 0
                ? ""
                : " (sent at %.1f to %.1f ms)"
                        .formatted(move.offsetMillis(flow.firstLost()), move.offsetMillis(flow.lastLost()));
    }

    public void verdict(Map<String, Object> summary, List<String> failures) {
        out.println();
        summary.forEach((key, value) -> out.println("  %-18s %s".formatted(key, value)));
        out.println();
        out.println(failures.isEmpty() ? "PASSED" : "FAILED: " + String.join("; ", failures));
    }

    private void at(double millis, String who, String what) {
        out.println("%9.1f ms  %-12s %s".formatted(millis, who, what));
    }

    private void indented(String text) {
        out.println("%12s  %s".formatted("", text));
    }
}
