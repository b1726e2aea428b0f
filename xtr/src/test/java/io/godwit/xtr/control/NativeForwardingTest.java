package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static io.godwit.xtr.control.fake.TestSite.negative;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Netlink;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.MapRequest;
import io.godwit.testing.Conformance;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets to what the mapping system says is no EID. */
class NativeForwardingTest extends ControlPlaneTest {
    private static final int KERNEL = 2;
    private static final String HOLE = "10.128.0.0/9";
    private static final String IN_THE_HOLE = "10.200.0.1";

    private int uplink;

    @BeforeEach
    void giveTheKernelAWay() {
        uplink = site.netlink.addLink("up0").index();
        route("0.0.0.0/0", "192.0.2.254", 0);
        route("10.192.0.0/10", "192.0.2.253", 200);
        route("10.192.0.0/10", "192.0.2.252", 100);
    }

    private void route(String prefix, String gateway, int metric) {
        String[] parts = prefix.split("/");
        site.netlink.addRoute(new Netlink.Route(
                inet(parts[0]),
                Integer.parseInt(parts[1]),
                uplink,
                Optional.of(inet(gateway)),
                Netlink.TABLE_MAIN,
                metric,
                KERNEL));
    }

    private static InetAddress inet(String address) {
        return IpAddress.parse(address).toInetAddress();
    }

    /** Destinations and gateways of the routes that are preferred to the TUN's. */
    private List<String> past() {
        return site.netlink.allRoutes().stream()
                .filter(route -> route.protocol() == Netlink.PROTOCOL_GODWIT && route.metric() < 50)
                .map(route -> route.destination().getHostAddress() + "/" + route.prefixLength() + " via "
                        + route.gateway().map(InetAddress::getHostAddress).orElse("-"))
                .toList();
    }

    @Test
    @Conformance("C124")
    void shouldRouteAHolePastTheTunnelTheWayTheKernelKnows() {
        learn(IN_THE_HOLE, negative(HOLE, 15, Action.NATIVELY_FORWARD));
        assertThat(past()).containsExactly("10.128.0.0/9 via 192.0.2.254");

        seconds(15 * 60 + 1);
        assertThat(past()).isEmpty();
    }

    @Test
    void shouldTakeTheLongestRouteThatCoversTheHoleAndOfTheseTheOneWithTheLeastMetric() {
        learn(IN_THE_HOLE, negative("10.200.0.0/16", 15, Action.NATIVELY_FORWARD));
        assertThat(past()).containsExactly("10.200.0.0/16 via 192.0.2.252");
    }

    @Test
    void shouldRouteTheEidSpaceWhenTheHoleIsWiderAndLeaveTheDynamicPrefixAlone() {
        learn(IN_THE_HOLE, negative("0.0.0.0/0", 15, Action.NATIVELY_FORWARD));
        assertThat(past()).containsExactly("10.0.0.0/8 via 192.0.2.254");
    }

    @Test
    void shouldTunnelAgainWhenTheEidIsRegistered() {
        learn(IN_THE_HOLE, negative("10.200.0.1/32", 15, Action.NATIVELY_FORWARD));
        assertThat(past()).hasSize(1);
        seconds(2);
        otherXtr.send(
                request(List.of(IN_THE_HOLE), List.of(IpAddress.parse(OTHER_RLOC)), MapRequest.Flag.SMR),
                TestSite.RLOC);
        timers.run();
        resolver.reply(lastRequest(), eidRecord(IN_THE_HOLE, 15, OTHER_RLOC));
        timers.run();
        assertThat(site.dataPlane.entry(IN_THE_HOLE)).get().isInstanceOf(Forwarding.Remote.class);
        assertThat(past()).isEmpty();
    }

    @Test
    void shouldTunnelAgainWhenTheHostAppearsHere() {
        learn(TestSite.VM, negative("10.1.0.0/24", 1, Action.NATIVELY_FORWARD));
        assertThat(past()).containsExactly("10.1.0.5/32 via 192.0.2.254");
        site.seen(TestSite.VM, TestSite.VM_MAC);
        assertThat(past()).isEmpty();
        assertThat(site.hasHostRoute(TestSite.VM)).isTrue();
    }

    @Test
    void shouldDropWhenTheKernelHasNoWay() {
        List.copyOf(site.netlink.allRoutes()).stream()
                .filter(route -> route.protocol() == KERNEL)
                .forEach(site.netlink::removeRoute);
        learn(IN_THE_HOLE, negative(HOLE, 15, Action.NATIVELY_FORWARD));
        assertThat(past()).isEmpty();
        assertThat(site.dataPlane.entry(HOLE)).contains(new Forwarding.Negative(Action.NATIVELY_FORWARD));
    }

    @Test
    void shouldKeepARouteThatAnotherHoleNeeds() {
        learn(IN_THE_HOLE, negative("0.0.0.0/0", 15, Action.NATIVELY_FORWARD));
        learn("10.64.0.1", negative("8.0.0.0/5", 1, Action.NATIVELY_FORWARD));
        assertThat(past()).containsExactly("10.0.0.0/8 via 192.0.2.254");
        seconds(61);
        assertThat(site.dataPlane.entry("8.0.0.0/5")).isEmpty();
        assertThat(past()).containsExactly("10.0.0.0/8 via 192.0.2.254");
        seconds(15 * 60);
        assertThat(past()).isEmpty();
    }

    @Test
    void shouldTakeTheRoutesBackWhenItStops() {
        learn(IN_THE_HOLE, negative(HOLE, 15, Action.NATIVELY_FORWARD));
        site.stop();
        assertThat(past()).isEmpty();
    }

    @Test
    @Conformance("C125")
    void shouldEncapsulateToTheProxyEtrWhenThereIsOne() {
        site.stop();
        site = new TestSite(
                network, timers, directory, ConfigEdit.withProxyEtrs(TestSite.config(directory), "203.0.113.99"));
        site.start();
        learn(IN_THE_HOLE, negative(HOLE, 15, Action.NATIVELY_FORWARD));
        Locator proxy = new Locator(IpAddress.parse("203.0.113.99"), 1, 100);
        assertThat(site.dataPlane.entry(HOLE)).contains(new Forwarding.Remote(List.of(proxy)));
        assertThat(past()).isEmpty();
    }
}
