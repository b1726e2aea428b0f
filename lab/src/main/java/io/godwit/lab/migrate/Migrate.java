package io.godwit.lab.migrate;

import io.godwit.bench.report.ResultFile;
import io.godwit.lab.LabCommand;
import io.godwit.lab.Results;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Timeline;
import io.godwit.lab.demo.Underlay;
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

/** {@code lab/migrate}. */
@Command(
        name = "lab/migrate",
        description = "A guest of QEMU is live-migrated between two clouds and back while traffic runs.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Migrate implements Callable<Integer> {
    @Option(names = "--moves", defaultValue = "10", description = "How often the guest moves (${DEFAULT-VALUE}).")
    int moves;

    @Option(
            names = "--pps",
            defaultValue = "1000",
            description = "Numbered UDP packets a second each way (${DEFAULT-VALUE}).")
    int packetsPerSecond;

    @Option(
            names = "--trigger",
            defaultValue = "qmp",
            description =
                    "What tells the xTRs: qmp (an agent beside each QEMU), libvirt (an agent beside each libvirtd;"
                            + " virsh migrates), rarp (QEMU's announcements), data (the guest's own packets).")
    String trigger = "qmp";

    @Option(
            names = "--replay",
            defaultValue = "2",
            description =
                    "With qmp and libvirt: packets from before the stop that are sent again (${DEFAULT-VALUE}; 0 for"
                            + " none).")
    int replay;

    @Option(
            names = "--move-channel",
            negatable = true,
            description = "The clouds' xTRs tell each other of moves directly; so it is with rarp and data, where no"
                    + " agent does, unless --no-move-channel.")
    @Nullable
    Boolean moveChannel;

    @Option(
            names = "--underlay",
            defaultValue = "4",
            description = "Address families between the clouds: 4, 6 or mixed.")
    String underlay = "4";

    @Option(names = "--cancel", description = "Each move is begun once and cancelled midway before.")
    boolean cancel;

    @Option(
            names = "--refuse",
            description = "With libvirt: cloud B's policy permits no move, and each must fail with the reason before"
                    + " anything is lost.")
    boolean refuse;

    @Option(
            names = "--restart-xtr",
            description = "In each move an xTR is killed midway (-9) and started again: the source's, then the"
                    + " destination's, while memory is copied, and in the next two moves when the guest has stopped.")
    boolean restartXtr;

    @Option(names = "--max-lost", description = "Packets that may be lost in all; more is a failure.")
    @Nullable
    Integer maximumLost;

    @Option(
            names = "--targets",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "What it costs is held against the targets, unless --no-targets: for a machine that does other"
                            + " things meanwhile.")
    boolean targets;

    @Mixin
    private Results output = new Results();

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws the moves as SVG.")
    @Nullable
    Path plot;

    private final Timeline timeline = new Timeline(System.out);

    public static void main(String[] arguments) {
        System.exit(LabCommand.execute(new Migrate(), arguments));
    }

    @Override
    public Integer call() throws IOException {
        Trigger how = Trigger.of(trigger);
        if (refuse && how != Trigger.LIBVIRT) {
            throw new IllegalArgumentException(
                    "--refuse is for --trigger libvirt: nobody else asks before a guest comes");
        }
        timeline.title("%d moves of a guest of QEMU, %,d packets/s each way, trigger %s"
                .formatted(moves, packetsPerSecond, trigger));
        GuestImage image = GuestImage.make();
        Lab.removeAbandoned(false);
        try (Lab lab = new Lab(Underlay.of(underlay), true, hasChannel(how));
                Clouds clouds = new Clouds(lab, image, packetsPerSecond, how, replay)) {
            if (refuse) {
                lab.configs().admitNobody(Host.CLOUD_B);
            }
            clouds.build(timeline);
            return refuse ? refused(clouds) : move(clouds, how);
        }
    }

    private boolean hasChannel(Trigger how) {
        return moveChannel == null ? !how.isTold() : moveChannel;
    }

    private int move(Clouds clouds, Trigger how) throws IOException {
        List<MoveResult> results = new ArrayList<>();
        Host source = Host.CLOUD_A;
        for (int number = 1; number <= moves; number++) {
            Host destination = source == Host.CLOUD_A ? Host.CLOUD_B : Host.CLOUD_A;
            if (cancel) {
                clouds.cancelledMove(destination);
            }
            MoveResult result = clouds.move(number, destination, restartXtr);
            MovePrinter.print(System.out, result);
            results.add(result);
            clouds.awaitGuest();
            source = destination;
        }
        Map<String, Object> summary = clouds.summary(results);
        List<String> failures = failures(summary);
        if (targets) {
            failures.addAll(new Targets(how, replay, packetsPerSecond, restartXtr, cancel).failures(summary, results));
        }
        timeline.verdict(summary, failures);
        write(summary, results);
        return failures.isEmpty() ? 0 : 1;
    }

    private int refused(Clouds clouds) throws IOException {
        List<String> reasons = new ArrayList<>();
        for (int number = 1; number <= moves; number++) {
            reasons.add(clouds.forbiddenMove(Host.CLOUD_B));
            System.out.println("%nmove %d%n%s".formatted(number, reasons.getLast()));
            clouds.awaitGuest();
        }
        Map<String, Object> summary = clouds.summaryOfRefusals(reasons);
        List<String> failures = failures(summary);
        if (!reasons.stream().allMatch(Migrate::isVeto)) {
            failures.add("not each move was refused by the policy of cloud B");
        }
        if (summary.get("lost") instanceof Number lost && lost.longValue() > 0) {
            failures.add(lost + " packets lost, though nothing moved");
        }
        timeline.verdict(summary, failures);
        output.write(ResultFile.of(
                "migrate",
                "lab/migrate --trigger libvirt --refuse --moves " + moves,
                summary,
                Map.of("reasons", reasons)));
        return failures.isEmpty() ? 0 : 1;
    }

    /** What the hook says. */
    private static boolean isVeto(String reason) {
        return reason.contains("may not come to this host");
    }

    private List<String> failures(Map<String, Object> summary) {
        List<String> failures = new ArrayList<>();
        if (!Boolean.TRUE.equals(summary.get("tcpSurvived"))) {
            failures.add("the TCP connection did not survive");
        }
        if (summary.get("disagreements") instanceof Number disagreements && disagreements.longValue() > 0) {
            failures.add("after " + disagreements + " restarts the xTRs and the map-server did not agree");
        }
        if (maximumLost != null && summary.get("lost") instanceof Number lost && lost.longValue() > maximumLost) {
            failures.add(lost + " packets lost, " + maximumLost + " allowed");
        }
        return failures;
    }

    private void write(Map<String, Object> summary, List<MoveResult> results) throws IOException {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("packetsPerSecond", packetsPerSecond);
        details.put("trigger", trigger);
        details.put("underlay", underlay);
        details.put("replay", replay);
        details.put("cancelledBefore", cancel);
        details.put("restartXtr", restartXtr);
        details.put("moveChannel", hasChannel(Trigger.of(trigger)));
        details.put("moves", results.stream().map(MoveResult::details).toList());
        String command = "lab/migrate --moves " + moves + " --pps " + packetsPerSecond + " --trigger " + trigger;
        ResultFile result = ResultFile.of("migrate", command, summary, details);
        output.write(result);
        if (plot != null) {
            MovePrinter.plot(plot, results);
        }
    }
}
