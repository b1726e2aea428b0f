package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.Godwit.Run;
import io.godwit.cli.client.FakeDaemon;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RlocsCommandTest {
    private static final String RLOCS =
            "[{\"address\":\"192.0.2.1\",\"priority\":%d,\"weight\":100,\"reachable\":true}]";

    @TempDir
    Path folder;

    private FakeDaemon xtr;
    private FakeDaemon server;

    @BeforeEach
    void start() throws IOException {
        xtr = new FakeDaemon(folder, "xtr-a")
                .answer("GET /v1/database", "[]")
                .answer("GET /v1/status", "{\"role\":\"xtr\",\"rlocs\":" + RLOCS.formatted(1) + "}")
                .answer("POST /v1/rlocs", RLOCS.formatted(255));
        server = new FakeDaemon(folder, "map-server").answer("GET /v1/status", "{\"role\":\"map-server\"}");
    }

    @AfterEach
    void stop() throws IOException {
        xtr.close();
        server.close();
    }

    @Test
    void shouldShowTheRlocsOfTheOnlyXtr() {
        assertThat(Godwit.run("rlocs", "--socket-dir", folder.toString()).out())
                .contains("192.0.2.1")
                .contains("100");
        assertThat(xtr.posts()).isEmpty();
    }

    @Test
    void shouldDrainAndSayWhatHoldsThen() {
        Run run = Godwit.run("rlocs", "drain", "192.0.2.1", "-o", "jsonl", "--socket-dir", folder.toString());
        assertThat(run.out()).contains("\"priority\":255");
        assertThat(xtr.posts().getFirst())
                .startsWith("POST /v1/rlocs ")
                .contains("\"address\":\"192.0.2.1\"", "\"drained\":true");
    }

    @Test
    void shouldUndrain() {
        assertThat(Godwit.run("rlocs", "undrain", "192.0.2.1", "--name", "xtr-a", "--socket-dir", folder.toString())
                        .exitCode())
                .isZero();
        assertThat(xtr.posts().getFirst()).contains("\"drained\":false");
    }

    @Test
    void shouldSayWhyItWasRefused() {
        xtr.answer("POST /v1/rlocs", 404, "{\"error\":\"192.0.2.9 is not an RLOC of this router\"}");
        Run run = Godwit.run("rlocs", "drain", "192.0.2.9", "--socket-dir", folder.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("192.0.2.9 is not an RLOC of this router");
        assertThat(Godwit.run("rlocs", "drain").exitCode()).isEqualTo(2);
    }
}
