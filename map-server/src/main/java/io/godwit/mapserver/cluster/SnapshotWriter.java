package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/**
 * Writes snapshots of the member's state while it changes: a little in each turn of the control thread, to a file in a thread of its own. Owned
 * by the control thread.
 */
final class SnapshotWriter implements AutoCloseable {
    /** Mappings looked at in a turn: some 0.1 ms. As long as it took, the thread has for others then. */
    private static final int TURN = 32;
    /** Parts that wait for the disk before the next are made. */
    private static final int UNDER_WAY = 64;

    private static final Duration DISK = Duration.ofMillis(2);

    private final SnapshotFiles files;
    private final Timers timers;
    private final SharedLog.Member member;
    private final Problems problems;
    private final LongConsumer whole;
    private final AtomicInteger underWay = new AtomicInteger();
    private final ExecutorService disk = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "cluster-snapshot");
        thread.setDaemon(true);
        return thread;
    });
    /** Of the disk's thread. */
    private SnapshotFiles.@Nullable Writing file;

    private long position;
    private boolean active;
    private boolean scheduled;

    /** @param whole gets the position of each that is on the disk, in a thread of its own */
    SnapshotWriter(SnapshotFiles files, Timers timers, SharedLog.Member member, Problems problems, LongConsumer whole) {
        this.files = files;
        this.timers = timers;
        this.member = member;
        this.problems = problems;
        this.whole = whole;
    }

    boolean isActive() {
        return active;
    }

    /** Of the state as it is now; one that is not at its end is given up. */
    void begin(long at) {
        position = at;
        active = true;
        onDisk(() -> {
            CloseHelper.quietClose(file);
            file = files.write(at);
        });
        member.beginSnapshot(part -> {
            underWay.incrementAndGet();
            onDisk(() -> {
                underWay.decrementAndGet();
                if (file != null) {
                    file.add(part);
                }
            });
        });
        schedule(Duration.ZERO);
    }

    private void schedule(Duration delay) {
        if (scheduled) {
            return;
        }
        scheduled = true;
        // Not execute: an event loop reads no socket before all that was handed to it that way is done, or a second is
        // over.
        timers.after(delay, this::turn);
    }

    private void turn() {
        scheduled = false;
        if (!active) {
            return;
        }
        long began = timers.nanoTime();
        if (underWay.get() >= UNDER_WAY) {
            schedule(DISK);
        } else if (member.writeSnapshot(TURN)) {
            active = false;
            finish(position);
        } else {
            schedule(Duration.ofNanos(timers.nanoTime() - began));
        }
    }

    private void finish(long at) {
        onDisk(() -> {
            if (file != null) {
                file.finish();
                file = null;
                whole.accept(at);
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private void onDisk(Work work) {
        if (disk.isShutdown()) {
            return;
        }
        disk.execute(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException e) {
                CloseHelper.quietClose(file);
                file = null; // the log is kept as long as there is no other
                problems.onError(new IOException("a snapshot cannot be written: " + Problems.sentence(e), e));
            }
        });
    }

    @Override
    public void close() {
        active = false;
        disk.shutdownNow();
    }
}
