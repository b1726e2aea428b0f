package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.cli.Godwit.Run;
import io.godwit.cli.client.FakeDaemon;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** As libvirt calls it: four arguments, and the XML on standard input. */
@Timeout(120)
class HookCommandTest {
    private static final String XML = """
        <domain type='kvm'>
          <name>web-1</name>
          <devices>
            <interface type='bridge'><mac address='02:00:00:00:01:0A'/><source bridge='br-vm'/></interface>
          </devices>
        </domain>
        """;
    private static final String B = "{\"name\":\"cloud-b\",\"rlocs\":[\"192.0.2.2\"]}";
    private static final String C = "{\"name\":\"cloud-c\",\"rlocs\":[\"192.0.2.3\"]}";

    @TempDir
    Path folder;

    private final InputStream standardInput = System.in;
    private FakeDaemon xtr;
    private FakeDaemon agent;

    @BeforeEach
    void start() throws IOException {
        xtr = new FakeDaemon(folder, "xtr-a").answer("POST /v1/moves", "{\"moves\":[],\"refused\":0,\"error\":\"\"}");
        agent = new FakeDaemon(folder, "hypervisor-a");
        sites(B);
    }

    private void sites(String sites) {
        answers(sites, "\"10.1.0.10/32\"");
    }

    private void answers(String sites, String eids) {
        agent.answer("GET /v1/config", "{}")
                .answer(
                        "POST /v1/domains",
                        "{\"xtr\":\"" + xtr.socket() + "\",\"sites\":[" + sites + "],\"eids\":[" + eids + "]}");
    }

    @AfterEach
    void stop() throws IOException {
        System.setIn(standardInput);
        xtr.close();
        agent.close();
    }

    private Run hook(String operation, String xml) {
        System.setIn(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        return Godwit.run(
                "hypervisor", "hook", "--socket", agent.socket().toString(), "web-1", operation, "begin", "-");
    }

    @Test
    void shouldPrepareForAGuestThatMayCome() {
        assertThat(hook("migrate", XML)).isEqualTo(new Run(0, "", ""));
        assertThat(agent.posts()).singleElement().asString().contains("<name>web-1</name>", "02:00:00:00:01:0A");
        assertThat(xtr.posts())
                .singleElement()
                .asString()
                .contains("\"eids\":[\"10.1.0.10/32\"]", "\"phase\":\"prepare\"", "\"from\":[\"192.0.2.2\"]");
    }

    @Test
    void shouldVetoWithTheReasonOfTheXtr() {
        xtr.answer("POST /v1/moves", 403, "{\"error\":\"no rule of moves.rules lets 10.1.0.10/32 come\"}");
        assertThat(hook("migrate", XML))
                .isEqualTo(new Run(
                        1,
                        "",
                        "godwit: web-1 may not come to this host: xtr-a: no rule of moves.rules lets"
                                + " 10.1.0.10/32 come\n"));
    }

    @Test
    void shouldVetoWhenSomeOfItsAddressesMayNotCome() {
        xtr.answer("POST /v1/moves", "{\"moves\":[{}],\"refused\":1,\"error\":\"not this one\"}");
        Run run = hook("migrate", XML);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("web-1 may not come to this host: not this one");
    }

    @Test
    void shouldVetoWhenNobodyCanDecide() throws IOException {
        xtr.close();
        assertThat(hook("migrate", XML).exitCode()).isEqualTo(1);
        agent.close();
        assertThat(hook("migrate", XML).exitCode()).isEqualTo(1);
    }

    @Test
    void shouldVetoWithTheReasonOfTheAgent() {
        agent.answer("POST /v1/domains", 400, "{\"error\":\"the domain's description is no XML\"}");
        assertThat(hook("migrate", "<domain>"))
                .isEqualTo(new Run(
                        1,
                        "",
                        "godwit: web-1 may not come to this host: hypervisor-a: the domain's description is no XML\n"));
    }

    @Test
    void shouldAskNobodyAboutAnythingElse() throws IOException {
        agent.close();
        assertThat(hook("prepare", "")).isEqualTo(new Run(0, "", ""));
        assertThat(hook("release", XML)).isEqualTo(new Run(0, "", ""));
    }

    @Test
    void shouldLetGuestsPassThatAreNotOurs() {
        answers(B, "");
        assertThat(hook("migrate", XML)).isEqualTo(new Run(0, "", ""));
        assertThat(xtr.posts()).isEmpty();
    }

    @Test
    void shouldAskTheMappingSystemWhichOfSeveralSitesItIsAt() {
        sites(B + "," + C);
        xtr.answer("POST /v1/map-cache", "{\"eids\":[]}")
                .answer("GET /v1/database", "[]")
                .answer(
                        "GET /v1/map-cache",
                        "[{\"eid\":\"10.1.0.0/24\",\"locators\":[{\"address\":\"192.0.2.2\"}]},"
                                + "{\"eid\":\"10.1.0.10/32\",\"locators\":[{\"address\":\"192.0.2.3\"}]}]");
        assertThat(hook("migrate", XML)).isEqualTo(new Run(0, "", ""));
        assertThat(xtr.posts().getLast()).contains("\"from\":[\"192.0.2.3\"]");
    }
}
