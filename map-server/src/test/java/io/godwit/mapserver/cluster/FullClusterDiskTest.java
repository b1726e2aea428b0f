package io.godwit.mapserver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapserver.SmallDisk;
import io.godwit.testing.NamespaceTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The folder of a cluster's log on a disk that becomes full. */
@Timeout(180)
class FullClusterDiskTest {
    private static final int MEGABYTES = 160;
    private static final AeronLog.SnapshotPace NEVER = new AeronLog.SnapshotPace(Long.MAX_VALUE, Long.MAX_VALUE, 0);

    @TempDir
    Path folder;

    private final int port = LoneMember.freePorts();

    @Test
    @NamespaceTest
    void shouldAcceptNothingWhenThereIsLittleRoomAndGoOnWhenThereIsMore() throws Exception {
        try (SmallDisk disk = new SmallDisk(folder, MEGABYTES);
                LoneMember member = started()) {
            while (!member.state().problem().contains("make room")) {
                member.offer(1, 60_000);
            }
            assertThat(member.offer(1, 60_000)).isFalse();
            assertThat(member.takeSnapshot()).isFalse();
            assertThat(member.state().role()).isEqualTo("leader");
            assertThat(member.state().problem()).contains("the disk with " + folder, "make room for 64 MB");
            // Somebody else takes the rest.
            fill();
            for (int i = 0; i < 20; i++) {
                assertThat(member.state().canWrite()).isFalse();
                TimeUnit.MILLISECONDS.sleep(100);
            }
            disk.resize(3 * MEGABYTES);
            while (!member.state().canWrite()) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            long before = member.batches();
            while (member.batches() < before + 10) {
                member.offer(1, 60_000);
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    private void fill() throws IOException {
        byte[] octets = new byte[1 << 16];
        try (OutputStream file = Files.newOutputStream(folder.resolve("filler"))) {
            while (true) {
                file.write(octets);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private LoneMember started() throws Exception {
        LoneMember member = new LoneMember(folder, NEVER, port);
        Object first = CompletableFuture.anyOf(member.ready, member.failure).get(60, TimeUnit.SECONDS);
        assertThat(first).isEqualTo(true);
        return member;
    }
}
