package io.godwit.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ManagementClientTest {
    @TempDir
    Path folder;

    @Test
    void shouldGetAndPostJson() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder, "xtr-a")) {
            daemon.answer("GET /v1/events?since=7", "[{\"sequence\":8}]")
                    .answer("POST /v1/moves", "{\"state\":\"expected\"}");
            ManagementClient client = new ManagementClient(daemon.socket());
            assertThat(client.name()).isEqualTo("xtr-a");
            assertThat(client.get("/v1/events?since=7").get(0).path("sequence").asInt())
                    .isEqualTo(8);
            assertThat(client.post("/v1/moves", Map.of("from", List.of("192.0.2.1")))
                            .path("state")
                            .asString())
                    .isEqualTo("expected");
            assertThat(daemon.posts()).containsExactly("POST /v1/moves {\"from\":[\"192.0.2.1\"]}");
        }
    }

    @Test
    void shouldReadAnAnswerOfMegabytes() throws IOException {
        String body = "[\"" + "x".repeat(5_000_000) + "\"]";
        try (FakeDaemon daemon = new FakeDaemon(folder, "ms").answer("GET /v1/registrations", body)) {
            assertThat(new ManagementClient(daemon.socket())
                            .get("/v1/registrations")
                            .toString())
                    .isEqualTo(body);
        }
    }

    @Test
    void shouldPassOnTheSentenceOfARefusal() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder, "xtr-a")) {
            daemon.answer("POST /v1/moves", 409, "{\"error\":\"10.1.0.5 is not here\"}");
            assertThatThrownBy(() -> new ManagementClient(daemon.socket()).post("/v1/moves", Map.of()))
                    .isInstanceOfSatisfying(ManagementException.class, refusal -> assertThat(refusal.status())
                            .isEqualTo(409))
                    .hasMessage("xtr-a: 10.1.0.5 is not here");
        }
    }

    @Test
    void shouldGiveUpAtTheDeadline() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon(folder, "xtr-a").answer("GET /v1/status", FakeDaemon.SILENCE)) {
            assertThatThrownBy(() -> new ManagementClient(daemon.socket()).get("/v1/status", Duration.ofMillis(50)))
                    .isInstanceOf(ManagementException.class)
                    .hasMessage("xtr-a did not answer within 50 ms: see what it logs");
        }
    }

    @Test
    void shouldSayWhichSocketsThereAre() throws IOException {
        Path absent = folder.resolve("xtr-c.sock");
        assertThatThrownBy(() -> new ManagementClient(absent).get("/v1/status"))
                .hasMessage("there is no socket " + absent + ": no daemon runs there; name its socket with --socket");
        try (FakeDaemon a = new FakeDaemon(folder, "xtr-a");
                FakeDaemon b = new FakeDaemon(folder, "ms-1")) {
            assertThat(List.of(a, b)).hasSize(2);
            assertThatThrownBy(() -> new ManagementClient(absent).get("/v1/status"))
                    .hasMessage("there is no socket " + absent + ": in " + folder + " there are ms-1, xtr-a");
        }
    }

    @Test
    void shouldKnowASocketThatNobodyServes() throws IOException {
        Path stale = folder.resolve("xtr-a.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(stale))
                .close();
        assertThatThrownBy(() -> new ManagementClient(stale).get("/v1/status"))
                .hasMessage("xtr-a does not run: nobody serves " + stale);
    }
}
