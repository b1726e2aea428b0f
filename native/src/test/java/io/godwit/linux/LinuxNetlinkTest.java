package io.godwit.linux;

import static io.godwit.linux.TestNamespace.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.Netlink.Address;
import io.godwit.linux.Netlink.Link;
import io.godwit.linux.Netlink.LinkEvent;
import io.godwit.linux.Netlink.Neighbour;
import io.godwit.linux.Netlink.Route;
import io.godwit.linux.Netlink.Rule;
import io.godwit.testing.NamespaceTest;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NamespaceTest
@Timeout(120)
class LinuxNetlinkTest {
    private final TestNamespace host = new TestNamespace();
    private final Netlink netlink = host.namespace().call(() -> new LinuxNetwork().netlink());
    private int veth;

    @BeforeEach
    void makeLinks() throws Exception {
        host.ip("link add veth0 type veth peer name veth1");
        host.ip("link set veth1 up");
        veth = netlink.link("veth0").orElseThrow().index();
        netlink.setUp(veth, true);
    }

    @AfterEach
    void close() {
        netlink.close();
        host.close();
    }

    @Test
    void shouldChangeAndDeleteLinks() throws Exception {
        netlink.setMtu(veth, 1400);
        netlink.setMac(veth, new byte[] {2, 0, 0, 0, 0, 9});

        assertThat(host.ip("-j link show veth0"))
                .contains("\"UP\"", "\"mtu\":1400", "\"address\":\"02:00:00:00:00:09\"");
        Link link = netlink.link("veth0").orElseThrow();
        assertThat(link.up()).isTrue();
        assertThat(link.running()).isTrue();
        assertThat(link.mtu()).isEqualTo(1400);
        assertThat(link.mac()).containsExactly(2, 0, 0, 0, 0, 9);
        assertThat(netlink.links()).extracting(Link::name).contains("lo", "veth0", "veth1");

        netlink.setUp(veth, false);
        assertThat(netlink.link("veth0").orElseThrow().up()).isFalse();
        netlink.deleteLink(veth);
        netlink.deleteLink(veth);
        assertThat(netlink.link("veth0")).isEmpty();
        assertThat(netlink.link("veth1")).isEmpty();
    }

    @Test
    void shouldAddAndRemoveAddresses() throws Exception {
        Address v4 = new Address(veth, address("10.1.0.1"), 24);
        Address v6 = new Address(veth, address("2001:db8:1::1"), 64);
        netlink.addAddress(v4, true);
        netlink.addAddress(v4, true);
        netlink.addAddress(v6, false);

        assertThat(netlink.addresses(veth)).contains(v4, v6);
        assertThat(host.ip("-j addr show veth0"))
                .contains("\"local\":\"10.1.0.1\"", "\"local\":\"2001:db8:1::1\"")
                .doesNotContain("tentative\":true,\"local\":\"2001");
        assertThat(host.ip("-4 route")).contains("10.1.0.0/24");
        assertThat(host.ip("-6 route")).doesNotContain("2001:db8:1::/64");

        netlink.removeAddress(v4);
        netlink.removeAddress(v4);
        netlink.removeAddress(v6);
        assertThat(netlink.addresses(veth)).doesNotContain(v4, v6);
    }

    @Test
    void shouldAddReplaceAndRemoveRoutes() throws Exception {
        netlink.addAddress(new Address(veth, address("10.1.0.1"), 24), true);
        netlink.addAddress(new Address(veth, address("2001:db8:1::1"), 64), true);
        Route host4 = route("10.9.0.7", 32, Optional.empty(), 254, 0);
        Route host6 = route("2001:db8:9::7", 128, Optional.empty(), 254, 77);
        Route via4 = route("10.8.0.0", 16, Optional.of("10.1.0.2"), 1000, 5);
        Route via6 = route("2001:db8:8::", 48, Optional.of("2001:db8:1::2"), 1000, 5);
        for (Route route : new Route[] {host4, host4, host6, via4, via6}) {
            netlink.addRoute(route);
        }

        assertThat(netlink.routes(254)).contains(host4, host6);
        assertThat(netlink.routes(1000)).containsExactlyInAnyOrder(via4, via6);
        assertThat(netlink.routes(4711)).isEmpty();
        assertThat(host.ip("-j route show 10.9.0.7"))
                .contains("\"dst\":\"10.9.0.7\"", "\"dev\":\"veth0\"", "\"protocol\":\"157\"");
        assertThat(host.ip("-j -6 route show table 1000"))
                .contains("\"dst\":\"2001:db8:8::/48\"", "\"gateway\":\"2001:db8:1::2\"", "\"metric\":5");

        Route replaced = route("10.8.0.0", 16, Optional.of("10.1.0.3"), 1000, 5);
        netlink.addRoute(replaced);
        assertThat(netlink.routes(1000)).containsExactlyInAnyOrder(replaced, via6);

        for (Route route : new Route[] {host4, host4, host6, replaced, via6}) {
            netlink.removeRoute(route);
        }
        assertThat(netlink.routes(1000)).isEmpty();
        assertThat(netlink.routes(254)).doesNotContain(host4, host6);
    }

    @Test
    void shouldListMoreRoutesThanOneAnswerHolds() {
        netlink.addAddress(new Address(veth, address("10.1.0.1"), 24), true);
        for (int i = 0; i < 3000; i++) {
            netlink.addRoute(route("10.2." + i / 250 + "." + i % 250, 32, Optional.empty(), 1001, 0));
        }
        assertThat(netlink.routes(1001)).hasSize(3000).doesNotHaveDuplicates();
    }

    @Test
    void shouldFindSources() {
        netlink.addAddress(new Address(veth, address("10.1.0.1"), 24), true);
        netlink.addAddress(new Address(veth, address("2001:db8:1::1"), 64), true);

        assertThat(netlink.sourceFor(address("10.1.0.99"))).contains(address("10.1.0.1"));
        assertThat(netlink.sourceFor(address("2001:db8:1::99"))).contains(address("2001:db8:1::1"));
        assertThat(netlink.sourceFor(address("192.0.2.1"))).isEmpty();
        assertThat(netlink.sourceFor(address("2001:db8:2::1"))).isEmpty();
    }

    @Test
    void shouldAddAndRemoveRules() throws Exception {
        Rule v4 = new Rule(false, Optional.of("veth0"), 1000, 200);
        Rule v6 = new Rule(true, Optional.empty(), 254, 201);
        netlink.addRule(v4);
        netlink.addRule(v4);
        netlink.addRule(v6);

        assertThat(netlink.rules(false)).containsOnlyOnce(v4);
        assertThat(netlink.rules(true)).containsOnlyOnce(v6);
        assertThat(host.ip("rule")).contains("200:\tfrom all iif veth0 lookup 1000");

        netlink.removeRule(v4);
        netlink.removeRule(v4);
        netlink.removeRule(v6);
        assertThat(netlink.rules(false)).doesNotContain(v4);
        assertThat(netlink.rules(true)).doesNotContain(v6);
    }

    @Test
    void shouldSetAndRemoveNeighbours() throws Exception {
        byte[] mac = {2, 0, 0, 0, 0, 5};
        netlink.setNeighbour(new Neighbour(veth, address("10.1.0.5"), mac), true);
        netlink.setNeighbour(new Neighbour(veth, address("2001:db8:1::5"), mac), false);

        assertThat(netlink.neighbours(veth))
                .extracting(Neighbour::address)
                .contains(address("10.1.0.5"), address("2001:db8:1::5"));
        assertThat(host.ip("-4 neigh show dev veth0")).contains("10.1.0.5 lladdr 02:00:00:00:00:05 PERMANENT");
        assertThat(host.ip("-6 neigh show dev veth0")).contains("2001:db8:1::5 lladdr 02:00:00:00:00:05 REACHABLE");

        netlink.removeNeighbour(veth, address("10.1.0.5"));
        netlink.removeNeighbour(veth, address("10.1.0.5"));
        assertThat(netlink.neighbours(veth)).extracting(Neighbour::address).doesNotContain(address("10.1.0.5"));
    }

    @Test
    void shouldTellWhatTheKernelRefusesInOneSentence() {
        assertThatThrownBy(() -> netlink.addRoute(route("10.9.0.0", 16, Optional.of("192.0.2.9"), 254, 0)))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("Cannot add route 10.9.0.0/16 to table 254")
                .hasMessageContaining("invalid gateway");
        assertThatThrownBy(() -> netlink.setMtu(veth, 10))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("Cannot set the MTU of interface " + veth + " to 10");
    }

    @Test
    void shouldTellLinkEvents() throws Exception {
        BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
        try (AutoCloseable monitor = host.namespace().call(() -> netlink.monitorLinks(events::add))) {
            assertThat(monitor).isNotNull();
            netlink.setMtu(veth, 1300);
            // What the kernel still had to say of the link before, e.g. of its carrier, may come first.
            LinkEvent changed = next(events, "veth0", false);
            while (changed.link().mtu() != 1300) {
                changed = next(events, "veth0", false);
            }
            netlink.deleteLink(veth);
            next(events, "veth0", true);
        }
    }

    private static LinkEvent next(BlockingQueue<LinkEvent> events, String name, boolean removed) throws Exception {
        while (true) {
            LinkEvent event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            if (event.link().name().equals(name) && event.removed() == removed) {
                return event;
            }
        }
    }

    private Route route(String destination, int length, Optional<String> gateway, int table, int metric) {
        return new Route(
                address(destination),
                length,
                veth,
                gateway.map(TestNamespace::address),
                table,
                metric,
                Netlink.PROTOCOL_GODWIT);
    }
}
