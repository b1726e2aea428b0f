package io.godwit.mapserver.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's next file, made in a thread of its own. It is written with zeros before it is mapped: a file with holes in it ends the process
 * by SIGBUS when the disk has no room for what is written to them.
 */
final class NextSegment implements AutoCloseable {
    /** In place of a file. */
    static final MappedByteBuffer NONE = none();

    private static final Logger LOG = LoggerFactory.getLogger(NextSegment.class);
    private static final String END = ".part";
    private static final int PIECE = 1 << 20;
    private static final long AGAIN_NANOS = 1_000_000_000L;

    private final Path folder;
    private final int octets;
    private final LongSupplier clock;
    private final ExecutorService maker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("journal-next").factory());
    /** Absent until somebody needs it: whoever opens the folder may have other files to write first. */
    private @Nullable Future<Made> made;

    private long failedNanos;
    private boolean full;

    /** @param file that has not got its name yet */
    private record Made(Path file, MappedByteBuffer content) {}

    /** @param clock in nanoseconds */
    NextSegment(Path folder, int octets, LongSupplier clock) throws IOException {
        this.folder = folder;
        this.octets = octets;
        this.clock = clock;
        removeUnused();
    }

    private void removeUnused() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path one : all.filter(file -> file.toString().endsWith(END)).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }

    private static MappedByteBuffer none() {
        return (MappedByteBuffer) ByteBuffer.allocateDirect(0);
    }

    private Made make() throws IOException {
        Path file = Files.createTempFile(folder, "next", END);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(PIECE, octets));
            for (int at = 0; at < octets; ) {
                at += channel.write(zeros.clear().limit(Math.min(zeros.capacity(), octets - at)), at);
            }
            return new Made(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, octets));
        } catch (IOException e) {
            Files.deleteIfExists(file); // a part of it is of no use to anybody
            throw e;
        }
    }

    /** Begins to make it, and says what is wrong while there is time. */
    void poll() {
        if (made == null) {
            made = maker.submit(this::make);
        } else if (made.isDone()) {
            isReady();
        }
    }

    /** Waits for it where it is being made; tries again a second after it could not be made. */
    boolean isReady() {
        if (full && clock.getAsLong() - failedNanos < AGAIN_NANOS) {
            return false;
        }
        Future<Made> now = made == null || full ? maker.submit(this::make) : made;
        made = now;
        try {
            now.get();
            if (full) {
                LOG.info("the journal in {} has room again", folder);
            }
            full = false;
        } catch (ExecutionException _) {
            onFull(now.exceptionNow());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !full;
    }

    private void onFull(Throwable why) {
        if (!full) {
            LOG.error(
                    "the journal in {} has no room for its next file ({}): make room for {} MB; when the present one is"
                            + " full nothing that changes is accepted until then",
                    folder,
                    why.getMessage(),
                    octets >> 20);
        }
        full = true;
        failedNanos = clock.getAsLong();
    }

    /** Under its name. Empty when there is none. */
    Optional<MappedByteBuffer> take(Path name) {
        if (!isReady() || made == null) {
            return Optional.empty();
        }
        Made taken = made.resultNow();
        try {
            Files.move(taken.file(), name, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("state file " + name + " cannot be written", e);
        }
        made = null;
        return Optional.of(taken.content());
    }

    @Override
    public void close() {
        maker.shutdownNow();
        try {
            removeUnused();
        } catch (IOException e) {
            LOG.debug("what is not used stays until the next start", e);
        }
    }
}
