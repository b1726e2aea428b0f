package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.client.FakeDaemon;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EventsCommandTest {
    private static final String STREAM = """
        :

        event: missed
        data: {"missed":7}

        id: 8
        event: change
        data: {"time":"2026-01-02T03:04:05Z","kind":"moved","eid":"10.0.0.5/32","epoch":2,"old":["192.0.2.1"],\
        "new":["192.0.2.2","2001:db8::2"],"by":"00ff","site":"cloud"}

        """;

    @TempDir
    Path folder;

    @Test
    void shouldTellEachChangeInALineAndWhatWasMissed() throws IOException {
        try (FakeDaemon server = new FakeDaemon(folder, "map-server")) {
            server.answer("GET /v1/events/stream?since=0", STREAM);
            String socket = server.socket().toString();
            assertThat(Godwit.run("events", "--follow", "--since", "0", "--socket", socket)
                            .out())
                    .isEqualTo("... 7 events missed: too slow, or too long ago\n2026-01-02T03:04:05Z moved      "
                            + "10.0.0.5/32          192.0.2.1 -> 192.0.2.2,2001:db8::2 by 00ff (cloud)\n");
            assertThat(Godwit.run("events", "--follow", "--since", "0", "--socket", socket, "-o", "jsonl")
                            .out())
                    .startsWith("{\"missed\":7}\n{\"time\":");
        }
    }

    @Test
    void shouldShowWhatIsStillKnownAndEnd() throws IOException {
        try (FakeDaemon server = new FakeDaemon(folder, "map-server")) {
            server.answer("GET /v1/events", """
                [{"sequence":8,"epochMillis":1767323045000,"kind":"withdrawn","eid":"10.0.0.5/32","old":["192.0.2.1"],
                  "new":[],"by":"00ff","site":"cloud","epoch":2}]
                """);
            assertThat(Godwit.run("events", "--socket", server.socket().toString())
                            .out())
                    .isEqualTo("2026-01-02T03:04:05Z withdrawn  10.0.0.5/32          192.0.2.1 -> - by 00ff (cloud)\n");
        }
    }
}
