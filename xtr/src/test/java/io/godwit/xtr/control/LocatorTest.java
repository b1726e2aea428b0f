package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Netlink;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.data.LispHeader;
import io.godwit.testing.Conformance;
import io.godwit.xtr.config.ForwardingConfig.TrustedConfig;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An own RLOC that fails, or that the operator takes out of use: what others are told. The first one in records is the IPv4 one. */
class LocatorTest extends ControlPlaneTest {
    private static final IpAddress PEER = IpAddress.parse(OTHER_RLOC);
    private static final int L = LispHeader.LOCATOR_STATUS_BITS_PRESENT;

    private Netlink.Link uplink = new Netlink.Link(0, "", false, false, 0, new byte[0]);
    private Netlink.Link uplink6 = uplink;

    @BeforeEach
    void startTrustingSite() {
        site.stop();
        var trusted = new TrustedConfig(List.of(EidPrefix.parse("198.51.100.0/24")), false, true, false, false);
        site = new TestSite(network, timers, directory, ConfigEdit.withTrusted(TestSite.config(directory), trusted));
        uplink = site.netlink.addLink("eth0");
        uplink6 = site.netlink.addLink("eth1");
        site.netlink.addAddress(address(), false);
        site.netlink.addAddress(
                new Netlink.Address(
                        uplink6.index(), IpAddress.parse(TestSite.RLOC6).toInetAddress(), 64),
                false);
        site.start();
        site.dataPlane.recent.add(PEER);
        seconds(301);
        mapServer.forget();
        otherXtr.forget();
    }

    private Netlink.Address address() {
        return new Netlink.Address(
                uplink.index(), IpAddress.parse(TestSite.RLOC).toInetAddress(), 24);
    }

    /** What goes into the headers of packets to the peer. */
    private long header() {
        return Objects.requireNonNull(site.dataPlane.headers.get(PEER));
    }

    private static long header(int word0, int word1) {
        return (long) word0 << 32 | word1;
    }

    private List<MapRequest> smrs() {
        return otherXtr.received(MapRequest.class).stream()
                .map(Peer.Received::message)
                .filter(request -> request.has(Flag.SMR))
                .toList();
    }

    private RlocRecord registered(String rloc) {
        EidRecord eidRecord = registers().getLast().records().getLast();
        return eidRecord.locators().stream()
                .filter(one -> one.locator().equals(IpAddress.parse(rloc)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Conformance({"C042", "C188"})
    void shouldRestStatusBitsForFiveMinutesWhenItsLocatorSetChanges() {
        assertThat(header()).isEqualTo(header(L, 0b11));

        assertThat(site.drain(TestSite.RLOC, true))
                .extracting(XtrApi.RlocView::priority)
                .containsExactly(255, 1);
        seconds(1);
        assertThat(registered(TestSite.RLOC).priority()).isEqualTo(255);
        assertThat(registered(TestSite.RLOC).reachable()).isTrue();
        assertThat(registered(TestSite.RLOC6).priority()).isEqualTo(1);
        assertThat(smrs()).singleElement().satisfies(smr -> assertThat(smr.sourceEid())
                .isEqualTo(IpAddress.parse("10.3.0.0")));
        for (int second = 1; second < 299; second++) {
            assertThat(header()).isZero();
            seconds(1);
        }
        seconds(2);
        assertThat(header()).isEqualTo(header(L, 0b10));

        assertThat(site.drain(TestSite.RLOC, false))
                .extracting(XtrApi.RlocView::priority)
                .containsExactly(1, 1);
        seconds(1);
        assertThat(header()).isZero();
        assertThat(registered(TestSite.RLOC).priority()).isEqualTo(1);
    }

    @Test
    void shouldRememberOverARestartWhatIsDrained() {
        site.drain(TestSite.RLOC, true);
        restart();
        assertThat(priorities()).containsExactly(255, 1);

        site.drain(TestSite.RLOC, false);
        restart();
        assertThat(priorities()).containsExactly(1, 1);
    }

    private void restart() {
        site.stop();
        site = new TestSite(network, timers, directory).start();
    }

    private List<Integer> priorities() {
        XtrApi.StatusView status = site.get("/v1/status");
        return status.rlocs().stream().map(XtrApi.RlocView::priority).toList();
    }

    @Test
    @Conformance("C042")
    void shouldRestStatusBitsWhenAHostBringsAnotherLocatorSet() {
        site.seen(TestSite.VM, TestSite.VM_MAC);
        seconds(1);
        assertThat(smrs()).hasSize(1);
        assertThat(header()).isZero();
    }

    @Test
    @Conformance("C040")
    void shouldSayThatALocatorIsDownWhoseAddressIsGone() {
        site.netlink.removeAddress(address());
        seconds(2);
        assertThat(header()).isEqualTo(header(L, 0b10));
        assertThat(registered(TestSite.RLOC).reachable()).isFalse();
        assertThat(registered(TestSite.RLOC).priority()).isEqualTo(1);
        assertThat(registered(TestSite.RLOC6).reachable()).isTrue();
        seconds(1);
        assertThat(smrs()).hasSize(1);
        assertThat(site.eventKinds()).contains("locator-down");

        site.netlink.addAddress(address(), false);
        seconds(2);
        assertThat(header()).isEqualTo(header(L, 0b11));
        assertThat(registered(TestSite.RLOC).reachable()).isTrue();
        assertThat(site.eventKinds()).contains("locator-up");
    }

    @Test
    void shouldSayThatALocatorIsDownWhoseInterfaceIs() {
        site.netlink.setUp(uplink.index(), false);
        seconds(2);
        assertThat(header()).isEqualTo(header(L, 0b10));
        site.netlink.setUp(uplink.index(), true);
        site.netlink.deleteLink(uplink6.index());
        seconds(2);
        assertThat(header()).isEqualTo(header(L, 0b01));
    }

    @Test
    void shouldAnswerWhatHoldsNowAndAskForAnswersWhereTheyArrive() {
        site.netlink.removeAddress(address());
        seconds(2);
        otherXtr.forget();
        otherXtr.send(request("10.3.0.7"), TestSite.RLOC);
        timers.run();
        MapReply reply = otherXtr.received(MapReply.class).getLast().message();
        assertThat(reply.records().getFirst().locators())
                .extracting(RlocRecord::reachable)
                .containsExactly(false, true);
        site.misses("10.2.0.1");
        assertThat(lastRequest().itrRlocs()).containsExactly(IpAddress.parse(TestSite.RLOC6));
    }
}
