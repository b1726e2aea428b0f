package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.LinuxException;
import io.godwit.linux.Netlink;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a start leaves in the kernel, and a stop takes back. */
class LifeTest extends ControlPlaneTest {

    private static InetAddress inet(String address) {
        return IpAddress.parse(address).toInetAddress();
    }

    @Test
    void shouldRouteTheEidSpaceIntoTheTun() {
        Netlink.Link tun = site.netlink.link("lisp0").orElseThrow();
        assertThat(tun.up()).isTrue();
        assertThat(tun.mtu()).isEqualTo(1500 - 56);
        assertThat(site.netlink.allRoutes())
                .filteredOn(route -> route.interfaceIndex() == tun.index())
                .extracting(route -> route.destination().getHostAddress() + "/" + route.prefixLength())
                .containsExactlyInAnyOrder("10.0.0.0/8", "10.1.0.0/24");
        assertThat(site.netlink.allRoutes()).allMatch(route -> route.protocol() == Netlink.PROTOCOL_GODWIT);
    }

    @Test
    void shouldBeTheGatewayOfItsSegment() {
        Netlink.Link segment = site.netlink.link("br-vm").orElseThrow();
        assertThat(site.netlink.addresses(segment.index()))
                .containsExactly(new Netlink.Address(segment.index(), inet("10.1.0.1"), 24, Netlink.PROTOCOL_GODWIT));
        assertThat(segment.mac()).containsExactly(2, 0, 0x5e, 0, 1, 1);
    }

    @Test
    void shouldTellTheDataPlaneWhatIsHere() {
        assertThat(site.dataPlane.entry("10.3.0.0/24")).contains(new Forwarding.Local());
        assertThat(site.dataPlane.entry("10.1.0.0/24")).contains(new Forwarding.Dynamic());
    }

    @Test
    void shouldLeaveNothingBehind() {
        site.seen(TestSite.VM, TestSite.VM_MAC);
        site.stop();

        assertThat(site.netlink.allRoutes()).isEmpty();
        int segment = site.netlink.link("br-vm").orElseThrow().index();
        assertThat(site.netlink.addresses(segment)).isEmpty();
        assertThat(site.dataPlane.closed).isTrue();
    }

    @Test
    void shouldRemoveWhatAKilledInstanceLeft() {
        TestSite next =
                new TestSite(network, timers, directory, ConfigEdit.withResolvers(site.config, TestSite.RESOLVER));
        Netlink.Link segment = next.netlink.link("br-vm").orElseThrow();
        var left = new Netlink.Route(
                inet("10.1.0.77"), 32, segment.index(), Optional.empty(), 254, 50, Netlink.PROTOCOL_GODWIT);
        var gateway = new Netlink.Address(segment.index(), inet("10.1.0.1"), 24, Netlink.PROTOCOL_GODWIT);
        next.netlink.addAddress(gateway, false);
        var others = new Netlink.Route(inet("10.5.0.0"), 24, segment.index(), Optional.empty(), 254, 0, 3);
        next.netlink.addRoute(left);
        next.netlink.addRoute(others);
        site.stop();
        next.start();

        assertThat(next.netlink.allRoutes()).contains(others).doesNotContain(left);
        next.stop();
        assertThat(next.netlink.addresses(segment.index())).doesNotContain(gateway);
    }

    @Test
    void shouldGiveIpv6RoutesIntoTheTunnelANextHop() {
        int tun = site.netlink.link("lisp0").orElseThrow().index();

        assertThat(site.netlink.allRoutes().stream().filter(route -> route.interfaceIndex() == tun))
                .isNotEmpty()
                .allSatisfy(route ->
                        assertThat(route.gateway().isPresent()).isEqualTo(route.destination() instanceof Inet6Address));
    }

    @Test
    void shouldKeepItsXtrIdOverRestarts() {
        String first = ((XtrApi.StatusView) site.get("/v1/status")).xtrId();
        site.stop();
        site = new TestSite(network, timers, directory).start();

        assertThat(((XtrApi.StatusView) site.get("/v1/status")).xtrId())
                .isEqualTo(first)
                .hasSize(32);
    }

    @Test
    void shouldNameAnInterfaceThatIsMissing() {
        site.stop();
        TestSite broken = new TestSite(network, timers, directory);
        broken.netlink.deleteLink(broken.netlink.link("br-vm").orElseThrow().index());

        assertThatThrownBy(broken::start).isInstanceOf(LinuxException.class).hasMessageContaining("br-vm");
        broken.stop();
    }

    @Test
    void shouldShowItsState() {
        site.seen(TestSite.VM, TestSite.VM_MAC);
        XtrApi.StatusView status = site.get("/v1/status");
        assertThat(status.role()).isEqualTo("xtr");
        assertThat(status.rlocs()).hasSize(2);
        assertThat(status.localEids()).isEqualTo(2);
        assertThat(status.dataPlane()).containsEntry("threadPlan", "inline");
        List<XtrApi.DatabaseView> database = site.get("/v1/database");
        assertThat(database)
                .extracting(XtrApi.DatabaseView::kind)
                .containsExactly("static", "dynamic-prefix", "dynamic");
    }
}
