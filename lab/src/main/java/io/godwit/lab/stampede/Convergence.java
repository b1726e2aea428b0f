package io.godwit.lab.stampede;

import io.godwit.lab.LabException;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Numbers;
import io.godwit.lab.demo.Timeline;
import io.godwit.lab.demo.Topology;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import io.godwit.lab.traffic.FlowLog;
import io.godwit.lab.traffic.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long it takes from the commit at the destination until every subscribed ITR knows the new RLOC. */
final class Convergence {
    /** An ITR that has learned nothing by then counts as if it had learned it then. */
    private static final int PATIENCE_MILLIS = 1_000;

    private final Lab lab;
    private final int itrs;
    private final double[] times;
    /** From when the commit was ordered: with the request, and what the xTR does until it has committed. */
    private final double[] timesFromOrder;

    private final Path log;

    Convergence(Lab lab, int itrs, int moves) {
        this.lab = lab;
        this.itrs = itrs;
        times = new double[itrs * moves];
        timesFromOrder = new double[itrs * moves];
        log = lab.folder().resolve("itrs.arrived");
    }

    /** Moves one EID as often as told. */
    void measure(Herd herd, Timeline timeline) {
        Node swarm = subscribe();
        timeline.stage("%,d ITRs have subscribed".formatted(itrs));
        for (int first = 0; first < times.length; first += itrs) {
            collect(first, herd.move(1, PATIENCE_MILLIS));
            if (!swarm.alive()) {
                throw new LabException("the simulated ITRs are gone: " + swarm.lastLines());
            }
            double[] ofMove = Arrays.copyOfRange(times, first, first + itrs);
            timeline.stage(
                    "move %d: half of the ITRs know after %.1f ms, 99 of 100 after %.1f ms, the last after %.1f ms"
                            .formatted(
                                    first / itrs + 1,
                                    Numbers.median(ofMove),
                                    Numbers.percentile(ofMove, 0.99),
                                    Numbers.max(ofMove)));
        }
        swarm.stop(Duration.ofSeconds(1));
    }

    private Node subscribe() {
        lab.topology().core().ip("route add local 172.21.0.0/16 dev lo");
        List<String> command = new ArrayList<>(JavaCommand.of(ItrSwarm.class));
        command.addAll(List.of(
                log.toString(),
                Integer.toString(itrs),
                Integer.toString(times.length / itrs + 1),
                Host.MAP_SERVER.ipv4(),
                lab.folder().resolve("itrs.key").toString(),
                Herd.first(),
                Topology.corePort(Host.MAP_SERVER)));
        Node swarm = Node.start("itrs", lab.topology().core(), lab.folder(), command);
        Waiting.until(Duration.ofMinutes(1), () -> swarm.log().contains("subscribed"), () -> {
            throw new LabException("not all ITRs could subscribe: " + swarm.lastLines());
        });
        return swarm;
    }

    private void collect(int first, Herd.Moved moved) {
        FlowLog arrived = FlowLog.open(log);
        for (int i = first; i < first + itrs; i++) {
            long at = arrived.time(i);
            times[i] = at == 0 ? PATIENCE_MILLIS : (at - moved.committed()) / 1e6;
            timesFromOrder[i] = at == 0 ? PATIENCE_MILLIS : (at - moved.told()) / 1e6;
        }
    }

    /** Over all moves. */
    Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("itrConvergeP99Ms", Numbers.millis(Numbers.percentile(times, 0.99)));
        summary.put("itrConvergeMedianMs", Numbers.millis(Numbers.median(times)));
        summary.put("itrConvergeMaxMs", Numbers.millis(Numbers.max(times)));
        summary.put("itrConvergeFromOrderP99Ms", Numbers.millis(Numbers.percentile(timesFromOrder, 0.99)));
        return summary;
    }
}
