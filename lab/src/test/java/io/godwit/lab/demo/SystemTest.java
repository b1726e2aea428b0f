package io.godwit.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.lab.net.Namespace;
import io.godwit.lab.net.Node;
import io.godwit.lab.net.Shell;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The five daemons as processes, treated badly. Each test leaves them running and registered. */
@NamespaceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SystemTest {
    private static final String VM_EID = Subnet.VMS.host4() + "/32";
    private static final String CLIENTS = Subnet.CLIENTS.prefix4();

    private final Lab lab = new Lab(Underlay.IPV4);

    @BeforeAll
    void build() {
        lab.buildDaemons(
                new Timeline(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)), null);
        await("the clients' registration", () -> registered(CLIENTS));
        showVm();
    }

    @AfterAll
    void remove() {
        lab.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        Waiting.until(Duration.ofMinutes(2), condition, () -> {
            throw new AssertionError("no " + what + " within a minute");
        });
    }

    private boolean registered(String eid) {
        for (JsonNode registration : lab.daemons()
                .management(Host.MAP_SERVER)
                .get("/v1/registrations")
                .path("registrations")) {
            if (registration.path("eid").asString().equals(eid)) {
                return true;
            }
        }
        return false;
    }

    /** The VM says something, and is registered by the cloud that hears it. */
    private void showVm() {
        await("registration of the VM", () -> {
            lab.topology().vm().sh("ping -c 1 -W 1 " + Subnet.VMS.gateway4() + " || true");
            return registered(VM_EID);
        });
    }

    private void restart(Host host) {
        lab.daemons().start(host);
        lab.daemons().awaitAnswer(host);
    }

    private String show(Host host, String what) {
        return Godwit.run("show", what, "--socket", lab.configs().socket(host).toString())
                .output();
    }

    private long counter(Host host, String prefix) {
        return sum(lab.daemons().management(host).get("/v1/counters"), prefix);
    }

    private static long sum(JsonNode counters, String prefix) {
        long sum = 0;
        for (var field : counters.properties()) {
            if (field.getValue().isObject()) {
                sum += sum(field.getValue(), prefix);
            } else if (field.getKey().startsWith(prefix)) {
                sum += field.getValue().asLong();
            }
        }
        return sum;
    }

    @Test
    @Conformance("C159")
    void shouldRefuseAWrongKeyAndShowIt() throws Exception {
        Path key = lab.folder().resolve("clients.key");
        String right = Files.readString(key);
        assertThat(lab.daemons().node(Host.CLIENT_SITE).stop(Duration.ofSeconds(30)))
                .isTrue();
        await("withdrawal", () -> !registered(CLIENTS));
        Files.writeString(key, "wrong\n");

        restart(Host.CLIENT_SITE);
        await("refusal", () -> show(Host.MAP_SERVER, "registrations").contains("wrong-authentication"));

        assertThat(registered(CLIENTS)).isFalse();
        String log = lab.daemons().node(Host.MAP_SERVER).log();
        assertThat(log.lines().filter(line -> line.contains("its authentication is wrong")))
                .as("logged once, not for every attempt")
                .hasSize(1);
        assertThat(log).doesNotContain("wrong\n").doesNotContain(right.strip());
        Files.writeString(key, right);
        lab.daemons().node(Host.CLIENT_SITE).stop(Duration.ofSeconds(30));
        restart(Host.CLIENT_SITE);
        await("registration with the right key", () -> registered(CLIENTS));
    }

    @Test
    void shouldCountGarbageAndStayQuiet() {
        Namespace core = lab.topology().core();
        long dropped = counter(Host.CLOUD_A, "drop-ingress");
        String garbage = "for i in $(seq 60); do head -c $((RANDOM %% 90 + 8)) /dev/urandom > /dev/udp/%s/%d; done";

        bash(core, garbage.formatted(Host.CLOUD_A.ipv4(), 4341));
        bash(core, garbage.formatted(Host.CLOUD_A.ipv4(), 4342));
        bash(core, garbage.formatted(Host.MAP_SERVER.ipv4(), 4342));
        bash(core, garbage.formatted(Host.MAP_RESOLVER.ipv4(), 4342));

        await("drops with a reason", () -> counter(Host.CLOUD_A, "drop-ingress") >= dropped + 55);
        assertThat(show(Host.CLOUD_A, "counters")).contains("drop-ingress-");
        for (Host host : Host.values()) {
            assertThat(lab.daemons().node(host).log()).doesNotContain("\tat ").doesNotContain("Exception");
            assertThat(lab.daemons().node(host).alive()).isTrue();
        }
        assertThat(registered(CLIENTS)).isTrue();
    }

    private static void bash(Namespace namespace, String script) {
        Shell.run("ip", "netns", "exec", namespace.name(), "bash", "-c", script);
    }

    @Test
    void shouldTakeLeaveOnSigterm() {
        Namespace cloud = lab.topology().of(Host.CLOUD_A);
        Node xtr = lab.daemons().node(Host.CLOUD_A);

        boolean ended = xtr.stop(Duration.ofSeconds(30));

        assertThat(ended)
                .as("two seconds, on a machine with nothing else to do")
                .isTrue();
        assertThat(xtr.exitCode()).isZero();
        assertThat(cloud.ip("-br link")).doesNotContain("godwit0");
        assertThat(cloud.ip("route show table all") + cloud.ip("-6 route show table all"))
                .doesNotContain("proto 157");
        await("withdrawal of the VM", () -> !registered(VM_EID));
        assertThat(lab.configs().socket(Host.CLOUD_A)).doesNotExist();
        restart(Host.CLOUD_A);
        showVm();
    }

    @Test
    void shouldStartAgainAfterAKill() {
        Namespace cloud = lab.topology().of(Host.CLOUD_A);
        Node xtr = lab.daemons().node(Host.CLOUD_A);
        xtr.signal("KILL");
        assertThat(xtr.await(Duration.ofSeconds(60))).isTrue();

        restart(Host.CLOUD_A);
        showVm();

        assertThat(cloud.ip("route").lines().filter(line -> line.startsWith(Subnet.VMS.host4() + " ")))
                .hasSize(1);
        await("an answer across the tunnel", () -> Shell.attempt(pingVm()).exit() == 0);
    }

    private List<String> pingVm() {
        List<String> command = new ArrayList<>(lab.topology().client().prefix());
        command.addAll(List.of("ping", "-c", "1", "-W", "1", Subnet.VMS.host4()));
        return command;
    }

    @Test
    void shouldCaptureWhatTsharkReads() throws Exception {
        await("an answer across the tunnel", () -> Shell.attempt(pingVm()).exit() == 0);
        Path file = lab.folder().resolve("cloud.pcapng");
        String socket = lab.configs().socket(Host.CLOUD_A).toString();
        Process capture = new ProcessBuilder(Godwit.command(
                        List.of(),
                        "capture",
                        "-w",
                        file.toString(),
                        "--socket",
                        socket,
                        "--filter",
                        "icmp",
                        "--count",
                        "4"))
                .redirectErrorStream(true)
                .start();
        await("the end of the capture", () -> Shell.attempt(pingVm()).exit() == 0 && !capture.isAlive());
        String said = new String(capture.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(capture.exitValue()).as(said).isZero();
        assertThat(said).isEqualTo("8 packets\n");
        String read = Shell.run(
                "tshark",
                "-r",
                file.toString(),
                "-o",
                "udp.check_checksum:TRUE",
                "-T",
                "fields",
                "-e",
                "frame.interface_name",
                "-e",
                "frame.packet_flags_direction",
                "-e",
                "udp.dstport",
                "-e",
                "udp.checksum.status",
                "-e",
                "icmp.type");
        assertThat(read.lines()
                        .filter(line -> line.startsWith(Host.CLOUD_A.ipv4()))
                        .map(line -> line.replaceAll("\t[^\t]*$", "")))
                .hasSize(4)
                .allMatch(line -> line.endsWith("\t4341\t1"));
        assertThat(read.lines().filter(line -> line.startsWith("godwit0")))
                .hasSize(4)
                .allMatch(line -> line.matches(".*\t[08]"));
        // tshark's own remarks have no fields.
        assertThat(read.lines().filter(line -> line.contains("\t")).map(line -> line.split("\t", -1)[1]))
                .contains("0x00000001", "0x00000002");
    }

    /** The kernel would hold one neighbour for each destination, of which it has room for a thousand on the whole machine. */
    @Test
    void shouldReachManyHostsWithoutANeighbourEach() {
        String network = Subnet.VMS.prefix6().replaceAll("/.*", "");
        long before = counter(Host.CLIENT_SITE, "tun-read-packets");
        lab.topology()
                .client()
                .sh("bash -c 'for i in {1..300}; do echo x > /dev/udp/%s2:$i/9; done'".formatted(network));

        await("packet in the tunnel", () -> counter(Host.CLIENT_SITE, "tun-read-packets") >= before + 300);
        String neighbours = lab.topology().of(Host.CLIENT_SITE).ip("-6 neigh show nud all dev godwit0");
        assertThat(neighbours.lines().filter(line -> line.startsWith(network))).isEmpty();
    }

    @Test
    void shouldTraceAPacketThroughItsStages() {
        await("an answer across the tunnel", () -> Shell.attempt(pingVm()).exit() == 0);
        String socket = lab.configs().socket(Host.CLOUD_A).toString();
        Shell.Outcome added = Godwit.run("trace", "add", "2", "--filter", "icmp", "--socket", socket);
        assertThat(added.exit()).as(added.output()).isZero();
        Shell.attempt(pingVm());
        String trace = Godwit.run("trace", "show", "--socket", socket).output();
        assertThat(trace)
                .contains("receive", "deliver", "delivered: to godwit0", "intake", "transmit", "sent: to ", "ICMP");
        Shell.Outcome refused = Godwit.run("trace", "add", "--filter", "host nobody", "--socket", socket);
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.output()).contains("'nobody'").hasLineCount(1);
    }

    @Test
    void shouldNameThePortThatIsTaken() throws Exception {
        Path second = lab.folder().resolve("second.yaml");
        Files.writeString(
                second, Files.readString(lab.configs().of(Host.MAP_SERVER)).replace("ms.sock", "second.sock"));

        Shell.Outcome outcome =
                Godwit.runIn(lab.topology().of(Host.MAP_SERVER), "map-server", "--config", second.toString());

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output().strip()).hasLineCount(1).contains("4342", "taken");
    }

    @Test
    void shouldNameTheInterfaceThatIsMissing() throws Exception {
        Shell.Outcome outcome = startSpare("nosuch0", List.of());

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output()).contains("nosuch0").doesNotContain("\tat ");
        assertThat(outcome.output().strip().lines().toList().getLast()).startsWith("godwit xtr: ");
    }

    @Test
    void shouldSayWhatPrivilegeIsMissing() throws Exception {
        Shell.Outcome outcome =
                startSpare(Guests.CARD, List.of("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"));

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output().strip().lines().toList().getLast())
                .startsWith("godwit xtr: ")
                .containsAnyOf("root", "CAP_NET_ADMIN");
    }

    /** One xTR more, in a namespace that has none. It cannot start. */
    private Shell.Outcome startSpare(String segment, List<String> before) throws IOException {
        String rloc = "172.20.9.2";
        Path config = lab.folder().resolve("spare.yaml");
        Files.writeString(
                config,
                Files.readString(lab.configs().of(Host.CLOUD_A))
                        .replace(Host.CLOUD_A.label() + ".", "spare.")
                        .replace(Host.CLOUD_A.ipv4(), rloc)
                        .replace(Topology.VM_BRIDGE, segment));
        Namespace vm = lab.topology().vm();
        vm.ip("addr add " + rloc + "/32 dev lo");
        try {
            List<String> words = new ArrayList<>(vm.prefix());
            words.addAll(before);
            return Shell.attempt(Godwit.command(words, "xtr", "--config", config.toString()));
        } finally {
            vm.ip("addr del " + rloc + "/32 dev lo");
        }
    }
}
