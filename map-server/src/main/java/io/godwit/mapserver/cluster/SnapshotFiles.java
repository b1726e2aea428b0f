package io.godwit.mapserver.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots in files named by their position in the log. A part is its length, a CRC-32C and its octets, numbers big-endian; a length of 0 ends
 * the file. Until that is on the disk the file has another name: one that has the name of a snapshot is whole.
 */
final class SnapshotFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFiles.class);
    private static final String NAME = "\\d{20}\\.snapshot";
    private static final int HEAD = 8;
    private static final int LARGEST_PART = 1 << 24;
    /** Are brought to the disk at once: the log, which is written beside it, must not wait for a hundred megabytes. */
    private static final int DISK_OCTETS = 1 << 22;

    private final Path folder;

    /** Removes what was not finished. */
    SnapshotFiles(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(".part")).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("snapshots in " + folder + " cannot be used", e);
        }
    }

    private Path file(long position) {
        return folder.resolve("%020d.snapshot".formatted(position));
    }

    /** Of whole ones, the oldest first. */
    List<Long> positions() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(NAME))
                    .map(name -> Long.parseLong(name.substring(0, name.indexOf('.'))))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("snapshots in " + folder + " cannot be listed", e);
        }
    }

    long octets(long position) throws IOException {
        return Files.size(file(position));
    }

    long millis(long position) throws IOException {
        return Files.getLastModifiedTime(file(position)).toMillis();
    }

    void delete(long position) throws IOException {
        Files.deleteIfExists(file(position));
    }

    /** Hands all parts to {@code reader}; throws when the file is not as it was written. */
    void read(long position, Consumer<byte[]> reader) throws IOException {
        Path file = file(position);
        CRC32C crc = new CRC32C();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(HEAD);
            while (true) {
                fill(channel, head.clear(), file);
                int length = head.getInt(0);
                if (length == 0) {
                    return;
                }
                if (length < 0 || length > LARGEST_PART) {
                    throw damaged(file);
                }
                byte[] part = new byte[length];
                fill(channel, ByteBuffer.wrap(part), file);
                crc.reset();
                crc.update(part);
                if ((int) crc.getValue() != head.getInt(4)) {
                    throw damaged(file);
                }
                reader.accept(part);
            }
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, Path file) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw damaged(file);
            }
        }
    }

    private static IOException damaged(Path file) {
        return new IOException("the snapshot " + file + " is damaged");
    }

    /** Looks at all of it; one that is not as it was written gets another name. */
    boolean isWhole(long position) {
        try {
            read(position, part -> {});
            return true;
        } catch (IOException e) {
            LOG.warn("{}: an older snapshot is used", e.getMessage());
            try {
                Path file = file(position);
                Files.move(
                        file,
                        file.resolveSibling(file.getFileName() + ".damaged"),
                        StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException moving) {
                LOG.debug("it cannot be renamed", moving);
            }
            return false;
        }
    }

    Writing write(long position) throws IOException {
        return new Writing(file(position));
    }

    /** One that is not whole yet. */
    static final class Writing implements AutoCloseable {
        private final Path file;
        private final Path unfinished;
        private final FileChannel channel;
        private final CRC32C crc = new CRC32C();
        private int unforced;

        private Writing(Path file) throws IOException {
            this.file = file;
            unfinished = file.resolveSibling(file.getFileName() + ".part");
            channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
        }

        void add(byte[] part) throws IOException {
            crc.reset();
            crc.update(part);
            put(ByteBuffer.allocate(HEAD + part.length)
                    .putInt(part.length)
                    .putInt((int) crc.getValue())
                    .put(part));
            unforced += part.length;
            if (unforced >= DISK_OCTETS) {
                unforced = 0;
                channel.force(false);
            }
        }

        private void put(ByteBuffer octets) throws IOException {
            octets.flip();
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
        }

        void finish() throws IOException {
            put(ByteBuffer.allocate(HEAD).putLong(0));
            channel.force(true);
            channel.close();
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        /** Gives it up unless it is finished. */
        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(unfinished);
        }
    }
}
