package io.godwit.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.lab.net.Namespace;
import io.godwit.lab.net.Shell;
import io.godwit.testing.NamespaceTest;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** One subnet spread over two clouds: a neighbour in each, and a VM that moves from the one to the other. */
@NamespaceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SubnetTest {
    private static final String NEIGHBOUR_A = "11";
    private static final String NEIGHBOUR_B = "12";
    private static final String VM = "10";

    private final Lab lab = new Lab(Underlay.IPV4);
    private final Namespace neighbourA = new Namespace(lab.topology().vm().name() + "-a");
    private final Namespace neighbourB = new Namespace(lab.topology().vm().name() + "-b");

    @BeforeAll
    void build() {
        lab.buildDaemons(
                new Timeline(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)), null);
        create(neighbourA, Host.CLOUD_A, NEIGHBOUR_A);
        create(neighbourB, Host.CLOUD_B, NEIGHBOUR_B);
        registers(neighbourA, NEIGHBOUR_A);
        registers(neighbourB, NEIGHBOUR_B);
        registers(lab.topology().vm(), VM);
    }

    @AfterAll
    void remove() {
        neighbourA.remove();
        neighbourB.remove();
        lab.close();
    }

    private void create(Namespace guest, Host cloud, String number) {
        guest.create();
        Namespace site = lab.topology().of(cloud);
        site.ip("link add port" + number + " type veth peer name eth0 netns " + guest.name());
        site.ip("link set port" + number + " master " + Topology.VM_BRIDGE + " up");
        guest.ip("link set eth0 up");
        guest.ip("addr add " + ipv4(number) + "/24 dev eth0");
        guest.ip("addr add " + ipv6(number) + "/64 dev eth0 nodad");
    }

    private static String ipv4(String number) {
        return "10.1.0." + number;
    }

    private static String ipv6(String number) {
        return "2001:db8:1::" + number;
    }

    private static void await(String what, BooleanSupplier condition) {
        Waiting.until(Duration.ofMinutes(2), condition, () -> {
            throw new AssertionError("not within 30 s: " + what);
        });
    }

    private void registers(Namespace guest, String number) {
        await("registration of " + number, () -> {
            ping(guest, Subnet.VMS.gateway4());
            ping(guest, Subnet.VMS.gateway6());
            String known = lab.daemons()
                    .management(Host.MAP_SERVER)
                    .get("/v1/registrations")
                    .toString();
            return known.contains(ipv4(number) + "/32") && known.contains(ipv6(number) + "/128");
        });
    }

    private static boolean ping(Namespace from, String to) {
        List<String> command = new ArrayList<>(from.prefix());
        command.addAll(List.of("ping", "-c", "1", "-W", "1", to));
        return Shell.attempt(command).exit() == 0;
    }

    private static void reaches(Namespace from, String number) {
        await(from.name() + " reaches " + ipv4(number), () -> ping(from, ipv4(number)));
        await(from.name() + " reaches " + ipv6(number), () -> ping(from, ipv6(number)));
    }

    private static String neighbour(Namespace of, String address) {
        return of.ip("neigh show " + address);
    }

    @Test
    void shouldConnectHostsOfOneSubnetAtDifferentSites() {
        Namespace vm = lab.topology().vm();
        reaches(neighbourA, NEIGHBOUR_B);
        reaches(neighbourB, NEIGHBOUR_A);
        reaches(vm, NEIGHBOUR_A);
        reaches(vm, NEIGHBOUR_B);
        assertThat(neighbour(neighbourA, ipv4(NEIGHBOUR_B))).contains(Subnet.VMS.gatewayMac());
        assertThat(neighbour(neighbourA, ipv6(NEIGHBOUR_B))).contains(Subnet.VMS.gatewayMac());
        assertThat(neighbour(vm, ipv4(NEIGHBOUR_A)))
                .as("a host that is on the segment answers for itself, and nobody else does")
                .doesNotContain(Subnet.VMS.gatewayMac());
        assertThat(neighbour(neighbourA, ipv4(VM))).contains(Guests.VM.mac());

        move();

        reaches(vm, NEIGHBOUR_A);
        reaches(neighbourA, VM);
        reaches(vm, NEIGHBOUR_B);
        reaches(neighbourB, VM);
        assertThat(neighbour(neighbourA, ipv4(VM))).contains(Subnet.VMS.gatewayMac());
        assertThat(neighbour(vm, ipv4(NEIGHBOUR_A))).contains(Subnet.VMS.gatewayMac());
        assertThat(neighbour(neighbourB, ipv4(VM))).contains(Guests.VM.mac());
        noFalseAlarm();
    }

    private void move() {
        for (String eid : List.of(ipv4(VM), ipv6(VM))) {
            move(Host.CLOUD_B, Map.of("eid", eid, "phase", "prepare", "from", addresses(Host.CLOUD_A)));
            move(Host.CLOUD_A, Map.of("eid", eid, "phase", "switch", "to", addresses(Host.CLOUD_B)));
        }
        lab.topology().cable().unpatch(Host.CLOUD_A);
        lab.topology().cable().patch(Host.CLOUD_B);
        for (String eid : List.of(ipv4(VM), ipv6(VM))) {
            move(Host.CLOUD_B, Map.of("eid", eid, "phase", "commit", "mac", Guests.VM.mac()));
        }
    }

    private List<String> addresses(Host cloud) {
        return lab.configs().addresses(cloud);
    }

    private void move(Host cloud, Map<String, Object> phase) {
        lab.daemons().management(cloud).post("/v1/moves", phase);
    }

    /** The address of a host at the other site is not free, but it is not for us to say so: it may be the same host that comes. */
    private void noFalseAlarm() {
        neighbourB.ip("link add dummy0 link eth0 type macvlan mode bridge");
        neighbourB.ip("link set dummy0 up");
        neighbourB.ip("addr add " + ipv6(NEIGHBOUR_A) + "/128 dev dummy0");
        Waiting.millis(2_500);
        assertThat(neighbourB.ip("-6 addr show dev dummy0"))
                .doesNotContain("dadfailed")
                .doesNotContain("tentative");
    }
}
