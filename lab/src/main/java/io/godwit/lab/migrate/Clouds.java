package io.godwit.lab.migrate;

import io.godwit.daemon.net.ControlThread;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Direction;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Observer;
import io.godwit.lab.demo.Timeline;
import io.godwit.lab.demo.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Two clouds with a guest in one of them. */
final class Clouds implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Longer than any outage, and than a slow machine keeps a guest waiting. */
    private static final Duration HANGING = Duration.ofSeconds(10);

    private final Lab lab;
    private final GuestImage image;
    private final int packetsPerSecond;
    private final Trigger trigger;
    private final ControlThread thread = new ControlThread("qmp");
    private final Map<Host, TapLog> taps = new EnumMap<>(Host.class);
    private final Observer observer;
    private final Agents agents;
    private @Nullable Qemu running;
    private @Nullable Client client;
    private final List<XtrKill.Outcome> kills = new ArrayList<>();
    private int processes;
    private long counted;

    Clouds(Lab lab, GuestImage image, int packetsPerSecond, Trigger trigger, Agents agents) {
        this.lab = lab;
        this.image = image;
        this.packetsPerSecond = packetsPerSecond;
        this.trigger = trigger;
        this.agents = agents;
        observer = new Observer(lab.daemons(), lab.topology());
    }

    private Path folder() {
        return lab.folder();
    }

    /** Everything up to running traffic, the guest in cloud A. */
    void build(Timeline timeline) {
        lab.buildDaemons(timeline, null);
        Qemu guest = Qemu.boot(Host.CLOUD_A, lab.topology(), folder(), image, packetsPerSecond, thread.loop());
        running = guest;
        Waiting.until(PATIENCE, guest::guestRuns, () -> {
            throw new LabException("the guest does not boot: " + guest.lastLines());
        });
        timeline.stage("the guest runs in cloud A");
        if (trigger == Trigger.QMP) {
            agents.start();
            timeline.stage("an agent watches the hypervisor of each cloud");
        }
        for (Host cloud : List.of(Host.CLOUD_A, Host.CLOUD_B)) {
            taps.put(cloud, new TapLog("tap-" + cloud.label(), lab.topology().of(cloud), folder()));
        }
        client = new Client(lab.topology(), folder(), packetsPerSecond);
        lab.awaitRegistrations();
        Waiting.millis(1500);
        observer.newEvents();
        observer.newDrops();
        counted = System.nanoTime();
        timeline.stage("UDP both ways and TCP run between the client and the guest");
    }

    private Client client() {
        if (client == null) {
            throw new IllegalStateException("no traffic yet");
        }
        return client;
    }

    private Qemu running() {
        if (running == null) {
            throw new IllegalStateException("no guest yet");
        }
        return running;
    }

    /** @param kill whether an xTR is killed midway */
    MoveResult move(int number, Host destination, boolean kill) {
        Qemu source = running();
        Qemu target = await(destination);
        Migration migration = new Migration(source, target, folder().resolve("migration-" + processes));
        MoveRun run = new MoveRun(client(), observer, taps);
        Optional<XtrKill> killed =
                kill ? Optional.of(XtrKill.of(lab, number, source.cloud(), destination)) : Optional.empty();
        MoveResult result = run.run(number, migration, source.cloud(), destination, () -> {
            migration.run(trigger.announcements(), killed);
            killed.ifPresent(xtr -> {
                XtrKill.Outcome outcome = xtr.aftermath(migration);
                kills.add(outcome);
                observer.restarted(outcome.victim());
            });
        });
        running = target;
        source.stop();
        return result;
    }

    /** A guest that hangs sends nothing wherever it is, and its packets are not the network's to lose. */
    void awaitGuest() {
        int heard = client().arrivals(Direction.FROM_VM).next();
        Waiting.until(HANGING, () -> client().arrivals(Direction.FROM_VM).next() > heard, () -> {
            throw new LabException("nothing has come of the guest for " + HANGING.toSeconds()
                    + " s, though it was resumed: " + running().diagnosis());
        });
    }

    private Qemu await(Host destination) {
        processes++;
        return Qemu.await(destination, lab.topology(), folder(), processes, image, packetsPerSecond, thread.loop());
    }

    /** A migration that is given up midway: the guest stays where it is. */
    void cancelledMove(Host destination) {
        Qemu target = await(destination);
        new Migration(running(), target, folder().resolve("migration-" + processes)).cancel();
        target.stop();
        Waiting.millis(500);
    }

    Map<String, Object> summary(List<MoveResult> results) {
        long verified = client().stream().verified();
        Waiting.millis(500);
        long end = System.nanoTime();
        Waiting.millis(500);
        if (!kills.isEmpty()) {
            // While nobody was there TCP waited longer from time to time; it tries again after as long as that lasted.
            Waiting.until(PATIENCE, () -> client().stream().verified() > verified, () -> {});
        }
        boolean tcp = client().stream().connected() && client().stream().verified() > verified;
        Map<String, Object> summary = Summary.of(results, client(), counted, end, tcp);
        if (!kills.isEmpty()) {
            Summary.add(summary, kills, client());
        }
        return summary;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        taps.values().forEach(TapLog::close);
        agents.close();
        if (running != null) {
            running.stop();
        }
        thread.close();
    }
}
