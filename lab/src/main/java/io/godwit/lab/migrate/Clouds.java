package io.godwit.lab.migrate;

import io.godwit.daemon.net.ControlThread;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Direction;
import io.godwit.lab.demo.Host;
import io.godwit.lab.demo.Lab;
import io.godwit.lab.demo.Observer;
import io.godwit.lab.demo.Timeline;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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
    private final int packetsPerSecond;
    private final Trigger trigger;
    private final ControlThread thread = new ControlThread("qmp");
    private final Hypervisors hypervisors;
    private final Map<Host, TapLog> taps = new EnumMap<>(Host.class);
    private final Observer observer;
    private final Agents agents;
    private @Nullable Qemu running;
    private @Nullable Client client;
    private final List<XtrKill.Outcome> kills = new ArrayList<>();
    private int watchedTaps;
    private long counted;

    /** @param replay see {@code godwit hypervisor}'s configuration */
    Clouds(Lab lab, GuestImage image, int packetsPerSecond, Trigger trigger, int replay) {
        this.lab = lab;
        this.packetsPerSecond = packetsPerSecond;
        this.trigger = trigger;
        hypervisors = trigger == Trigger.LIBVIRT
                ? new LibvirtClouds(lab, image, packetsPerSecond, thread.loop())
                : new PlainQemu(lab, image, packetsPerSecond, trigger.announcements(), thread.loop());
        agents = new Agents(lab, hypervisors, replay);
        observer = new Observer(lab.daemons(), lab.topology());
    }

    private Path folder() {
        return lab.folder();
    }

    /** Everything up to running traffic, the guest in cloud A. */
    void build(Timeline timeline) {
        lab.buildDaemons(timeline, null);
        hypervisors.start();
        Qemu guest = hypervisors.boot(Host.CLOUD_A);
        running = guest;
        Waiting.until(PATIENCE, guest::guestRuns, () -> {
            throw new LabException("the guest does not boot: " + guest.lastLines());
        });
        timeline.stage("the guest runs in cloud A");
        if (trigger.isTold()) {
            agents.start();
            timeline.stage("an agent watches the hypervisor of each cloud");
        }
        watchTap(Host.CLOUD_A);
        if (!hypervisors.makesTaps()) {
            watchTap(Host.CLOUD_B);
        }
        client = new Client(lab.topology(), folder(), packetsPerSecond);
        lab.awaitRegistrations();
        Waiting.millis(1500);
        observer.newEvents();
        observer.newDrops();
        counted = System.nanoTime();
        timeline.stage("UDP both ways and TCP run between the client and the guest");
    }

    private void watchTap(Host cloud) {
        TapLog fresh = new TapLog(
                "tap-" + cloud.label() + "-" + watchedTaps++, lab.topology().of(cloud), folder());
        TapLog earlier = taps.put(cloud, fresh);
        if (earlier != null) {
            earlier.close();
        }
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
        Migration migration = begin(destination);
        MoveRun run = new MoveRun(client(), observer, taps);
        Optional<XtrKill> killed =
                kill ? Optional.of(XtrKill.of(lab, number, source.cloud(), destination)) : Optional.empty();
        MoveResult result = run.run(number, migration, source.cloud(), destination, () -> {
            migration.run(killed);
            killed.ifPresent(xtr -> {
                XtrKill.Outcome outcome = xtr.aftermath(migration);
                kills.add(outcome);
                observer.restarted(outcome.victim());
            });
        });
        running = migration.destination();
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

    private Migration begin(Host destination) {
        Migration migration = hypervisors.migration(running(), destination);
        if (hypervisors.makesTaps()) {
            watchTap(destination);
        }
        return migration;
    }

    /** A migration that is given up midway: the guest stays where it is. */
    void cancelledMove(Host destination) {
        Migration migration = begin(destination);
        migration.cancel();
        migration.destination().stop();
        Waiting.millis(500);
    }

    /** {@code virsh migrate}, which the destination's policy forbids. Returns its last words; empty when it has moved the guest. */
    String forbiddenMove(Host destination) {
        if (!(hypervisors instanceof LibvirtClouds libvirt)) {
            throw new IllegalStateException("only libvirt asks before a guest comes");
        }
        Host home = running().cloud();
        Node virsh = libvirt.launch(home, destination);
        if (!virsh.await(PATIENCE)) {
            throw new LabException("virsh does not end: " + virsh.lastLines());
        }
        return virsh.exitCode() != 0 && libvirt.has(home) ? virsh.lastLines() : "";
    }

    /** Of migrations that were refused. */
    Map<String, Object> summaryOfRefusals(List<String> reasons) {
        Map<String, Object> all = summary(List.of());
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("attempts", reasons.size());
        summary.put(
                "refused", reasons.stream().filter(reason -> !reason.isEmpty()).count());
        for (String name : List.of("sent", "lost", "lostToVm", "lostFromVm", "tcpSurvived")) {
            summary.put(name, all.get(name));
        }
        return summary;
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
        hypervisors.close();
        thread.close();
    }
}
