package io.godwit.xtr.control.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Netlink;
import io.godwit.linux.Network;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.fake.TestSite;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteNetworkTest {
    private static final TunOffloads OFFLOADS = new TunOffloads(true, true, true);
    private static final InetAddress RLOC = IpAddress.parse(TestSite.RLOC).toInetAddress();

    @TempDir
    Path directory;

    private final FakeNetwork host = new FakeNetwork(new FakeUnderlay(), RLOC);
    private SiteNetwork site;
    private Network network;

    @BeforeEach
    void prepareSite() {
        host.netlink().addLink("lisp0");
        host.netlink().addLink("br-vm", MacAddress.parse("02:00:00:00:00:99").toBytes());
        site = new SiteNetwork(host.netlink(), new Sysctls(directory.resolve("sys")), TestSite.config(directory));
        network = site.prepare(host);
    }

    private List<String> routes() {
        return host.netlink().allRoutes().stream()
                .map(route -> route.destination().getHostAddress() + "/" + route.prefixLength())
                .toList();
    }

    @Test
    void shouldRouteIntoTheTunAsSoonAsItExists() {
        assertThat(routes()).isEmpty();

        network.openTun("lisp0", 1, OFFLOADS);

        assertThat(routes()).containsExactlyInAnyOrder("10.0.0.0/8", "10.1.0.0/24");
        assertThat(host.netlink().link("lisp0").map(Netlink.Link::up)).contains(true);
    }

    @Test
    void shouldRouteIntoATunOfSeveralQueuesOnlyWhenAllOfThemAreToGetPackets() {
        network.openTun("lisp0", 3, OFFLOADS);
        assertThat(routes()).isEmpty();

        site.start();
        assertThat(routes()).containsExactlyInAnyOrder("10.0.0.0/8", "10.1.0.0/24");
    }

    @Test
    void shouldNotSetUpATunTwice() {
        network.openTun("lisp0", 1, OFFLOADS);
        Netlink.Link tun = host.netlink().link("lisp0").orElseThrow();
        // As an operator might.
        host.netlink().setMtu(tun.index(), 1_280);

        site.start();

        assertThat(host.netlink().link("lisp0").map(Netlink.Link::mtu)).contains(1_280);
        assertThat(routes()).contains("10.0.0.0/8");
    }
}
