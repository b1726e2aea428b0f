package io.godwit.lab.stampede;

import io.godwit.bench.report.ResultFile;
import io.godwit.lab.LabCommand;
import io.godwit.lab.Results;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Numbers;
import io.godwit.lab.demo.Observer;
import io.godwit.lab.demo.Timeline;
import io.godwit.lab.demo.Underlay;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.traffic.FlowReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab/stampede}. */
@Command(
        name = "lab/stampede",
        description = "Hosts move between two clouds: under fast flows, many at once, and with many subscribed ITRs.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Stampede implements Callable<Integer> {
    private static final int BULK_PPS = 10_000;
    private static final int SECONDS = 60;
    private static final int SETTLE_MILLIS = 1_000;

    @Option(names = "--moves", defaultValue = "4", description = "Moves under each flow (${DEFAULT-VALUE}).")
    int moves;

    @Option(names = "--slow", defaultValue = "10000", description = "Packets a second of lost10k (${DEFAULT-VALUE}).")
    int slow;

    @Option(names = "--fast", defaultValue = "100000", description = "Packets a second of lost100k (${DEFAULT-VALUE}).")
    int fast;

    @Option(names = "--eids", defaultValue = "1000", description = "EIDs that move at once (${DEFAULT-VALUE}).")
    int eids;

    @Option(names = "--itrs", defaultValue = "1000", description = "ITRs that subscribe (${DEFAULT-VALUE}).")
    int itrs;

    @Mixin
    private Results output = new Results();

    private final Timeline timeline = new Timeline(System.out);
    private final Map<String, Object> summary = new LinkedHashMap<>();
    private final List<Map<String, Object>> details = new ArrayList<>();

    public static void main(String[] arguments) {
        System.exit(LabCommand.execute(new Stampede(), arguments));
    }

    @Override
    public Integer call() throws IOException {
        timeline.title("%d moves under %,d and %,d packets/s, of %,d EIDs at once, with %,d subscribed ITRs"
                .formatted(moves, slow, fast, eids, itrs));
        Lab.removeAbandoned(false);
        try (Lab lab = new Lab(Underlay.IPV4, false, true)) {
            lab.buildDaemons(timeline, null);
            Herd herd = new Herd(lab, eids);
            herd.appear();
            Observer observer = new Observer(lab.daemons(), lab.topology());
            observer.newDrops();
            summary.put("lost10k", flow(lab, herd, observer, "slow", slow));
            summary.put("lost100k", flow(lab, herd, observer, "fast", fast));
            bulk(lab, herd, observer);
            Convergence convergence = new Convergence(lab, itrs, moves);
            convergence.measure(herd, timeline);
            summary.putAll(convergence.summary());
        }
        List<String> failures = summary.get("bulkLost") == null ? List.of("not finished") : List.of();
        timeline.verdict(summary, failures);
        write();
        return 0;
    }

    private long flow(Lab lab, Herd herd, Observer observer, String name, int packetsPerSecond) {
        long lost = 0;
        try (Flow flow = new Flow(lab, name, packetsPerSecond, SECONDS, 1)) {
            Waiting.millis(2 * SETTLE_MILLIS);
            observer.newDrops();
            FlowReport still = still(flow);
            timeline.stage("%,d packets/s: %,d sent and %d lost in a second without a move"
                    .formatted(packetsPerSecond, still.sent(), still.lost()));
            note("%s still".formatted(name), still, null, observer.newDrops());
            for (int i = 1; i <= moves; i++) {
                lost += move(flow, herd, observer, name + " move " + i, 1).lost();
            }
        }
        return lost;
    }

    private static FlowReport still(Flow flow) {
        long from = System.nanoTime();
        Waiting.millis(SETTLE_MILLIS);
        return flow.report(from, System.nanoTime());
    }

    private FlowReport move(Flow flow, Herd herd, Observer observer, String name, int count) {
        long duplicates = flow.duplicates();
        long reordered = flow.reordered();
        Herd.Moved moved = herd.move(count);
        Waiting.millis(SETTLE_MILLIS);
        FlowReport report = flow.report(moved.start(), System.nanoTime());
        Map<String, Long> drops = observer.newDrops();
        timeline.stage(
                "%s: %,d sent, %d lost, %d twice, %s, silence %.1f ms, switch to commit %.1f ms, registered after %.3f s%s"
                        .formatted(
                                name,
                                report.sent(),
                                report.lost(),
                                flow.duplicates() - duplicates,
                                order(flow.reordered() - reordered, count),
                                report.longestGapMillis(),
                                (moved.told() - moved.switched()) / 1e6,
                                moved.seconds(),
                                drops.isEmpty() ? "" : ", dropped: " + drops));
        note(name, report, moved, drops);
        return report;
    }

    /** Packets to one EID keep their order; those to several are numbered across all of them, and each is parked by itself. */
    private static String order(long reordered, int eids) {
        return eids == 1 ? reordered + " out of order" : "order not told apart by EID";
    }

    private void note(String name, FlowReport report, Herd.@Nullable Moved moved, Map<String, Long> drops) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("name", name);
        detail.put("sent", report.sent());
        detail.put("lost", report.lost());
        detail.put("longestSilenceMs", Numbers.millis(report.longestGapMillis()));
        if (moved != null) {
            detail.put("switchToCommitMs", Numbers.millis((moved.told() - moved.switched()) / 1e6));
            detail.put("registeredSeconds", moved.seconds());
        }
        detail.put("drops", drops);
        details.add(detail);
    }

    private void bulk(Lab lab, Herd herd, Observer observer) {
        try (Flow flow = new Flow(lab, "bulk", BULK_PPS, SECONDS, eids)) {
            Waiting.millis(2 * SETTLE_MILLIS);
            observer.newDrops();
            note("bulk still", still(flow), null, observer.newDrops());
            long lost = 0;
            double seconds = 0;
            for (int i = 1; i <= 2; i++) {
                lost += move(flow, herd, observer, "bulk move " + i, eids).lost();
                seconds = Math.max(seconds, registeredSeconds());
            }
            summary.put("bulkLost", lost);
            summary.put("bulkSeconds", seconds);
        }
    }

    private double registeredSeconds() {
        return details.getLast().get("registeredSeconds") instanceof Double seconds ? seconds : Double.MAX_VALUE;
    }

    private void write() throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("packetsPerSecond", List.of(slow, fast));
        all.put("eids", eids);
        all.put("itrs", itrs);
        all.put("moves", details);
        String command = "lab/stampede --moves " + moves + " --eids " + eids + " --itrs " + itrs;
        ResultFile result = ResultFile.of("stampede", command, summary, all);
        output.write(result);
    }
}
