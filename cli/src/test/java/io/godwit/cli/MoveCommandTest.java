package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.Godwit.Run;
import io.godwit.cli.client.FakeDaemon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MoveCommandTest {
    @TempDir
    static Path folder;

    private final FakeDaemon xtrA;
    private final FakeDaemon xtrB;

    MoveCommandTest() throws IOException {
        xtrA = new FakeDaemon(folder, "xtr-a")
                .answer(
                        "GET /v1/status",
                        "{\"name\":\"xtr-a\",\"rlocs\":[{\"address\":\"192.0.2.1\",\"priority\":1,\"weight\":100,\"reachable\":true}]}")
                .answer("GET /v1/database", "[{\"eid\":\"10.1.0.5/32\",\"state\":\"local\"}]")
                .answer("POST /v1/moves", "{\"eid\":\"10.1.0.5/32\",\"state\":\"away\"}");
        xtrB = new FakeDaemon(folder, "xtr-b")
                .answer(
                        "GET /v1/status",
                        "{\"name\":\"xtr-b\",\"rlocs\":[{\"address\":\"192.0.2.2\",\"priority\":1,\"weight\":100},"
                                + "{\"address\":\"2001:db8::2\",\"priority\":2,\"weight\":50}]}")
                .answer("GET /v1/database", "[]")
                .answer("POST /v1/moves", "{\"eid\":\"10.1.0.5/32\",\"state\":\"expected\"}");
    }

    @AfterEach
    void close() throws IOException {
        xtrA.close();
        xtrB.close();
    }

    private static Run move(String... arguments) {
        List<String> all = new ArrayList<>(List.of("move", "--socket-dir", folder.toString()));
        Collections.addAll(all, arguments);
        return Godwit.run(all.toArray(String[]::new));
    }

    @Test
    void shouldPrepareTheDestinationAndThenSwitchTheSource() {
        assertThat(move("10.1.0.5", "--to", "xtr-b")).isEqualTo(new Run(0, """
            prepare   10.1.0.5              xtr-b: expected
            switch    10.1.0.5              xtr-a: away
            """, ""));
        assertThat(xtrB.posts())
                .containsExactly(
                        "POST /v1/moves"
                            + " {\"eid\":\"10.1.0.5\",\"phase\":\"prepare\",\"from\":[{\"address\":\"192.0.2.1\",\"priority\":1,\"weight\":100}]}");
        assertThat(xtrA.posts())
                .containsExactly("POST /v1/moves {\"eid\":\"10.1.0.5\",\"phase\":\"switch\","
                        + "\"to\":[{\"address\":\"192.0.2.2\",\"priority\":1,\"weight\":100},"
                        + "{\"address\":\"2001:db8::2\",\"priority\":2,\"weight\":50}]}");
    }

    @Test
    void shouldHaveTheSourceConductAMoveToAPeerThatHasNoSocketHere() {
        xtrA.answer("GET /v1/move-peers", "{\"peers\":[{\"name\":\"xtr-far\",\"rlocs\":[\"192.0.2.9\"]}]}")
                .answer("POST /v1/moves", "{\"moves\":[{\"eid\":\"10.1.0.5/32\"}],\"refused\":0}")
                .answer("GET /v1/moves", "[{\"eid\":\"10.1.0.5/32\",\"phase\":\"switched\",\"error\":\"\"}]");
        assertThat(move("10.1.0.5", "--to", "xtr-far")).isEqualTo(new Run(0, """
            order     10.1.0.5/32           xtr-a: switched
            """, ""));
        assertThat(xtrA.posts())
                .containsExactly("POST /v1/moves {\"eids\":[\"10.1.0.5\"],\"phase\":\"order\",\"to\":[\"xtr-far\"]}");

        xtrA.answer(
                "GET /v1/moves",
                "[{\"eid\":\"10.1.0.5/32\",\"phase\":\"failed\",\"error\":\"xtr-far does not answer\"}]");
        assertThat(move("10.1.0.5", "--to", "192.0.2.9"))
                .extracting(Run::exitCode, Run::err)
                .containsExactly(1, "godwit: 10.1.0.5/32: xtr-far does not answer\n");
    }

    @Test
    void shouldRollBackWhatWasDoneWhenAStepFails() {
        xtrA.answer("POST /v1/moves", 409, "{\"error\":\"10.1.0.5 is not here\"}");
        assertThat(move("10.1.0.5", "--to", "xtr-b", "--from", xtrA.socket().toString()))
                .isEqualTo(
                        new Run(1, """
                            prepare   10.1.0.5              xtr-b: expected
                            rollback  10.1.0.5              xtr-b: expected
                            """, "godwit: xtr-a: 10.1.0.5 is not here; what was done before is rolled back\n"));
    }

    @Test
    void shouldChangeNothingWhenTheDestinationRefuses() {
        xtrB.answer("POST /v1/moves", 403, "{\"error\":\"no dynamic EID covers 10.1.0.5\"}");
        assertThat(move("10.1.0.5", "--to", "xtr-b"))
                .isEqualTo(new Run(1, "", "godwit: xtr-b: no dynamic EID covers 10.1.0.5; nothing was changed\n"));
        assertThat(xtrA.posts()).isEmpty();
    }

    @Test
    void shouldDoOnePhaseOnly() {
        assertThat(move("10.1.0.5", "--to", "xtr-b", "--phase", "commit", "-o", "jsonl")
                        .out())
                .isEqualTo("{\"eid\":\"10.1.0.5\",\"phase\":\"commit\",\"xtr\":\"xtr-b\",\"state\":\"expected\"}\n");
        assertThat(xtrB.posts()).containsExactly("POST /v1/moves {\"eid\":\"10.1.0.5\",\"phase\":\"commit\"}");
        assertThat(xtrA.posts()).isEmpty();
    }

    @Test
    void shouldSayWhenNobodyHasTheEid() {
        assertThat(move("10.1.0.6", "--to", "xtr-b").err())
                .isEqualTo("godwit: no other xTR has 10.1.0.6 as a local EID: name it with --from\n");
    }

    @Test
    void shouldRefuseAnUnknownPhase() {
        Run run = move("10.1.0.5", "--to", "xtr-b", "--phase", "swtich");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("--phase must be prepare, switch, commit or rollback, not 'swtich'");
    }
}
