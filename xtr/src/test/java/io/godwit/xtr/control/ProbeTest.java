package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import io.godwit.xtr.control.fake.IcmpMessage;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.control.reach.ProbeAgent;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RLOC-probing by an ITR whose packets go to a site with two RLOCs. */
class ProbeTest extends ControlPlaneTest {
    private static final String EID = "10.2.0.0/16";
    private static final int HOST_UNREACHABLE = 1;
    private static final IpAddress OTHER = IpAddress.parse(OTHER_RLOC);
    private static final IpAddress THIRD = IpAddress.parse(THIRD_RLOC);

    private final Peer third = new Peer(network, timers, THIRD_RLOC, TestSite.KEY);

    @BeforeEach
    void startProbing() {
        site.stop();
        site = new TestSite(network, timers, directory, ConfigEdit.withProbing(site.config, Duration.ofSeconds(10)))
                .start();
        learn("10.2.0.1", TestSite.eidRecord(EID, 1440, OTHER_RLOC, THIRD_RLOC));
        site.dataPlane.recent.add(OTHER);
        otherXtr.forget();
        resolver.forget();
    }

    private static List<Peer.Received<MapRequest>> probes(Peer peer) {
        return peer.received(MapRequest.class);
    }

    private static EidRecord eidRecord(boolean authoritative, String probed, String... rlocs) {
        List<RlocRecord> records = Arrays.stream(rlocs)
                .map(rloc -> new RlocRecord(1, 100, 255, 0, true, probed.contains(rloc), true, IpAddress.parse(rloc)))
                .toList();
        return new EidRecord(1440, 16, Action.NO_ACTION, authoritative, 0, IpAddress.parse("10.2.0.0"), records);
    }

    /** To the last probe, as it should be. */
    private void answer(Peer peer) {
        answer(peer, eidRecord(true, peer.address().toString(), OTHER_RLOC, THIRD_RLOC));
    }

    private void answer(Peer peer, EidRecord eidRecord) {
        MapRequest probe = probes(peer).getLast().message();
        peer.send(new MapReply(true, false, probe.nonce(), List.of(eidRecord)), TestSite.RLOC);
        timers.run();
    }

    /** Time passes, in which those given answer every probe. */
    private void live(int seconds, Peer... answering) {
        for (int i = 0; i < seconds * 10; i++) {
            int[] before = Arrays.stream(answering)
                    .mapToInt(peer -> probes(peer).size())
                    .toArray();
            advance(Duration.ofMillis(100));
            for (int j = 0; j < answering.length; j++) {
                if (probes(answering[j]).size() > before[j]) {
                    answer(answering[j]);
                }
            }
        }
    }

    private String state(IpAddress rloc) {
        List<ProbeAgent.View> views = site.get("/v1/reachability");
        return views.stream()
                .filter(view -> view.address().equals(rloc.toString()))
                .map(ProbeAgent.View::state)
                .findFirst()
                .orElse("not probed");
    }

    @Test
    @Conformance("C134")
    void shouldAskTheRlocItself() {
        seconds(2);

        MapRequest probe = probes(otherXtr).getFirst().message();
        assertThat(probe.flags()).containsExactly(Flag.PROBE);
        assertThat(probe.sourceEid()).isEqualTo(NoAddress.INSTANCE);
        assertThat(probe.itrRlocs()).containsExactly(IpAddress.parse(TestSite.RLOC));
        assertThat(probe.records().getFirst().maskLength()).isEqualTo(16);
        assertThat(probe.records().getFirst().eid()).isEqualTo(IpAddress.parse("10.2.0.0"));
        assertThat(probes(third)).isNotEmpty();
        assertThat(otherXtr.received(EncapsulatedControlMessage.class)).isEmpty();
        assertThat(resolver.received()).isEmpty();
    }

    /** Reachability is not tested with data packets: the data plane is asked for nothing. */
    @Test
    @Conformance({"C139", "C144"})
    void shouldAskAtUnevenTimes() {
        List<String> before = List.copyOf(site.dataPlane.history);
        live(300, otherXtr, third);

        List<Peer.Received<MapRequest>> all = probes(otherXtr);
        Set<Long> intervals = new HashSet<>();
        for (int i = 1; i < all.size(); i++) {
            long millis = (all.get(i).at() - all.get(i - 1).at()) / 1_000_000;
            assertThat(millis).isBetween(7_400L, 12_700L);
            intervals.add(millis);
        }
        assertThat(all).hasSizeBetween(24, 40);
        assertThat(intervals).hasSizeGreaterThan(10);
        assertThat(site.dataPlane.history).isEqualTo(before);
    }

    @Test
    @Conformance("C141")
    void shouldLeaveWhatDoesNotAnswerAnyMoreUntilItDoes() {
        live(30, otherXtr, third);
        assertThat(state(OTHER)).isEqualTo("answers");

        live(20, third);
        assertThat(site.dataPlane.silent).containsExactly(OTHER);
        assertThat(state(OTHER)).isEqualTo("silent");
        assertThat(site.eventKinds()).contains("locator-silent");

        site.dataPlane.recent.clear();
        site.dataPlane.recent.add(THIRD);
        live(20, otherXtr, third);
        assertThat(site.dataPlane.silent).isEmpty();
        assertThat(state(OTHER)).isEqualTo("answers");
        assertThat(site.eventKinds()).contains("locator-answers");
    }

    @Test
    void shouldNotLeaveWhatLostTwoProbes() {
        live(30, otherXtr, third);
        int before = probes(otherXtr).size();
        while (probes(otherXtr).size() < before + 3) {
            live(1, third);
        }
        answer(otherXtr);

        live(5, third);
        assertThat(site.dataPlane.silent).isEmpty();
    }

    /** Some do not know probes: they give way only to one that is known to answer. */
    @Test
    void shouldLeaveWhatNeverAnsweredOnlyForOneThatDoes() {
        live(60);
        assertThat(site.dataPlane.silent).isEmpty();
        assertThat(state(OTHER)).isEqualTo("unknown");

        live(60, third);
        assertThat(site.dataPlane.silent).containsExactly(OTHER);
    }

    @Test
    @Conformance("C137")
    void shouldDiscardAnAnswerWithARecordThatIsNotAuthoritative() {
        seconds(1);
        answer(otherXtr, eidRecord(false, OTHER_RLOC, OTHER_RLOC, THIRD_RLOC));

        assertThat(state(OTHER)).isEqualTo("unknown");
        assertThat(site.counter("probeRepliesNotAuthoritative")).isEqualTo(1);
        answer(otherXtr);
        assertThat(state(OTHER)).isEqualTo("answers");
    }

    @Test
    @Conformance("C131")
    void shouldTakeTheFirstOfTwoLocatorsMarkedAsProbed() {
        seconds(1);
        answer(otherXtr, eidRecord(true, THIRD_RLOC + " " + OTHER_RLOC, THIRD_RLOC, OTHER_RLOC));

        assertThat(state(THIRD)).isEqualTo("answers");
        assertThat(state(OTHER)).isEqualTo("unknown");
    }

    /** Anybody can send such an error. */
    @Test
    @Conformance("C143")
    void shouldAskAtOnceWhenAnIcmpErrorSaysThatARlocIsOutOfReachAndBelieveTheRlocOnly() {
        live(60, otherXtr, third);
        for (int i = 0; i < 200; i++) {
            int before = probes(otherXtr).size();
            site.icmpError(TestSite.RLOC, IcmpMessage.about(HOST_UNREACHABLE, new Ipv4Address(0xc633_6407), 100));
            live(1, otherXtr, third);
            assertThat(probes(otherXtr)).hasSizeBetween(before, before + 2);
        }
        assertThat(site.counter("probesAfterIcmp")).isGreaterThan(90);
        assertThat(state(OTHER)).isEqualTo("answers");
        assertThat(site.dataPlane.silent).isEmpty();

        live(2, otherXtr, third); // long enough after the last question
        site.icmpError(TestSite.RLOC, IcmpMessage.about(HOST_UNREACHABLE, new Ipv4Address(0xc633_6407), 100));
        live(4, third);
        assertThat(site.dataPlane.silent).as("sooner than in an interval").containsExactly(OTHER);
    }

    @Test
    void shouldNotBelieveAnAnswerToNoQuestion() {
        seconds(1);
        EidRecord eidRecord = eidRecord(true, OTHER_RLOC, OTHER_RLOC, THIRD_RLOC);
        otherXtr.send(
                new MapReply(true, false, 99, List.of(eidRecord)),
                new Endpoint(IpAddress.parse(TestSite.RLOC), ControlCodec.PORT));
        timers.run();

        assertThat(state(OTHER)).isEqualTo("unknown");
        assertThat(site.counter("mapRepliesUnknownNonce")).isEqualTo(1);
    }

    /** An answer from before a move may come after it: the mapping system is asked. */
    @Test
    void shouldAskTheMappingSystemWhenAnAnswerTellsOfAnotherMapping() {
        seconds(1);
        answer(otherXtr);
        assertThat(resolver.received()).isEmpty();
        seconds(15);
        answer(otherXtr, eidRecord(true, OTHER_RLOC, OTHER_RLOC));

        assertThat(lastRequest().records().getFirst().eid()).isEqualTo(IpAddress.parse("10.2.0.0"));
        assertThat(site.mapCache().getFirst().locators()).hasSize(2);
        resolver.forget();
        seconds(30);
        answer(otherXtr, eidRecord(true, OTHER_RLOC, OTHER_RLOC));
        assertThat(resolver.encapsulatedRequests().stream()
                        .map(MapRequest::nonce)
                        .distinct())
                .as("repeated only until it is answered")
                .hasSizeLessThan(8);
    }

    @Test
    void shouldAskNobodyWhereNoPacketsGo() {
        live(5, otherXtr, third);
        site.dataPlane.recent.clear();
        seconds(2);
        int before = probes(otherXtr).size();

        seconds(120);

        assertThat(probes(otherXtr)).hasSize(before);
        assertThat(state(OTHER)).isEqualTo("not probed");
    }

    @Test
    void shouldForgetTheSilenceOfOneThatIsNotUsed() {
        live(30, otherXtr, third);
        live(20, third);
        assertThat(site.dataPlane.silent).containsExactly(OTHER);
        site.dataPlane.recent.clear();

        seconds(2);

        assertThat(site.dataPlane.silent).isEmpty();
    }
}
