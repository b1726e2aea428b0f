package io.godwit.lab.migrate;

import io.godwit.hypervisor.qmp.QmpEvent;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One live migration between two processes of QEMU. */
final class Migration {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** So slow that it cannot end before it is cancelled, octets a second. */
    private static final int CRAWL = 500_000;

    private static final long FAST = 1L << 30;

    private final Qemu source;
    private final Qemu destination;
    private final Path socket;
    private final List<Happening> notes = new ArrayList<>();

    Migration(Qemu source, Qemu destination, Path socket) {
        this.source = source;
        this.destination = destination;
        this.socket = socket;
    }

    /** What else happened, now. */
    void note(String what) {
        notes.add(new Happening(System.currentTimeMillis(), "lab", what));
    }

    /**
     * @param announcements RARPs that QEMU sends when the guest runs again
     * @param kill happens midway
     */
    void run(int announcements, Optional<XtrKill> kill) {
        destination.execute("migrate-set-parameters", Map.of("announce-rounds", announcements));
        source.execute("migrate-set-parameters", Map.of("announce-rounds", announcements, "max-bandwidth", FAST));
        source.execute("migrate", Map.of("uri", "unix:" + socket));
        kill.ifPresent(xtr -> {
            Waiting.until(PATIENCE, () -> xtr.isDue(source) || ended(), () -> {});
            xtr.strike(this);
        });
        Waiting.until(PATIENCE, this::ended, () -> {
            throw new LabException("the migration did not end: "
                    + source.execute("query-migrate", Map.of()).toString());
        });
        if (destination.event("RESUME").isEmpty()) {
            throw new LabException("the migration failed: "
                    + source.execute("query-migrate", Map.of()).toString() + destination.lastLines());
        }
    }

    private boolean ended() {
        return (destination.event("RESUME").isPresent() && source.saw("MIGRATION", "completed"))
                || source.saw("MIGRATION", "failed");
    }

    /** Begins, and gives up midway. */
    void cancel() {
        source.execute("migrate-set-parameters", Map.of("max-bandwidth", CRAWL));
        source.execute("migrate", Map.of("uri", "unix:" + socket));
        Waiting.until(PATIENCE, () -> source.saw("MIGRATION", "active"), () -> {});
        Waiting.millis(300);
        source.execute("migrate_cancel", Map.of());
        Waiting.until(PATIENCE, () -> source.saw("MIGRATION", "cancelled"), () -> {
            throw new LabException("the migration was not cancelled");
        });
    }

    /** When the guest stood still, by the events' own times; microseconds since 1970. */
    long stopMicros() {
        return source.events().stream()
                .filter(event -> event.name().equals("STOP"))
                .mapToLong(QmpEvent::epochMicros)
                .max()
                .orElse(0);
    }

    long resumeMicros() {
        return destination.event("RESUME").map(QmpEvent::epochMicros).orElse(0L);
    }

    double pauseMillis() {
        return (resumeMicros() - stopMicros()) / 1e3;
    }

    /** Of both sides, those that matter to the network. */
    List<Happening> happenings() {
        List<Happening> all = new ArrayList<>(notes);
        for (Qemu side : List.of(source, destination)) {
            for (QmpEvent event : side.events()) {
                String who = "QEMU " + side.cloud().title();
                all.add(new Happening(event.epochMicros() / 1e3, who, (event.name() + " " + event.status()).strip()));
            }
        }
        return all;
    }
}
