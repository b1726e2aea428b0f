package io.godwit.hypervisor.agent;

import io.godwit.daemon.life.Daemon;
import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.Timers;
import io.godwit.hypervisor.config.HypervisorConfig;
import io.godwit.hypervisor.qmp.QmpMonitor;
import io.godwit.hypervisor.xtr.XtrClient;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds monitors, follows their guests, and tells the xTR. */
public final class HypervisorAgent implements Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(HypervisorAgent.class);
    /** A QEMU that waits for a guest is seen so soon; the memory it waits for takes longer to come. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private static final Duration WARM_UP = Duration.ofMillis(300);
    private static final int WARM_UPS = 300;

    private record Watched(QmpMonitor monitor, Guest guest) {}

    private final Timers timers;
    private final EventLoop loop;
    private final MonitorFiles files;
    private final XtrClient xtr;
    private final XtrMoves moves;
    private final Map<Path, Watched> watched = new HashMap<>();

    public HypervisorAgent(HypervisorConfig config, DaemonContext daemon) {
        timers = daemon.timers();
        loop = daemon.eventLoop();
        files = new MonitorFiles(config.monitors());
        xtr = new XtrClient(loop, timers, config.xtr());
        moves = new XtrMoves(config, xtr, timers);
    }

    @Override
    public void start() {
        Thread.ofPlatform().daemon().name("warm-up").start(Replays::warmUp);
        xtr.start();
        look();
        timers.every(LOOK, this::look);
        timers.after(WARM_UP, () -> warmUp(WARM_UPS));
    }

    /** Requests that change nothing: the first one of a process takes fifty times as long as the hundredth, at either end. */
    private void warmUp(int left) {
        if (left > 0) {
            var _ = xtr.post("/v1/moves/release", Map.of("eids", List.of("192.0.2.0")))
                    .thenCompose(answer -> xtr.get("/v1/health"))
                    .handle((answer, failure) -> {
                        timers.after(failure == null ? Duration.ofMillis(2) : WARM_UP, () -> warmUp(left - 1));
                        return left;
                    });
        }
    }

    private void look() {
        for (Path file : files.list()) {
            if (!watched.containsKey(file)) {
                Guest guest = new Guest(moves, () -> watched.remove(file));
                watched.put(file, new Watched(QmpMonitor.connect(loop, file, guest), guest));
                LOG.debug("a monitor at {}", file);
            }
        }
    }

    /** @param place {@code here}, {@code leaving}, {@code stopped}, {@code gone}, {@code incoming} or {@code unknown} */
    public record GuestView(String monitor, String place, List<String> macs) {}

    private List<GuestView> guests() {
        return watched.entrySet().stream()
                .map(entry -> new GuestView(
                        entry.getKey().toString(),
                        entry.getValue().guest().place().name().toLowerCase(Locale.ROOT),
                        entry.getValue().guest().cards().stream()
                                .map(card -> card.mac().toString())
                                .toList()))
                .toList();
    }

    /** @param guests that are watched */
    public record StatusView(String role, int guests) {}

    @Override
    public void routes(Routes routes) {
        routes.get("/v1/status", query -> new StatusView("hypervisor", watched.size()));
        routes.get("/v1/guests", query -> guests());
    }

    @Override
    public void close() {
        List.copyOf(watched.values()).forEach(one -> one.monitor().close());
        xtr.close();
    }
}
