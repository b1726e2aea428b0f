package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.testing.Conformance;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SmrTest extends ControlPlaneTest {
    private static final String EID = "10.2.0.77";

    private List<MapRequest> smrs(Peer peer) {
        return peer.received(MapRequest.class).stream()
                .map(Peer.Received::message)
                .filter(r -> r.has(Flag.SMR))
                .toList();
    }

    private void smr(MapRequest message) {
        otherXtr.send(message, TestSite.RLOC);
        timers.run();
    }

    @Test
    @Conformance({"C190", "C194"})
    void shouldAskTheMappingSystemWhenToldThatAMappingChanged() {
        learn(EID, eidRecord(EID, 15, OTHER_RLOC));
        seconds(5);
        otherXtr.forget();
        smr(request(EID, Flag.SMR, Flag.DO_NOT_REPLY));

        assertThat(resolver.encapsulatedRequests()).hasSize(2);
        assertThat(lastRequest().has(Flag.SMR_INVOKED)).isTrue();
        assertThat(otherXtr.received()).isEmpty();
        assertThat(site.mapCache()).hasSize(1);
        assertThat(site.dataPlane.entry(EID)).isPresent();

        resolver.reply(lastRequest(), eidRecord(EID, 15, THIRD_RLOC));
        timers.run();
        assertThat(site.dataPlane.entry(EID))
                .hasValueSatisfying(f -> assertThat(f.toString()).contains(THIRD_RLOC));
        assertThat(site.eventKinds()).contains("smr-received", "map-cache-changed");
    }

    @Test
    @Conformance("C193")
    void shouldUnderstandTheChangedEidInSourceEid() {
        learn(EID, eidRecord("10.2.0.0/24", 15, OTHER_RLOC));
        seconds(5);
        MapRequest reversed = new MapRequest(
                Set.of(Flag.SMR),
                0,
                IpAddress.parse("10.2.0.0"),
                List.of(IpAddress.parse(OTHER_RLOC)),
                List.of(new MapRequest.RequestedEid(false, 24, IpAddress.parse("10.3.0.0"))),
                Optional.empty(),
                Optional.empty());
        smr(reversed);

        assertThat(resolver.encapsulatedRequests()).hasSize(2);
        assertThat(lastRequest().records())
                .containsExactly(new MapRequest.RequestedEid(false, 24, IpAddress.parse("10.2.0.0")));
    }

    @Test
    @Conformance("C192")
    void shouldIgnoreAnSmrForWhatItDoesNotUse() {
        smr(request(EID, Flag.SMR, Flag.DO_NOT_REPLY));
        assertThat(resolver.encapsulatedRequests()).isEmpty();
        assertThat(site.counter("smrsNotCached")).isEqualTo(1);
    }

    @Test
    @Conformance("C191")
    void shouldAskOnceInThreeSecondsHoweverManySmrsCome() {
        learn(EID, eidRecord(EID, 15, OTHER_RLOC));
        seconds(5);
        for (int i = 0; i < 290; i++) {
            smr(request(EID, Flag.SMR, Flag.DO_NOT_REPLY));
            if (resolver.encapsulatedRequests().size() > 1) {
                resolver.reply(lastRequest(), eidRecord(EID, 15, OTHER_RLOC));
            }
            advance(Duration.ofMillis(10));
        }
        assertThat(resolver.encapsulatedRequests()).hasSize(2);
        seconds(1);
        assertThat(resolver.encapsulatedRequests()).hasSize(3);
    }

    @Test
    @Conformance("C188")
    void shouldTellThoseItSendsToWhenAHostHasArrived() {
        site.dataPlane.recent.add(IpAddress.parse(OTHER_RLOC));
        site.seen(TestSite.VM, TestSite.VM_MAC);

        MapRequest smr = smrs(otherXtr).getFirst();
        assertThat(smr.sourceEid()).isEqualTo(IpAddress.parse(TestSite.VM));
        assertThat(smr.records()).containsExactly(new MapRequest.RequestedEid(false, 32, IpAddress.parse(TestSite.VM)));
        assertThat(smr.has(Flag.DO_NOT_REPLY)).isTrue();
    }

    @Test
    void shouldTellOnlyWhenTheMapServerKnows() {
        mapServer.confirms = false;
        site.dataPlane.recent.add(IpAddress.parse(OTHER_RLOC));
        site.seen(TestSite.VM, TestSite.VM_MAC);
        assertThat(smrs(otherXtr)).isEmpty();

        seconds(1);
        assertThat(smrs(otherXtr)).hasSize(1);
    }

    @Test
    @Conformance("C189")
    void shouldSendAtMostOneSmrInThreeSecondsToAnRloc() {
        site.dataPlane.recent.add(IpAddress.parse(OTHER_RLOC));
        for (int i = 10; i < 14; i++) {
            site.seen("10.1.0." + i, "52:54:00:00:00:" + i);
        }
        assertThat(smrs(otherXtr)).hasSize(1);
        advance(Duration.ofMillis(2_999));
        assertThat(smrs(otherXtr)).hasSize(1);
        advance(Duration.ofMillis(1));
        assertThat(smrs(otherXtr)).hasSize(2);
        seconds(6);
        assertThat(smrs(otherXtr)).hasSize(4);
        assertThat(smrs(otherXtr)).extracting(MapRequest::sourceEid).doesNotHaveDuplicates();
    }

    @Test
    @Conformance("C256")
    void shouldTellWhoSendsToAHostThatHasLeft() {
        site.seen(TestSite.VM, TestSite.VM_MAC);
        site.move(TestSite.VM, "switch", THIRD_RLOC);
        seconds(2);
        for (int i = 0; i < 10; i++) {
            site.dataPlane.happens(e -> e.onAwayTraffic(0, IpAddress.parse(TestSite.VM), IpAddress.parse(OTHER_RLOC)));
            timers.run();
        }
        assertThat(smrs(otherXtr)).hasSize(1);
        seconds(3);
        assertThat(smrs(otherXtr)).hasSize(1 + 1);
        assertThat(site.dataPlane.entry(TestSite.VM)).containsInstanceOf(Forwarding.Leaving.class);
    }

    @Test
    void shouldTellWhoSendsToAHostThatIsNotHere() {
        site.dataPlane.happens(e -> e.onNotLocal(0, IpAddress.parse(TestSite.VM), IpAddress.parse(OTHER_RLOC)));
        timers.run();
        assertThat(smrs(otherXtr)).hasSize(1);
    }
}
