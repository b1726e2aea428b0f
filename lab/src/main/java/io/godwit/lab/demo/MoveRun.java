package io.godwit.lab.demo;

import io.godwit.lab.traffic.FlowReport;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs a move and looks at what it did. */
final class MoveRun {
    /** Until stragglers have arrived, retransmissions are over, and everybody has learned. */
    private static final int SETTLE_MILLIS = 1500;

    /** What was sent this long before looking has arrived, or never will. */
    private static final int FLIGHT_MILLIS = 300;

    private final Lab lab;
    private final Observer observer;

    MoveRun(Lab lab, Observer observer) {
        this.lab = lab;
        this.observer = observer;
    }

    MoveReport run(int number, Host source, Host destination) {
        Traffic traffic = lab.traffic();
        Map<Direction, Disorder> before = disorder(traffic);
        long verified = traffic.stream().verified();
        Move move = new Move(number, source, destination, lab.daemons(), lab.configs());
        move.run(lab.topology(), traffic);
        Waiting.millis(SETTLE_MILLIS);
        long end = System.nanoTime();
        Waiting.millis(FLIGHT_MILLIS);
        Map<Direction, FlowReport> flows = new EnumMap<>(Direction.class);
        for (Direction direction : Direction.values()) {
            flows.put(direction, traffic.report(direction, move.start() - 50_000_000, end));
        }
        Map<Direction, Disorder> disorder = disorder(traffic);
        disorder.replaceAll((direction, now) -> now.since(Objects.requireNonNull(before.get(direction))));
        List<NodeEvent> events = observer.newEvents().stream()
                .filter(event -> event.epochMillis() >= move.startEpochMillis())
                .toList();
        boolean tcpUp = traffic.stream().connected() && traffic.stream().verified() > verified;
        return new MoveReport(move, flows, disorder, events, observer.newDrops(), tcpUp);
    }

    private static Map<Direction, Disorder> disorder(Traffic traffic) {
        Map<Direction, Disorder> disorder = new EnumMap<>(Direction.class);
        for (Direction direction : Direction.values()) {
            disorder.put(direction, Disorder.of(traffic.arrivals(direction)));
        }
        return disorder;
    }
}
