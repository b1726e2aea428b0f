package io.godwit.lab.migrate;

import io.godwit.bench.report.Plot;
import io.godwit.lab.demo.Direction;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What people read of moves: a timeline each, and a plot of all. */
final class MovePrinter {
    private MovePrinter() {}

    static void print(PrintStream out, MoveResult move) {
        out.println();
        out.println("move %d   %s".formatted(move.number(), move.way()));
        move.happenings()
                .forEach(h -> out.println(
                        "%9.1f ms  %-13s %s".formatted(h.epochMillis() - move.startMillis(), h.who(), h.what())));
        for (Direction direction : Direction.values()) {
            out.println("%14s%-13s %,d sent, %d lost%s, %d twice, %d out of order, longest silence %.1f ms"
                    .formatted(
                            "",
                            direction.title(),
                            move.flow(direction).sent(),
                            move.flow(direction).lost(),
                            move.lostWhen(direction),
                            move.disorder(direction).duplicated(),
                            move.disorder(direction).reordered(),
                            move.flow(direction).longestGapMillis()));
        }
        move.drops().forEach((reason, count) -> out.println("%14s%d dropped at %s".formatted("", count, reason)));
        if (move.lost() > 0) {
            move.counts().forEach((name, count) -> out.println("%14s%d %s".formatted("", count, name)));
        }
        if (move.stolenMillis() > 0) {
            out.println("%14s%.0f ms of the processors went to others than this virtual machine"
                    .formatted("", move.stolenMillis()));
        }
        out.println("%14sguest pause %.1f ms, added by the network %.1f ms, TCP %s"
                .formatted("", move.pauseMillis(), move.addedOutageMillis(), move.tcpUp() ? "up" : "DOWN"));
    }

    static void plot(Path file, List<MoveResult> moves) {
        double[] numbers = moves.stream().mapToDouble(MoveResult::number).toArray();
        new Plot("Live migrations", "move", "ms, packets")
                .points("guest pause, ms", numbers, values(moves, MoveResult::pauseMillis))
                .points("added by the network, ms", numbers, values(moves, MoveResult::addedOutageMillis))
                .points("packets lost", numbers, values(moves, MoveResult::lost))
                .write(file);
    }

    private static double[] values(List<MoveResult> moves, ToDoubleFunction<MoveResult> value) {
        return moves.stream().mapToDouble(value).toArray();
    }
}
