package io.godwit.mapserver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log as Aeron keeps it in a folder: what it grows to, and what becomes of damage. */
@Timeout(120)
class AeronLogTest {
    private static final long MEGABYTE = 1 << 20;
    private static final int START_SECONDS = 60;
    private static final AeronLog.SnapshotPace NEVER = new AeronLog.SnapshotPace(Long.MAX_VALUE, Long.MAX_VALUE, 0);

    @TempDir
    Path folder;

    private final int port = LoneMember.freePorts();

    @Test
    void shouldKeepTheFolderBounded() throws Exception {
        AeronLog.SnapshotPace pace = new AeronLog.SnapshotPace(8 * MEGABYTE, Long.MAX_VALUE, 4 * MEGABYTE);
        long batches;
        try (LoneMember member = started(pace)) {
            fill(member, 160 * MEGABYTE);
            await(() -> member.state().storage().logFrom() >= 80 * MEGABYTE);
            SharedLog.Storage storage = member.state().storage();
            assertThat(storage.octets()).isLessThan(160 * MEGABYTE);
            assertThat(storage.snapshotAt()).isGreaterThan(storage.logFrom());
            assertThat(files("snapshots", ".snapshot")).hasSizeLessThanOrEqualTo(3);
            assertThat(files("archive", ".rec")).hasSizeLessThan(14);
            batches = member.batches();
        }
        try (LoneMember again = started(pace)) {
            assertThat(again.batches()).isEqualTo(batches);
        }
    }

    @Test
    void shouldMakeASnapshotAfterATimeWhenSomethingHasChanged() throws Exception {
        try (LoneMember member = started(new AeronLog.SnapshotPace(Long.MAX_VALUE, TimeUnit.SECONDS.toNanos(1), 0))) {
            fill(member, MEGABYTE);
            await(() -> member.state().storage().snapshotAt() > 0);
        }
    }

    @Test
    void shouldGoOnFromTheSnapshotBeforeOneThatIsDamagedOrWasNotFinished() throws Exception {
        long batches = afterTwoSnapshots();
        flip(files("snapshots", ".snapshot").getLast(), 100_000);
        try (LoneMember again = started(NEVER)) {
            assertThat(again.batches()).isEqualTo(batches);
            fill(again, again.state().position() + MEGABYTE);
            batches = again.batches();
        }
        Files.delete(files("snapshots", ".snapshot").getLast());
        try (LoneMember again = started(NEVER)) {
            assertThat(again.batches()).isEqualTo(batches);
        }
    }

    @Test
    void shouldNotBeginWithAPartOfTheLog() throws Exception {
        try (LoneMember member = started(new AeronLog.SnapshotPace(8 * MEGABYTE, Long.MAX_VALUE, MEGABYTE))) {
            fill(member, 80 * MEGABYTE);
            await(() -> member.state().storage().logFrom() > 0);
        }
        for (Path file : files("snapshots", ".snapshot")) {
            Files.delete(file);
        }
        assertThat(failure()).contains("begins at", "replace the directory by a copy of another member's");
    }

    @Test
    void shouldNotBeginWithADamagedLog() throws Exception {
        try (LoneMember member = started(NEVER)) {
            fill(member, 4 * MEGABYTE);
        }
        Path log = files("archive", ".rec").getFirst();
        flip(log, 2 * MEGABYTE + 777);
        assertThat(failure()).contains("damaged");
    }

    @Test
    void shouldNotBeginWithoutAFileOfTheLog() throws Exception {
        try (LoneMember member = started(NEVER)) {
            fill(member, 20 * MEGABYTE);
        }
        Files.delete(files("archive", ".rec").getFirst());
        assertThat(failure()).contains(folder.toString());
    }

    @Test
    void shouldSayThatItCannotStart() throws Exception {
        try (DatagramSocket _ =
                new DatagramSocket(new InetSocketAddress(LoneMember.LOOPBACK.toInetAddress(), port + 3))) {
            assertThat(failure()).contains("cannot start").contains(folder.toString());
        }
    }

    private long afterTwoSnapshots() throws Exception {
        try (LoneMember member = started(NEVER)) {
            for (int i = 1; i <= 2; i++) {
                fill(member, 4L * i * MEGABYTE);
                long before = member.state().storage().snapshotAt();
                await(member::takeSnapshot);
                await(() -> member.state().storage().snapshotAt() > before);
            }
            fill(member, 10 * MEGABYTE);
            return member.batches();
        }
    }

    private LoneMember started(AeronLog.SnapshotPace pace) throws Exception {
        LoneMember member = new LoneMember(folder, pace, port);
        Object first = CompletableFuture.anyOf(member.ready, member.failure).get(START_SECONDS, TimeUnit.SECONDS);
        assertThat(first).isEqualTo(true);
        return member;
    }

    /** Of a start. */
    private String failure() throws Exception {
        try (LoneMember member = new LoneMember(folder, NEVER, port)) {
            String sentence = member.failure.get(START_SECONDS, TimeUnit.SECONDS);
            assertThat(member.ready).isNotDone();
            return sentence;
        }
    }

    /** Until the log is so long and everything has come out of it. */
    private static void fill(LoneMember member, long octets) throws InterruptedException {
        long accepted = member.batches();
        while (member.state().position() < octets) {
            for (int i = 0; i < 20; i++) {
                accepted += member.offer(i, 60_000) ? 1 : 0;
            }
        }
        long all = accepted;
        await(() -> member.batches() == all);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile octets = new RandomAccessFile(file.toFile(), "rw")) {
            octets.seek(at);
            int before = octets.read();
            octets.seek(at);
            octets.write(before ^ 0x10);
        }
    }

    private List<Path> files(String part, String end) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("cluster").resolve(part))) {
            return all.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }
}
