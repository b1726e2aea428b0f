package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Timers;
import java.nio.file.Path;

/**
 * Whether the disk has room for the log: Aeron gives up when there is none, so that nothing is accepted shortly before. Owned by the control
 * thread.
 */
final class DiskRoom {
    /** What there must be: some files of the log. */
    static final long ENOUGH_OCTETS = 4L * ClusterNode.SEGMENT_OCTETS;

    private static final long EVERY_NANOS = 250_000_000L;

    private final Path folder;
    private final Timers timers;
    private final Problems problems;
    private long askedNanos;
    private long octets = Long.MAX_VALUE;
    private boolean low;

    DiskRoom(Path folder, Timers timers, Problems problems) {
        this.folder = folder;
        this.timers = timers;
        this.problems = problems;
        askedNanos = timers.nanoTime() - EVERY_NANOS;
    }

    /** Asks the kernel some times a second. */
    boolean isEnough() {
        long now = timers.nanoTime();
        if (now - askedNanos >= EVERY_NANOS) {
            askedNanos = now;
            octets = folder.toFile().getUsableSpace();
            boolean before = low;
            low = octets < ENOUGH_OCTETS;
            if (low != before) {
                problems.room(low, low ? sentence() : "the disk with " + folder + " has room again");
            }
        }
        return !low;
    }

    String sentence() {
        return "the disk with %s has %d MB left: make room for %d MB; until then nothing that changes is accepted"
                .formatted(folder, octets >> 20, ENOUGH_OCTETS >> 20);
    }

    /** What is to be done when Aeron has given up. */
    String advice() {
        return folder.toFile().getUsableSpace() < ENOUGH_OCTETS
                ? "; make room on its disk, and start this map-server again: until then nothing that changes is"
                        + " accepted"
                : "; nothing that changes is accepted until this map-server is started again";
    }
}
