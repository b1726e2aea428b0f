package io.godwit.lab.migrate;

import io.godwit.bench.report.ProcessorTime;
import io.godwit.lab.demo.Direction;
import io.godwit.lab.demo.Disorder;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Observer;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.traffic.FlowReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Watches one move and says what it cost. */
final class MoveRun {
    private static final int SETTLE_MILLIS = 1200;
    private static final int FLIGHT_MILLIS = 300;

    private final Client client;
    private final Observer observer;
    private final Map<Host, TapLog> taps;

    MoveRun(Client client, Observer observer, Map<Host, TapLog> taps) {
        this.client = client;
        this.observer = observer;
        this.taps = taps;
    }

    MoveResult run(int number, Migration migration, Host source, Host destination, Runnable moving) {
        Map<Direction, Disorder> before = disorder();
        long verified = client.stream().verified();
        double stolen = ProcessorTime.stolen();
        double startMillis = System.currentTimeMillis();
        long start = System.nanoTime();
        taps.values().forEach(TapLog::news);
        moving.run();
        Waiting.millis(SETTLE_MILLIS);
        long end = System.nanoTime();
        Waiting.millis(FLIGHT_MILLIS);
        Map<Direction, FlowReport> flows = new EnumMap<>(Direction.class);
        for (Direction direction : Direction.values()) {
            flows.put(direction, client.report(direction, start, end));
        }
        Map<Direction, Disorder> after = disorder();
        after.replaceAll((direction, now) -> now.since(Objects.requireNonNull(before.get(direction))));
        List<TapLog.Crossing> crossings = tap(destination).news();
        List<Happening> timeline = timeline(migration, crossings);
        lost(flows, Map.of(source, tap(source).news(), destination, crossings), timeline);
        timeline.removeIf(h -> h.epochMillis() < startMillis - 1);
        timeline.sort(Comparator.comparingDouble(Happening::epochMillis));
        Map<String, Long> drops = observer.newDrops();
        return new MoveResult(
                number,
                source.title() + " -> " + destination.title(),
                startMillis,
                start,
                migration.pauseMillis(),
                addedOutage(migration, crossings),
                silence(migration, crossings),
                flows,
                after,
                drops,
                observer.newCounts(),
                timeline,
                (ProcessorTime.stolen() - stolen) * 1e3,
                client.stream().connected() && client.stream().verified() > verified);
    }

    private TapLog tap(Host cloud) {
        return Objects.requireNonNull(taps.get(cloud));
    }

    private Map<Direction, Disorder> disorder() {
        Map<Direction, Disorder> disorder = new EnumMap<>(Direction.class);
        for (Direction direction : Direction.values()) {
            disorder.put(direction, Disorder.of(client.arrivals(direction)));
        }
        return disorder;
    }

    private static double addedOutage(Migration migration, List<TapLog.Crossing> crossings) {
        return sinceResume(migration, crossing(crossings, true, migration.stopMicros()));
    }

    private static double silence(Migration migration, List<TapLog.Crossing> crossings) {
        return sinceResume(migration, crossing(crossings, false, migration.resumeMicros()));
    }

    private static double sinceResume(Migration migration, Optional<TapLog.Crossing> first) {
        long micros = first.map(TapLog.Crossing::epochMicros).orElse(Long.MAX_VALUE);
        return Math.max(0, (micros - migration.resumeMicros()) / 1e3);
    }

    private List<Happening> timeline(Migration migration, List<TapLog.Crossing> crossings) {
        List<Happening> all = new ArrayList<>(migration.happenings());
        observer.newEvents()
                .forEach(event -> all.add(
                        new Happening(event.epochMillis(), event.host().title(), event.kind() + " " + event.what())));
        crossing(crossings, true, migration.stopMicros())
                .ifPresent(c -> all.add(new Happening(c.epochMicros() / 1e3, "tap", "first packet to the guest")));
        crossing(crossings, false, migration.stopMicros())
                .ifPresent(c -> all.add(new Happening(c.epochMicros() / 1e3, "tap", "first packet of the guest")));
        return all;
    }

    /** Where packets were last seen that did not come. */
    private static void lost(
            Map<Direction, FlowReport> flows, Map<Host, List<TapLog.Crossing>> crossings, List<Happening> timeline) {
        flows.forEach((direction, flow) -> crossings.forEach((cloud, all) -> all.stream()
                .filter(c -> c.toGuest() == (direction == Direction.TO_VM)
                        && flow.lostNumbers().contains((int) c.number()))
                .map(c -> new Happening(
                        c.epochMicros() / 1e3,
                        "tap " + cloud.title(),
                        "packet %d %s the guest, lost".formatted(c.number(), c.toGuest() ? "to" : "of")))
                .forEach(timeline::add)));
    }

    private static Optional<TapLog.Crossing> crossing(
            List<TapLog.Crossing> crossings, boolean toGuest, long sinceMicros) {
        return crossings.stream()
                .filter(c -> c.toGuest() == toGuest && c.epochMicros() >= sinceMicros)
                .min(Comparator.comparingLong(TapLog.Crossing::epochMicros));
    }
}
