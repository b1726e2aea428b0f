package io.godwit.daemon.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.StartException;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.management.UnixHttp;
import io.godwit.packet.address.IpAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class DaemonMainTest {
    record Config(String name, List<IpAddress> listen, int port, ManagementConfig management) {}

    private static final String YAML = """
        name: beacon
        listen: [127.0.0.1]
        port: 0
        management: {socket: beacon.sock}
        """;

    @TempDir
    Path folder;

    private final List<String> life = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private final class Beacon implements Daemon {
        private final Config config;
        private final DaemonContext context;

        Beacon(Config config, DaemonContext context) {
            this.config = config;
            this.context = context;
        }

        @Override
        public void start() {
            life.add("start");
            context.open(config.listen(), config.port());
        }

        @Override
        public void routes(Routes routes) {
            life.add("routes");
            routes.get("/v1/status", parameters -> List.of(config.name()));
        }

        @Override
        public void close() {
            life.add("close");
        }
    }

    private DaemonSpec<Config> spec() {
        return new DaemonSpec<>(
                "beacon",
                "Shows 100% of a light.",
                YAML,
                "/schema/test.json",
                Config.class,
                Config::management,
                Beacon::new);
    }

    private int execute(Function<Config, Integer> run, String... args) {
        CommandLine commandLine = DaemonMain.commandLine(spec(), run);
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setUsageHelpAutoWidth(false)
                .execute(args);
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("beacon.yaml"), yaml).toString();
    }

    private Config config(String socket) {
        return new Config(
                "beacon", List.of(IpAddress.parse("127.0.0.1")), 0, new ManagementConfig(folder.resolve(socket)));
    }

    @Test
    void shouldTeachWithHelp() {
        assertThat(execute(config -> 7, "--help")).isZero();
        assertThat(out.toString())
                .startsWith("Usage: godwit beacon ")
                .contains(
                        "Shows 100% of a light.", "--check", "A configuration to begin with:", "  listen: [127.0.0.1]")
                .contains("Exit codes:", "1   could not start");
    }

    @Test
    void shouldCheckAGoodFile() throws IOException {
        String file = file(YAML);
        assertThat(execute(config -> 7, "--config", file, "--check")).isZero();
        assertThat(out).hasToString(file + ": ok\n");
    }

    @Test
    void shouldPrintEveryErrorOfABadFileAndNotRun() throws IOException {
        String file = file("name: 1\nprot: 4342\n");
        assertThat(execute(config -> 7, "--config", file)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(3).allMatch(line -> line.startsWith(file + ":"));
        assertThat(err.toString()).contains("unknown key 'prot', did you mean 'port'?");
    }

    @Test
    void shouldRunWithTheConfiguration() throws IOException {
        assertThat(execute(config -> config.name().equals("beacon") ? 0 : 7, "--config", file(YAML)))
                .isZero();
    }

    @Test
    void shouldSayInOneSentenceWhyItCannotStart() throws IOException {
        Function<Config, Integer> run = config -> {
            throw new StartException("the lamp is out: light it");
        };
        assertThat(execute(run, "--config", file(YAML))).isEqualTo(1);
        assertThat(err).hasToString("godwit beacon: the lamp is out: light it\n");
        execute(run, "--config", file(YAML), "--debug");
        assertThat(err.toString()).contains("StartException").contains("at io.godwit");
    }

    @Test
    void shouldServeOnceTheDaemonIsUpAndStopInOrder() throws IOException {
        DaemonProcess process = DaemonProcess.start(spec(), config("a.sock"));
        assertThat(life).containsExactly("start", "routes");
        assertThat(UnixHttp.get(folder.resolve("a.sock"), "/v1/status").body()).isEqualTo("[\"beacon\"]");
        assertThat(UnixHttp.get(folder.resolve("a.sock"), "/v1/health").body())
                .startsWith("{\"name\":\"beacon\",\"state\":\"up\",\"uptimeSeconds\":");
        assertThat(process.stop()).isTrue();
        assertThat(life).containsExactly("start", "routes", "close");
        assertThat(folder.resolve("a.sock")).doesNotExist();
    }

    @Test
    void shouldCloseWhatItStartedWhenTheManagementSocketCannotBe() throws IOException {
        Files.writeString(folder.resolve("b.sock"), "precious");
        assertThatThrownBy(() -> DaemonProcess.start(spec(), config("b.sock"))).isInstanceOf(StartException.class);
        assertThat(life).containsExactly("start", "routes", "close");
    }

    @Test
    void shouldCloseADaemonThatCouldNotStart() {
        Config absent = new Config(
                "beacon", List.of(IpAddress.parse("192.0.2.1")), 0, new ManagementConfig(folder.resolve("c.sock")));
        assertThatThrownBy(() -> DaemonProcess.start(spec(), absent))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("192.0.2.1 is not an address of this machine");
        assertThat(life).containsExactly("start", "close");
    }
}
