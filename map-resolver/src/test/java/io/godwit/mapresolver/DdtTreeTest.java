package io.godwit.mapresolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.memory.Datagram;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapresolver.discovery.Directory;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.DdtConfig;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A map-resolver in front of a tree: the root delegates 10/8 to a node, which delegates 10.2/16 to a map-server with a site of 10.2.0/24. */
class DdtTreeTest {
    private static final IpAddress RESOLVER = IpAddress.parse("192.0.2.200");
    private static final IpAddress ROOT = IpAddress.parse("192.0.2.1");
    private static final IpAddress SILENT_NODE = IpAddress.parse("192.0.2.2");
    private static final IpAddress NODE = IpAddress.parse("192.0.2.3");
    private static final IpAddress SERVER = IpAddress.parse("192.0.2.4");
    private static final IpAddress AROUND = IpAddress.parse("192.0.2.5");
    private static final IpAddress ITR = IpAddress.parse("192.0.2.50");
    private static final IpAddress ETR = IpAddress.parse("192.0.2.60");
    private static final AuthenticationKey KEY = new AuthenticationKey(
            1, AuthenticationAlgorithm.HMAC_SHA_256_128, "secret".getBytes(StandardCharsets.US_ASCII), false);

    private final VirtualTimers timers = new VirtualTimers();
    private final MemoryNetwork network = new MemoryNetwork(timers);
    private final Counters<Counter> counters = new Counters<>(Counter.class);
    private final ControlTransport itr = network.open(ITR);
    private final ControlTransport etr = network.open(ETR);
    private final ControlTransport around = network.open(AROUND);
    private final List<MapReply> replies = new ArrayList<>();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1500]);
    private final MapServer server;
    private long nonce;

    DdtTreeTest() {
        Directory nobody = new Directory();
        new MapResolver(nobody, List.of(ROOT), 1_000, network.open(RESOLVER), timers, counters).start();
        node(ROOT, "0.0.0.0/0", new Sites(), nodes("10.0.0.0/8", SILENT_NODE, NODE), nodes("172.16.0.0/12", AROUND));
        node(NODE, "10.0.0.0/8", new Sites(), servers("10.2.0.0/16", SERVER));
        Sites sites = new Sites();
        sites.add(
                new Site("cloud", Optional.empty(), List.of(KEY), true, Optional.empty()),
                List.of(new PrefixConfig(EidPrefix.parse("10.2.0.0/24"), true)));
        server = node(SERVER, "10.2.0.0/16", sites);
        itr.handler((data, offset, length, local, remote) -> {
            if (ControlCodec.decode(data, offset, length) instanceof MapReply reply) {
                replies.add(reply);
            }
        });
    }

    private MapServer node(IpAddress address, String authoritative, Sites sites, DdtConfig.Delegation... delegations) {
        MapServer made = new MapServer(sites, LimitsConfig.DEFAULT, network.open(address), timers);
        made.ddt(new DdtConfig(List.of(EidPrefix.parse(authoritative)), List.of(delegations), List.of(), List.of()));
        made.start();
        return made;
    }

    private static DdtConfig.Delegation nodes(String eid, IpAddress... nodes) {
        return new DdtConfig.Delegation(EidPrefix.parse(eid), List.of(nodes), List.of());
    }

    private static DdtConfig.Delegation servers(String eid, IpAddress... servers) {
        return new DdtConfig.Delegation(EidPrefix.parse(eid), List.of(), List.of(servers));
    }

    private void register(String eid) {
        EidPrefix prefix = EidPrefix.parse(eid);
        EidRecord record = new EidRecord(
                10, 32, Action.NO_ACTION, true, 0, prefix.toAddress(), List.of(RlocRecord.unicast(ETR, 1, 100, true)));
        MapRegister message = new MapRegister(
                Set.of(MapRegister.Flag.PROXY_REPLY),
                ++nonce,
                AuthenticationData.UNSIGNED,
                List.of(record),
                Optional.empty());
        int length = new MessageAuthentication().encodeSigned(message, KEY, buffer, 0);
        etr.send(buffer, 0, length, at(SERVER));
        timers.run();
        network.forget();
    }

    private void ask(String eid) {
        EidPrefix prefix = EidPrefix.parse(eid);
        MapRequest request = new MapRequest(
                Set.of(),
                ++nonce,
                NoAddress.INSTANCE,
                List.of(ITR),
                List.of(new MapRequest.RequestedEid(false, prefix.length(), prefix.toAddress())),
                Optional.empty(),
                Optional.empty());
        send(
                itr,
                new EncapsulatedControlMessage(
                        false, IpAddress.parse("10.9.9.9"), IpAddress.parse("10.2.0.5"), 4342, 4342, request, 0),
                at(RESOLVER));
    }

    private void send(ControlTransport from, ControlMessage message, Endpoint to) {
        from.send(buffer, 0, ControlCodec.encode(message, buffer, 0), to);
        timers.run();
    }

    private static Endpoint at(IpAddress address) {
        return new Endpoint(address, 4342);
    }

    /** Whom the map-resolver asked, in order. */
    private List<IpAddress> asked() {
        return sentByTheResolver().map(sent -> sent.to().address()).toList();
    }

    private Stream<Datagram> sentByTheResolver() {
        return network.sent().stream()
                .filter(sent -> sent.from().address().equals(RESOLVER))
                .filter(sent -> !sent.to().address().equals(ITR));
    }

    private EidRecord answer() {
        assertThat(replies).hasSize(1);
        assertThat(replies.getFirst().nonce()).isEqualTo(nonce);
        return replies.removeFirst().records().getFirst();
    }

    private static String prefix(EidRecord record) {
        return EidPrefix.of(record.eid(), record.maskLength()).orElseThrow().toString();
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
