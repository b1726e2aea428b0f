package io.godwit.xtr.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Network;
import io.godwit.xtr.DataPlane;
import io.godwit.xtr.config.XtrConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RehearsalTest {
    private static DataPlane open(XtrConfig config, Network network) {
        var plane = io.godwit.xtr.DataPlaneConfig.of(
                config.rlocs().stream().map(rloc -> rloc.address()).toList(),
                List.of(new io.godwit.xtr.DataPlaneConfig.Instance(0, "tun")));
        return io.godwit.xtr.RingDataPlane.create(network, plane, SystemNanoClock.INSTANCE);
    }

    private static long folders() throws java.io.IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir", "/tmp")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("godwit-rehearsal"))
                    .count();
        }
    }

    @Test
    void shouldMoveAHostToAndFroAndLeaveNothing() throws Exception {
        long before = folders();

        assertThat(Rehearsal.run(RehearsalTest::open))
                .as("fewer only where the time is up")
                .isBetween(2, 24);

        assertThat(folders()).isEqualTo(before);
    }
}
