package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.Godwit.Run;
import io.godwit.cli.client.FakeDaemon;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ClusterCommandTest {
    @TempDir
    static Path folder;

    @Test
    void shouldShowWhoLeadsAndAskForASnapshot() throws IOException {
        try (FakeDaemon _ = new FakeDaemon(folder, "ms-1")
                .answer(
                        "GET /v1/cluster",
                        "{\"member\":1,\"role\":\"leader\",\"canWrite\":true,"
                                + "\"members\":[{\"id\":1,\"address\":\"192.0.2.1\",\"is\":\"leader, this one\"}]}")
                .answer("POST /v1/cluster/snapshot", "{\"requested\":\"snapshot\"}")) {
            assertThat(cluster("status").out()).contains("leader, this one").contains("192.0.2.1");
            assertThat(cluster("snapshot", "-o", "jsonl")).isEqualTo(new Run(0, "{\"requested\":\"snapshot\"}\n", ""));
            assertThat(cluster().exitCode()).isEqualTo(2);
        }
    }

    private static Run cluster(String... arguments) {
        String[] all = new String[arguments.length == 0 ? 1 : arguments.length + 3];
        all[0] = "cluster";
        if (arguments.length > 0) {
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            all[all.length - 2] = "--socket-dir";
            all[all.length - 1] = folder.toString();
        }
        return Godwit.run(all);
    }
}
