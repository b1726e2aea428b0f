package io.godwit.lab.demo;

import io.godwit.bench.report.ResultFile;
import io.godwit.lab.LabCommand;
import io.godwit.lab.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab/demo}. */
@Command(
        name = "lab/demo",
        description = "A VM moves between two clouds and back while traffic runs; prints what happened and a verdict.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Demo implements Callable<Integer> {
    @Option(names = "--moves", defaultValue = "10", description = "How often the VM moves (${DEFAULT-VALUE}).")
    int moves;

    @Option(
            names = "--pps",
            defaultValue = "1000",
            description = "Numbered UDP packets a second each way (${DEFAULT-VALUE}).")
    int packetsPerSecond;

    @Option(
            names = "--underlay",
            defaultValue = "4",
            description = "Address families between the clouds: 4, 6, or mixed (cloud B has IPv6 only).")
    String underlay = "4";

    @Option(names = "--max-lost", description = "Packets that may be lost in all (one a move).")
    @Nullable
    Integer maximumLost;

    @Mixin
    private Results output = new Results();

    @Option(names = "--capture", paramLabel = "FILE", description = "Captures what crosses the core, for Wireshark.")
    @Nullable
    Path capture;

    @Option(names = "--keep", description = "Leaves everything running and says how to look around.")
    boolean keep;

    @Option(names = "--down", description = "Removes what --keep left, and nothing else.")
    boolean down;

    private final Timeline timeline = new Timeline(System.out);

    public static void main(String[] arguments) {
        System.exit(LabCommand.execute(new Demo(), arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (down) {
            System.out.println(Lab.removeAbandoned(true) + " labs removed");
            return 0;
        }
        Lab.removeAbandoned(false);
        try (Lab lab = new Lab(Underlay.of(underlay))) {
            try {
                return demonstrate(lab);
            } finally {
                if (keep) {
                    lab.keep(System.out);
                }
            }
        }
    }

    private int demonstrate(Lab lab) throws IOException {
        timeline.title("%d moves, %,d packets/s each way, underlay %s".formatted(moves, packetsPerSecond, underlay));
        lab.build(timeline, packetsPerSecond, capture);
        Verdict verdict = run(lab);
        List<String> failures = verdict.failures(maximumLost == null ? moves : maximumLost);
        timeline.verdict(verdict.summary(), failures);
        return failures.isEmpty() ? 0 : 1;
    }

    private Verdict run(Lab lab) throws IOException {
        Observer observer = new Observer(lab.daemons(), lab.topology());
        observer.newEvents();
        observer.newDrops();
        List<MoveReport> reports = new ArrayList<>();
        Host source = Host.CLOUD_A;
        for (int number = 1; number <= moves; number++) {
            Host destination = source == Host.CLOUD_A ? Host.CLOUD_B : Host.CLOUD_A;
            MoveReport report = new MoveRun(lab, observer).run(number, source, destination);
            timeline.move(report);
            reports.add(report);
            source = destination;
        }
        return conclude(lab, reports);
    }

    private Verdict conclude(Lab lab, List<MoveReport> reports) throws IOException {
        long verifiedBefore = lab.traffic().stream().verified();
        Waiting.millis(500);
        long end = System.nanoTime();
        Waiting.millis(500);
        boolean tcpSurvived =
                lab.traffic().stream().connected() && lab.traffic().stream().verified() > verifiedBefore;
        lab.traffic().stop();
        Verdict verdict = new Verdict(reports, lab.traffic(), end, tcpSurvived);
        write(verdict, reports);
        return verdict;
    }

    private void write(Verdict verdict, List<MoveReport> reports) throws IOException {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("packetsPerSecond", packetsPerSecond);
        details.put("underlay", underlay);
        details.put("moves", reports.stream().map(MoveReport::details).toList());
        String command = "lab/demo --moves " + moves + " --pps " + packetsPerSecond + " --underlay " + underlay;
        ResultFile result = ResultFile.of("demo", command, verdict.summary(), details);
        output.write(result);
    }
}
