package io.godwit.mapserver.state;

import io.godwit.daemon.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;

/**
 * An append-only log in files of one size that are mapped into memory: what was appended survives the end of the process however it ends,
 * without a system call for each record. A record is its length, a CRC-32 and the content, each number big-endian; a length of 0 ends a file.
 */
final class Journal implements AutoCloseable {
    private static final int SEGMENT_OCTETS = 32 << 20;
    private static final int HEADER = 8;

    private final Path folder;
    private final int segmentOctets;
    private final CRC32 crc = new CRC32();
    private MappedByteBuffer segment;
    private long number;

    private Journal(Path folder, int segmentOctets, long number) {
        this.folder = folder;
        this.segmentOctets = segmentOctets;
        this.number = number;
        segment = map(number);
    }

    /**
     * Hands every record that is whole to {@code reader}, oldest first, and begins a new file behind them.
     *
     * @param file is told before each file
     */
    static Journal open(Path folder, Runnable file, Consumer<ByteBuffer> reader) {
        return open(folder, SEGMENT_OCTETS, file, reader);
    }

    static Journal open(Path folder, int segmentOctets, Runnable begin, Consumer<ByteBuffer> reader) {
        try {
            Files.createDirectories(folder);
            List<Path> files = files(folder);
            for (Path file : files) {
                begin.run();
                read(file, reader);
            }
            return new Journal(folder, segmentOctets, files.isEmpty() ? 1 : number(files.getLast()) + 1);
        } catch (IOException e) {
            throw new StartException("state directory " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().matches("\\d{12}\\.journal"))
                    .sorted()
                    .toList();
        }
    }

    private static long number(Path file) {
        return Long.parseLong(file.getFileName().toString().substring(0, 12));
    }

    private static void read(Path file, Consumer<ByteBuffer> reader) throws IOException {
        CRC32 check = new CRC32();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            while (content.remaining() >= HEADER) {
                int length = content.getInt();
                int sum = content.getInt();
                if (length <= 0 || length > content.remaining()) {
                    return;
                }
                ByteBuffer record = content.slice(content.position(), length);
                check.reset();
                check.update(record.duplicate());
                if ((int) check.getValue() != sum) {
                    return; // torn by the crash: nothing behind it was acknowledged
                }
                reader.accept(record);
                content.position(content.position() + length);
            }
        }
    }

    private MappedByteBuffer map(long fileNumber) {
        Path file = folder.resolve("%012d.journal".formatted(fileNumber));
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, segmentOctets);
        } catch (IOException e) {
            throw new UncheckedIOException("state file " + file + " cannot be written", e);
        }
    }

    /** The number of the file being written. */
    long number() {
        return number;
    }

    /** The next record, if not longer, goes to the file that this returns the number of. */
    long makeRoom(int length) {
        if (segment.remaining() < length + HEADER) {
            // The kernel has it, so that the end of the process costs nothing; to wait for the disk would hold up
            // everything.
            Thread.ofPlatform().daemon().name("journal-sync").start(segment::force);
            number++;
            segment = map(number);
        }
        return number;
    }

    void append(DirectBuffer record, int length) {
        makeRoom(length);
        int start = segment.position();
        segment.position(start + HEADER);
        record.getBytes(0, segment, length);
        crc.reset();
        crc.update(segment.slice(start + HEADER, length));
        segment.putInt(start + 4, (int) crc.getValue());
        segment.putInt(start, length);
    }

    /** Removes the files before {@code first}: all that they say has been said again since. */
    void forgetBefore(long first) {
        try {
            for (Path file : files(folder)) {
                if (number(file) < first) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("old state files in " + folder + " cannot be removed", e);
        }
    }

    @Override
    public void close() {
        segment.force();
    }
}
