package io.godwit.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.lab.traffic.FlowReport;
import io.godwit.testing.NamespaceTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lab itself, with plain routing instead of tunnel routers: what it measures can be trusted. */
@NamespaceTest
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class TopologyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Topology topology =
            new Topology("gwt" + ProcessHandle.current().pid(), Underlay.IPV4);

    @TempDir
    Path folder;

    @BeforeEach
    void create() {
        topology.create();
        topology.gateways();
        topology.core().ip("route add " + Subnet.CLIENTS.prefix4() + " via " + Host.CLIENT_SITE.ipv4());
        routeVmsTo(Host.CLOUD_A);
        for (Host host : new Host[] {Host.CLIENT_SITE, Host.CLOUD_A, Host.CLOUD_B}) {
            topology.core().ip("addr add " + host.ipv6Core() + "/64 dev to-" + host.label() + " nodad");
            topology.of(host).ip("addr add " + host.ipv6() + "/64 dev up0 nodad");
            topology.of(host).ip("-6 route add default via " + host.ipv6Core());
        }
        topology.core().ip("-6 route add " + Subnet.CLIENTS.prefix6() + " via " + Host.CLIENT_SITE.ipv6());
        topology.core().ip("-6 route add " + Subnet.VMS.prefix6() + " via " + Host.CLOUD_A.ipv6());
    }

    @AfterEach
    void remove() {
        topology.remove();
    }

    private void routeVmsTo(Host cloud) {
        topology.core().ip("route replace " + Subnet.VMS.prefix4() + " via " + cloud.ipv4());
    }

    @Test
    void shouldCountWhatIsLostWhileTheVmMoves() {
        Traffic traffic = new Traffic(topology, folder, 1000);
        traffic.awaitAnnouncer();
        traffic.start();
        Waiting.millis(1300);
        long from = System.nanoTime();
        Waiting.millis(200);

        traffic.guest().pause();
        topology.cable().unpatch(Host.CLOUD_A);
        topology.cable().patch(Host.CLOUD_B);
        Waiting.millis(100);
        routeVmsTo(Host.CLOUD_B);
        traffic.announce();
        traffic.guest().resume();
        topology.core().ip("-6 route replace " + Subnet.VMS.prefix6() + " via " + Host.CLOUD_B.ipv6());
        Waiting.millis(1500);
        long to = System.nanoTime() - 300_000_000L;
        Waiting.until(
                PATIENCE, () -> traffic.report(Direction.FROM_VM, from, to).lost() == 0, () -> {});
        String tcp = traffic.stream().state();
        traffic.stop();

        FlowReport toVm = traffic.report(Direction.TO_VM, from, to);
        FlowReport fromVm = traffic.report(Direction.FROM_VM, from, to);
        assertThat(toVm.sent()).isGreaterThan(900);
        assertThat(toVm.lost()).as("sent into the old segment for 100 ms").isBetween(80L, toVm.sent() / 2);
        assertThat(toVm.longestGapMillis()).isGreaterThan(80);
        assertThat(fromVm.lost())
                .as("nothing is lost by a guest that is paused")
                .isZero();
        assertThat(tcp).isEqualTo("up");
        assertThat(traffic.ping().result().sent()).isGreaterThan(20);
        assertThat(traffic.stream().verified()).isGreaterThan(1_000_000);
    }
}
