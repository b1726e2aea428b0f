package io.godwit.lab.demo;

import io.godwit.lab.traffic.FlowReport;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells the story while it happens. */
final class Timeline {
    private final PrintStream out;
    private final long start = System.nanoTime();

    Timeline(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println(text);
        out.println();
    }

    /** A step of the set-up, with the seconds since the start. */
    void stage(String text) {
        line("%6.1f s   %s", (System.nanoTime() - start) / 1e9, text);
    }

    void move(MoveReport report) {
        Move move = report.move();
        out.println();
        line("move %d   %s", move.number(), move.title());
        move.steps()
                .forEach(step ->
                        line("%9.1f ms  %-12s %s", move.offsetMillis(step.nanoTime()), step.name(), step.text()));
        if (!report.events().isEmpty()) {
            line("%12s  what they learned", "");
        }
        report.events()
                .forEach(event -> line(
                        "%9d ms  %-12s %s %s",
                        event.epochMillis() - move.startEpochMillis(),
                        event.host().title(),
                        event.kind(),
                        event.what()));
        report.flows().forEach((direction, flow) -> flow(move, direction, flow));
        report.drops().forEach((reason, count) -> line("%12s  %d dropped at %s", "", count, reason));
        line(
                "%12s  %d twice, %d out of order, outage %.1f ms, TCP %s",
                "", report.duplicated(), report.reordered(), report.outageMillis(), report.tcpUp() ? "up" : "DOWN");
    }

    private void flow(Move move, Direction direction, FlowReport flow) {
        line(
                "%12s  %-12s  %,d sent, %d lost%s, longest silence %.1f ms",
                "", direction.title(), flow.sent(), flow.lost(), when(move, flow), flow.longestGapMillis());
    }

    private static String when(Move move, FlowReport flow) {
        return flow.lost() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (sent at %.1f to %.1f ms)",
                        move.offsetMillis(flow.firstLost()),
                        move.offsetMillis(flow.lastLost()));
    }

    void verdict(Map<String, Object> summary, List<String> failures) {
        out.println();
        summary.forEach((key, value) -> line("  %-18s %s", key, value));
        out.println();
        out.println(failures.isEmpty() ? "PASSED" : "FAILED: " + String.join("; ", failures));
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
