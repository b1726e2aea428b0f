package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Endpoint;
import io.godwit.linux.Netlink;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.control.SharedExtension;
import io.godwit.testing.Conformance;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EtrTest extends ControlPlaneTest {
    private static final String LOCAL = "10.3.0.1";

    private List<MapReply> replies() {
        return otherXtr.received(MapReply.class).stream()
                .map(Peer.Received::message)
                .toList();
    }

    private void ask(MapRequest request) {
        otherXtr.send(request, TestSite.RLOC);
        timers.run();
    }

    @Test
    @Conformance("C081")
    void shouldIgnoreASharedExtensionOfUnknownSubType() {
        otherXtr.send(new SharedExtension(0x7ff, Octets.parse("0x0102")), TestSite.RLOC);
        seconds(1);
        assertThat(site.counter("unexpectedMessages")).isEqualTo(1);
        assertThat(otherXtr.received()).isEmpty();
    }

    /** The example of RFC 9301 section 5.5. */
    @Test
    @Conformance({"C112", "C113"})
    void shouldListTheMoreSpecificsOfTheBestMatchWithOneTtl() {
        site.stop();
        site = new TestSite(
                        network,
                        timers,
                        directory,
                        ConfigEdit.withDatabase(site.config, "10.3.0.0/16", "10.3.1.0/24", "10.3.2.0/24"))
                .start();
        ask(request("10.3.1.5"));
        ask(request("10.3.9.9"));

        assertThat(replies().getFirst().records())
                .extracting(record -> record.eid() + "/" + record.maskLength())
                .containsExactly("10.3.1.0/24");
        List<EidRecord> overlapping = replies().getLast().records();
        assertThat(overlapping)
                .extracting(record -> record.eid() + "/" + record.maskLength())
                .containsExactlyInAnyOrder("10.3.0.0/16", "10.3.1.0/24", "10.3.2.0/24");
        assertThat(overlapping).extracting(EidRecord::ttlMinutes).containsOnly(15);
    }

    @Test
    @Conformance({"C114", "C117", "C118"})
    void shouldAnswerForItsPrefixWithSortedLocators() {
        ask(request(LOCAL));

        MapReply reply = replies().getFirst();
        assertThat(reply.nonce()).isEqualTo(0x1122334455667788L);
        EidRecord eidRecord = reply.records().getFirst();
        assertThat(eidRecord.eid()).isEqualTo(IpAddress.parse("10.3.0.0"));
        assertThat(eidRecord.maskLength()).isEqualTo(24);
        assertThat(eidRecord.authoritative()).isTrue();
        assertThat(eidRecord.locators())
                .extracting(RlocRecord::locator)
                .containsExactly(IpAddress.parse(TestSite.RLOC), IpAddress.parse(TestSite.RLOC6));
        assertThat(eidRecord.locators()).allMatch(r -> r.local() && r.reachable() && !r.probed());
    }

    @Test
    @Conformance("C115")
    void shouldAnswerToTheItrRlocAtTheInnerSourcePort() {
        Peer listener = new Peer(network, timers, OTHER_RLOC, 61_234, TestSite.KEY);
        otherXtr.send(
                new EncapsulatedControlMessage(
                        false,
                        IpAddress.parse("10.9.0.1"),
                        IpAddress.parse(LOCAL),
                        61_234,
                        ControlCodec.PORT,
                        request(LOCAL),
                        0),
                TestSite.RLOC);
        timers.run();

        Peer.Received<MapReply> reply = listener.received(MapReply.class).getFirst();
        assertThat(reply.from()).isEqualTo(new Endpoint(IpAddress.parse(TestSite.RLOC), ControlCodec.PORT));
    }

    @Test
    @Conformance("C094")
    void shouldAnswerEveryRecordOfARequest() {
        site.seen(TestSite.VM, TestSite.VM_MAC);
        ask(request(List.of(LOCAL, TestSite.VM), List.of(IpAddress.parse(OTHER_RLOC))));

        assertThat(replies().getFirst().records())
                .extracting(EidRecord::maskLength)
                .containsExactly(24, 32);
    }

    @Test
    @Conformance("C095")
    void shouldDropRequestWithoutUsableItrRloc() {
        ask(request(List.of(LOCAL), List.of(NoAddress.INSTANCE)));
        assertThat(otherXtr.received()).isEmpty();
    }

    @Test
    @Conformance("C121")
    void shouldDropRequestForAnEidThatIsNotHere() {
        ask(request("10.2.0.1"));
        ask(request(TestSite.VM));

        assertThat(otherXtr.received()).isEmpty();
        assertThat(site.counter("mapRequestsNotLocal")).isEqualTo(2);
    }

    @Test
    @Conformance("C122")
    void shouldNotAnswerWhenToldSo() {
        ask(request(LOCAL, Flag.DO_NOT_REPLY));
        assertThat(otherXtr.received()).isEmpty();
    }

    @Test
    @Conformance("C120")
    void shouldAnswerABurstOfIdenticalRequestsOnce() {
        for (int i = 0; i < 20; i++) {
            ask(request(LOCAL));
        }
        assertThat(replies()).hasSize(1);
        seconds(3);
        ask(request(LOCAL));
        assertThat(replies()).hasSize(2);
    }

    @Test
    void shouldAnswerForOtherEidsMeanwhile() {
        site.seen(TestSite.VM, TestSite.VM_MAC);
        ask(request(LOCAL));
        ask(request(TestSite.VM));
        assertThat(replies()).hasSize(2);
    }

    @Test
    @Conformance({"C136", "C138"})
    void shouldAnswerAProbeWithTheProbedLocatorMarked() {
        ask(request("10.3.0.0/24", Flag.PROBE));

        MapReply reply = replies().getFirst();
        assertThat(reply.probe()).isTrue();
        assertThat(reply.nonce()).isEqualTo(0x1122334455667788L);
        assertThat(reply.records().getFirst().locators())
                .filteredOn(RlocRecord::probed)
                .extracting(RlocRecord::locator)
                .containsExactly(IpAddress.parse(TestSite.RLOC));
    }

    @Test
    @Conformance("C140")
    void shouldAnswerAProbeWithTheMappingOfNow() {
        ask(request("10.3.0.0/24", Flag.PROBE));
        site.drain(TestSite.RLOC, true);
        ask(request("10.3.0.0/24", Flag.PROBE));

        assertThat(replies())
                .extracting(reply ->
                        reply.records().getFirst().locators().getFirst().priority())
                .containsExactly(1, 255);
    }

    @Test
    void shouldAnswerEveryProbe() {
        ask(request(LOCAL, Flag.PROBE));
        ask(request(LOCAL, Flag.PROBE));
        assertThat(replies()).hasSize(2);
    }

    /** Whichever of the RLOCs was probed: filters on the way let through only what that network may send. */
    @Test
    void shouldAnswerFromTheRlocOfTheInterfaceThatLeadsToTheItr() {
        String second = "203.0.113.1";
        site.stop();
        site = new TestSite(
                        network,
                        timers,
                        directory,
                        ConfigEdit.withRlocs(site.config, TestSite.RLOC6, TestSite.RLOC, second))
                .start();
        uplink("up1", TestSite.RLOC, "192.0.2.0");
        uplink("up2", second, "198.51.100.0");

        ask(request("10.3.0.0/24", Flag.PROBE));
        ask(request(List.of("10.3.0.0/24"), List.of(mapServer.address()), Flag.PROBE));

        assertThat(otherXtr.received(MapReply.class))
                .extracting(reply -> reply.from().address())
                .containsExactly(IpAddress.parse(second));
        assertThat(replies().getFirst().records().getFirst().locators())
                .filteredOn(RlocRecord::probed)
                .extracting(RlocRecord::locator)
                .as("the one that was probed")
                .containsExactly(IpAddress.parse(TestSite.RLOC));
        assertThat(mapServer.received(MapReply.class))
                .extracting(reply -> reply.from().address())
                .containsExactly(IpAddress.parse(TestSite.RLOC));
    }

    private void uplink(String name, String rloc, String network) {
        site.netlink.addLink(name);
        int index = site.netlink.link(name).orElseThrow().index();
        site.netlink.addAddress(new Netlink.Address(index, IpAddress.parse(rloc).toInetAddress(), 24), false);
        site.netlink.addRoute(new Netlink.Route(
                IpAddress.parse(network).toInetAddress(), 24, index, Optional.empty(), Netlink.TABLE_MAIN, 0, 0));
    }

    @Test
    void shouldDropAnEncapsulatedProbe() {
        otherXtr.send(
                new EncapsulatedControlMessage(
                        false,
                        IpAddress.parse("10.9.0.1"),
                        IpAddress.parse(LOCAL),
                        ControlCodec.PORT,
                        ControlCodec.PORT,
                        request(LOCAL, Flag.PROBE),
                        0),
                TestSite.RLOC);
        timers.run();
        assertThat(otherXtr.received()).isEmpty();
    }

    @Test
    @Conformance("C116")
    void shouldAnswerToAnItrRlocOfAFamilyItHas() {
        Peer dual = new Peer(network, timers, "2001:db8:f::7", TestSite.KEY);
        ask(request(List.of(LOCAL), List.of(IpAddress.parse("2001:db8:f::7"), IpAddress.parse(OTHER_RLOC))));
        assertThat(dual.received(MapReply.class)).hasSize(1);
    }

    @Test
    @Conformance("C123")
    void shouldNotUseAPiggybackedMapping() {
        MapRequest plain = request(LOCAL);
        ask(new MapRequest(
                plain.flags(),
                plain.nonce(),
                plain.sourceEid(),
                plain.itrRlocs(),
                plain.records(),
                Optional.of(TestSite.eidRecord("10.9.0.0/24", 15, OTHER_RLOC)),
                Optional.empty()));

        assertThat(replies()).hasSize(1);
        assertThat(site.mapCache()).isEmpty();
    }
}
