package io.godwit.lab.migrate;

import io.godwit.hypervisor.qmp.QmpEvent;
import io.godwit.lab.LabException;
import io.godwit.lab.demo.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One live migration between two processes of QEMU. */
final class Migration {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** So slow that it cannot end before it is cancelled, octets a second. */
    private static final long CRAWL = 500_000;

    private static final long FAST = 1L << 30;

    private final Qemu source;
    private final Qemu destination;
    private final Mover mover;
    private final List<Happening> notes = new ArrayList<>();

    Migration(Qemu source, Qemu destination, Mover mover) {
        this.source = source;
        this.destination = destination;
        this.mover = mover;
    }

    /** What else happened, now. */
    void note(String what) {
        notes.add(new Happening(System.currentTimeMillis(), "lab", what));
    }

    Qemu destination() {
        return destination;
    }

    /** @param kill happens midway */
    void run(Optional<XtrKill> kill) {
        mover.start(FAST);
        kill.ifPresent(xtr -> {
            Waiting.until(PATIENCE, () -> xtr.isDue(source) || ended(), () -> {});
            xtr.strike(this);
        });
        Waiting.until(PATIENCE, this::ended, () -> {
            throw new LabException("the migration did not end: " + mover.diagnosis());
        });
        if (destination.event("RESUME").isEmpty()) {
            throw new LabException("the migration failed: " + mover.diagnosis());
        }
    }

    private boolean ended() {
        return (destination.event("RESUME").isPresent() && source.saw("MIGRATION", "completed")) || mover.failed();
    }

    /** Begins, and gives up midway. */
    void cancel() {
        mover.start(CRAWL);
        Waiting.until(PATIENCE, () -> source.saw("MIGRATION", "active"), () -> {});
        Waiting.millis(300);
        mover.cancel();
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
