package io.godwit.mapserver.cluster;

import io.godwit.daemon.StartException;
import io.godwit.mapserver.config.ClusterConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/** The folder {@code cluster} of the state directory: for one process at a time, and for one member for ever. */
final class ClusterFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private ClusterFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static ClusterFolder open(Path state, ClusterConfig config) {
        Path path = state.resolve("cluster");
        FileChannel lock = null;
        try {
            Files.createDirectories(path);
            refuseJournal(state, path);
            lock = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(lock) == null) {
                throw new StartException(
                        "state directory " + state + " is in use by another map-server: stop it first");
            }
            claim(state, path, config.member());
            // Signs of life that a killed process left: nobody else is alive here, the lock says.
            Files.deleteIfExists(path.resolve("archive/archive-mark.dat"));
            for (String mark : List.of("cluster-mark.dat", "cluster-mark-service-0.dat")) {
                Files.deleteIfExists(path.resolve("consensus").resolve(mark));
            }
            return new ClusterFolder(path, lock);
        } catch (IOException e) {
            CloseHelper.quietClose(lock);
            throw new StartException("state directory " + state + " cannot be used: " + e.getMessage(), e);
        } catch (StartException e) {
            CloseHelper.quietClose(lock);
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel lock) throws IOException {
        try {
            return lock.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Two members with one member's votes would elect two leaders. */
    private static void claim(Path state, Path path, int member) throws IOException {
        Path file = path.resolve("member");
        if (!Files.exists(file)) {
            Files.writeString(file, member + "\n");
        }
        String owner = Files.readString(file).strip();
        if (!owner.equals(Integer.toString(member))) {
            throw new StartException("state directory " + state + " is that of member " + owner + ", not " + member
                    + ": correct cluster.member, or give this member a directory of its own");
        }
    }

    /** Registrations that a map-server without {@code cluster} wrote are not taken over: say so rather than lose them. */
    private static void refuseJournal(Path state, Path path) throws IOException {
        try (Stream<Path> files = Files.list(state)) {
            if (!Files.exists(path.resolve("member"))
                    && files.anyMatch(file -> file.toString().endsWith(".journal"))) {
                throw new StartException("state directory " + state
                        + " holds registrations of a map-server without a cluster, which a cluster does not take over:"
                        + " name another directory, or remove its .journal files and let the xTRs register again");
            }
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        CloseHelper.quietClose(lock);
    }
}
