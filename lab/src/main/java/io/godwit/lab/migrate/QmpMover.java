package io.godwit.lab.migrate;

import java.nio.file.Path;
import java.util.Map;

/** By commands to the two processes of QEMU themselves. */
final class QmpMover implements Mover {
    private final Qemu source;
    private final Qemu destination;
    private final Path socket;
    private final int announcements;

    /** @param announcements RARPs that QEMU sends when the guest runs again */
    QmpMover(Qemu source, Qemu destination, Path socket, int announcements) {
        this.source = source;
        this.destination = destination;
        this.socket = socket;
        this.announcements = announcements;
    }

    @Override
    public void start(long octetsPerSecond) {
        destination.execute("migrate-set-parameters", Map.of("announce-rounds", announcements));
        source.execute(
                "migrate-set-parameters", Map.of("announce-rounds", announcements, "max-bandwidth", octetsPerSecond));
        source.execute("migrate", Map.of("uri", "unix:" + socket));
    }

    @Override
    public void cancel() {
        source.execute("migrate_cancel", Map.of());
    }

    @Override
    public boolean failed() {
        return source.saw("MIGRATION", "failed");
    }

    @Override
    public String diagnosis() {
        return source.execute("query-migrate", Map.of()).toString() + destination.lastLines();
    }
}
