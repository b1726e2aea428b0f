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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;

/**
 * An append-only log in files of one size that are mapped into memory: what was appended survives the end of the process however it ends,
 * without a system call for each record. A record is its length, a CRC-32 and the content, each number big-endian; a length of 0 ends a file.
 *
 * <p>The next file is made while there is room in this one. Where that is not possible, on a full disk, {@link #hasRoom} says so before what
 * is left is used up, and it is tried again.
 */
final class Journal implements AutoCloseable {
    /** Of a file. */
    static final int SEGMENT_OCTETS = 32 << 20;

    private static final int HEADER = 8;
    /** What no more is begun with: all of a Map-Register's records fit. */
    private static final int RESERVE_OCTETS = 1 << 20;

    private final Path folder;
    private final NextSegment next;
    private final int reserve;
    private final CRC32 crc = new CRC32();
    private MappedByteBuffer segment;
    private long number;

    private Journal(Path folder, int segmentOctets, long last, LongSupplier clock) throws IOException {
        this.folder = folder;
        number = last;
        reserve = Math.min(RESERVE_OCTETS, segmentOctets / 2);
        next = new NextSegment(folder, segmentOctets, clock);
        segment = NextSegment.NONE;
        roll();
    }

    /**
     * Hands every record that is whole to {@code reader}, which must not keep the buffer, oldest first, and begins a new file behind them.
     *
     * @param clock in nanoseconds
     * @param begin is told before each file
     */
    static Journal open(
            Path folder, int segmentOctets, LongSupplier clock, Runnable begin, Consumer<ByteBuffer> reader) {
        try {
            Files.createDirectories(folder);
            List<Path> files = files(folder);
            for (Path file : files) {
                begin.run();
                read(file, reader);
            }
            return new Journal(folder, segmentOctets, files.isEmpty() ? 0 : number(files.getLast()), clock);
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
            ByteBuffer record = content.duplicate();
            while (content.remaining() >= HEADER) {
                int length = content.getInt();
                int sum = content.getInt();
                if (length <= 0 || length > content.remaining()) {
                    return;
                }
                int start = content.position();
                content.position(start + length);
                check.reset();
                check.update(record.limit(start + length).position(start));
                if ((int) check.getValue() != sum) {
                    return; // torn by the crash: nothing behind it was acknowledged
                }
                reader.accept(record.position(start));
            }
        }
    }

    private static Path file(Path folder, long number) {
        return folder.resolve("%012d.journal".formatted(number));
    }

    /** The number of the file being written. */
    long number() {
        return number;
    }

    /** Sees to the next file. */
    void poll() {
        next.poll();
    }

    /** Whether something may be begun that leads to records; to be asked again after a while. */
    boolean hasRoom() {
        return segment.remaining() >= reserve || next.isReady();
    }

    /** Goes on to a new file when the next record does not fit; returns false when it has no place there either. */
    boolean makeRoom(int length) {
        if (segment.remaining() < length + HEADER && next.isReady()) {
            roll();
        }
        return segment.remaining() >= length + HEADER;
    }

    private void roll() {
        MappedByteBuffer full = segment;
        Optional<MappedByteBuffer> fresh = next.take(file(folder, number + 1));
        if (fresh.isPresent()) {
            // The kernel has it, so that the end of the process costs nothing; to wait for the disk would hold up
            // everything.
            Thread.ofPlatform().daemon().name("journal-sync").start(full::force);
            number++;
            segment = fresh.get();
        }
    }

    /** Returns whether it was stored. */
    boolean append(DirectBuffer record, int length) {
        if (!makeRoom(length)) {
            return false;
        }
        int start = segment.position();
        segment.position(start + HEADER);
        record.getBytes(0, segment, length);
        crc.reset();
        crc.update(segment.slice(start + HEADER, length));
        segment.putInt(start + 4, (int) crc.getValue());
        segment.putInt(start, length);
        return true;
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
        next.close();
        segment.force();
    }
}
