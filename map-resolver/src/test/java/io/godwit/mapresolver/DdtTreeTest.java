package io.godwit.mapresolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapresolver.ddt.ReferralTrust;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.DdtConfig;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A map-resolver in front of a tree: the root delegates 10/8 to a node, which delegates 10.2/16 to a map-server with a site of 10.2.0/24. */
class DdtTreeTest extends DdtTree {
    private static final IpAddress ROOT = IpAddress.parse("192.0.2.1");
    private static final IpAddress SILENT_NODE = IpAddress.parse("192.0.2.2");
    private static final IpAddress NODE = IpAddress.parse("192.0.2.3");
    private static final IpAddress SERVER = IpAddress.parse("192.0.2.4");
    private static final IpAddress AROUND = IpAddress.parse("192.0.2.5");

    private final ControlTransport around = network.open(AROUND);
    private final MapServer server;

    DdtTreeTest() {
        resolver(List.of(ROOT), ReferralTrust.ofEverything(timers));
        node(ROOT, "0.0.0.0/0", new Sites(), nodes("10.0.0.0/8", SILENT_NODE, NODE), nodes("172.16.0.0/12", AROUND));
        node(NODE, "10.0.0.0/8", new Sites(), servers("10.2.0.0/16", SERVER));
        server = node(SERVER, "10.2.0.0/16", sitesWith("10.2.0.0/24"));
    }

    private MapServer node(IpAddress address, String authoritative, Sites sites, DdtConfig.Delegation... delegations) {
        List<EidPrefix> all = List.of(EidPrefix.parse(authoritative));
        return node(address, new DdtConfig(all, List.of(delegations), List.of(), List.of()), sites);
    }

    private static DdtConfig.Delegation nodes(String eid, IpAddress... nodes) {
        return new DdtConfig.Delegation(EidPrefix.parse(eid), List.of(nodes), List.of());
    }

    private static DdtConfig.Delegation servers(String eid, IpAddress... servers) {
        return new DdtConfig.Delegation(EidPrefix.parse(eid), List.of(), List.of(servers));
    }

    private void register(String eid) {
        register(eid, SERVER);
    }

    @Test
    @Conformance({"C218", "C224", "C227"})
    void shouldFollowReferralsFromTheRootToTheMapServer() {
        register("10.2.0.5");
        register("10.2.0.6");
        ask("10.2.0.5");
        timers.advance(Duration.ofSeconds(3));
        assertThat(asked()).containsExactly(ROOT, SILENT_NODE, NODE, SERVER);
        assertThat(sentByTheResolver()).allSatisfy(sent -> assertThat(
                        ControlCodec.decode(new UnsafeBuffer(sent.payload()), 0, sent.payload().length))
                .isInstanceOfSatisfying(EncapsulatedControlMessage.class, ecm -> {
                    assertThat(ecm.ddt()).isTrue();
                    assertThat(ecm.authentication()).isEmpty();
                }));
        assertThat(answer().locators()).extracting(RlocRecord::locator).containsExactly(ETR);
        network.forget();
        ask("10.2.0.6");
        assertThat(asked())
                .as("the map-server's acknowledgement is incomplete, its delegation is not")
                .containsExactly(SERVER);
        assertThat(answer().locators()).hasSize(1);
        assertThat(counters.get(Counter.DDT_REQUESTS_ACKNOWLEDGED)).isEqualTo(2);
    }

    @Test
    @Conformance("C225")
    void shouldAnswerNegativelyForHolesAndForWhatIsNotRegistered() {
        ask("10.2.0.9");
        timers.advance(Duration.ofSeconds(3));
        EidRecord unregistered = answer();
        assertThat(unregistered.action()).isEqualTo(Action.NATIVELY_FORWARD);
        assertThat(unregistered.ttlMinutes()).isEqualTo(1);
        assertThat(prefix(unregistered)).isEqualTo("10.2.0.0/24");
        ask("10.200.0.1");
        timers.advance(Duration.ofSeconds(3));
        EidRecord hole = answer();
        assertThat(hole.ttlMinutes()).isEqualTo(15);
        assertThat(prefix(hole)).isEqualTo("10.128.0.0/9");
        network.forget();
        ask("10.201.0.1");
        assertThat(asked()).as("remembered").isEmpty();
        assertThat(prefix(answer())).isEqualTo("10.128.0.0/9");
        timers.advance(Duration.ofMinutes(16));
        ask("10.201.0.1");
        assertThat(asked()).isNotEmpty();
    }

    @Test
    void shouldFindWhatWasRegisteredAfterTheNegativeAnswerRanOut() {
        ask("10.2.0.9");
        timers.advance(Duration.ofSeconds(3));
        answer();
        register("10.2.0.9");
        timers.advance(Duration.ofSeconds(61));
        ask("10.2.0.9");
        timers.advance(Duration.ofSeconds(3));
        assertThat(answer().locators()).hasSize(1);
        assertThat(server.database().size()).isEqualTo(1);
    }

    @Test
    @Conformance("C228")
    void shouldTryEveryLocatorTwiceAndThenGiveUpInSilence() {
        network.drop(sent -> sent.to().address().equals(NODE));
        ask("10.2.0.5");
        timers.advance(Duration.ofSeconds(60));
        assertThat(asked()).containsExactly(ROOT, SILENT_NODE, NODE, SILENT_NODE, NODE);
        assertThat(replies).isEmpty();
        assertThat(counters.get(Counter.DDT_REQUESTS_UNANSWERED)).isEqualTo(1);
    }

    @Test
    @Conformance("C230")
    void shouldAnswerARepeatedRequestWithItsOwnNonce() {
        register("10.2.0.5");
        ask("10.2.0.5");
        ask("10.2.0.5");
        assertThat(counters.get(Counter.DDT_REQUESTS_REPEATED)).isEqualTo(1);
        timers.advance(Duration.ofSeconds(3));
        assertThat(answer().locators()).hasSize(1);
    }

    @Test
    @Conformance("C226")
    void shouldNotFollowReferralsThatLeadAround() {
        around.handler((data, offset, length, local, remote) -> {
            EncapsulatedControlMessage ecm = (EncapsulatedControlMessage) ControlCodec.decode(data, offset, length);
            MapRequest request = (MapRequest) ecm.message();
            send(around, referral(request.nonce(), "172.16.0.0/12", AROUND), remote);
        });
        ask("172.16.0.1");
        timers.advance(Duration.ofSeconds(60));
        assertThat(asked()).containsExactly(ROOT, AROUND);
        EidRecord negative = answer();
        assertThat(negative.ttlMinutes()).isEqualTo(1);
        network.forget();
        ask("172.16.0.2");
        timers.advance(Duration.ofSeconds(60));
        assertThat(asked())
                .as("from what was remembered, then once through the root")
                .containsExactly(AROUND, ROOT, AROUND);
        answer();
    }

    @Test
    void shouldBelieveOnlyTheNodeThatWasAsked() {
        ask("10.2.0.5");
        send(around, referral(nonce, "10.2.0.0/16", AROUND), at(RESOLVER));
        assertThat(asked()).doesNotContain(AROUND);
        assertThat(counters.get(Counter.MAP_REFERRALS_UNKNOWN)).isEqualTo(1);
    }

    private static MapReferral referral(long toNonce, String eid, IpAddress node) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return new MapReferral(
                toNonce,
                List.of(new MapReferral.Referral(
                        1440,
                        prefix.length(),
                        ReferralAction.NODE_REFERRAL,
                        true,
                        false,
                        0,
                        prefix.toAddress(),
                        List.of(RlocRecord.unicast(node, 1, 100, false)),
                        List.of())));
    }
}
