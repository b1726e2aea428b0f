package io.godwit.mapserver.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.StartException;
import io.godwit.mapserver.config.ClusterConfig;
import io.godwit.packet.address.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFolderTest {
    @TempDir
    Path state;

    @Test
    void shouldBeForOneProcessAtATime() {
        try (ClusterFolder _ = ClusterFolder.open(state, member(1))) {
            assertThatThrownBy(() -> ClusterFolder.open(state, member(1)))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(state.toString())
                    .hasMessageContaining("in use by another map-server");
        }
        ClusterFolder.open(state, member(1)).close();
    }

    @Test
    void shouldBeForOneMember() {
        ClusterFolder.open(state, member(1)).close();
        assertThatThrownBy(() -> ClusterFolder.open(state, member(2)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("is that of member 1, not 2");
        ClusterFolder.open(state, member(1)).close();
    }

    @Test
    void shouldNotForgetRegistrationsOfAMapServerThatWasAlone() throws IOException {
        Files.createFile(state.resolve("000000000001.journal"));
        assertThatThrownBy(() -> ClusterFolder.open(state, member(1)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("remove its .journal files");
    }

    private static ClusterConfig member(int id) {
        return new ClusterConfig(
                id,
                List.of(
                        new ClusterConfig.Member(1, IpAddress.parse("192.0.2.1"), 4350),
                        new ClusterConfig.Member(2, IpAddress.parse("192.0.2.2"), 4350),
                        new ClusterConfig.Member(3, IpAddress.parse("192.0.2.3"), 4350)));
    }
}
