package io.godwit.xtr.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Network;
import io.godwit.xtr.DataPlane;
import io.godwit.xtr.config.XtrConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RehearsalTest {
    private static DataPlane open(XtrConfig config, Network network) {
        var plane = io.godwit.xtr.DataPlaneConfig.of(
                config.rlocs().stream().map(rloc -> rloc.address()).toList(),
                List.of(new io.godwit.xtr.DataPlaneConfig.Instance(0, "tun")));
        return io.godwit.xtr.RingDataPlane.create(network, plane, SystemNanoClock.INSTANCE);
    }

    @Test
    void shouldMoveAHostToAndFroAndLeaveNothing(@TempDir Path state) throws Exception {
        Path folder = state.resolve("rehearsal");
        // As a process leaves it that was killed.
        Files.createDirectories(folder.resolve("192.0.2.1"));
        Files.writeString(folder.resolve("192.0.2.1").resolve("key"), "left over");

        assertThat(Rehearsal.run(RehearsalTest::open, folder))
                .as("fewer only where the time is up")
                .isBetween(2, 28);

        assertThat(folder).doesNotExist();
    }
}
