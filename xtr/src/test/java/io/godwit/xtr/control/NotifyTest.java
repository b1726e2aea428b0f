package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.VM;
import static io.godwit.xtr.control.fake.TestSite.VM_MAC;
import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapRequest;
import io.godwit.testing.Conformance;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Map-Notifies that are not an answer: somebody else has registered an EID. */
class NotifyTest extends ControlPlaneTest {
    private static final long NONCE = 0x77;

    private void notifies(Peer from, EidRecord... eidRecords) {
        from.sendSigned(
                new MapNotify(NONCE, AuthenticationData.UNSIGNED, List.of(eidRecords), Optional.empty()),
                TestSite.RLOC);
        timers.run();
    }

    private static final List<Locator> OTHER = List.of(new Locator(IpAddress.parse(OTHER_RLOC), 1, 100));

    private List<Peer.Received<MapNotifyAck>> acks() {
        return mapServer.received(MapNotifyAck.class);
    }

    @Test
    void shouldSendNothingAgainOfWhatSomebodyElseSendsOn() {
        site.seen(VM, VM_MAC);
        seconds(15);
        site.hold(VM);
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC));
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Away(OTHER));
    }

    @Test
    @Conformance({"C170", "C255"})
    void shouldBelieveThatAHostHasLeftAndAcknowledge() {
        site.seen(VM, VM_MAC);
        seconds(15);
        mapServer.forget();
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC));

        assertThat(acks()).singleElement().satisfies(ack -> {
            assertThat(ack.authentic()).isTrue();
            assertThat(ack.message().nonce()).isEqualTo(NONCE);
            assertThat(ack.message().records()).hasSize(1);
        });
        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.hasHostRoute(VM)).isFalse();
        assertThat(site.dataPlane.entry(VM))
                .as("nobody had said that it would go")
                .contains(new Forwarding.Away(OTHER, true));
        seconds(200);
        assertThat(mapServer.received(MapRegister.class).stream()
                        .flatMap(r -> r.message().records().stream())
                        .map(EidRecord::eid))
                .doesNotContain(IpAddress.parse(VM));
        assertThat(site.eventKinds()).contains("notify-received", "moved-away");
    }

    @Test
    @Conformance("C171")
    void shouldIgnoreAMapNotifyWithABadSignature() {
        site.seen(VM, VM_MAC);
        seconds(15);
        var wrong = new AuthenticationKey(
                1, AuthenticationAlgorithm.HMAC_SHA_256_128, "guess".getBytes(StandardCharsets.UTF_8), false);
        Peer forger = new Peer(network, timers, THIRD_RLOC, wrong);
        notifies(forger, eidRecord(VM, 15, OTHER_RLOC));

        assertThat(forger.received()).isEmpty();
        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.counter("mapNotifiesBadAuthentication")).isEqualTo(1);
    }

    @Test
    void shouldKeepAHostWhoseRecordListsUs() {
        site.seen(VM, VM_MAC);
        seconds(15);
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC, TestSite.RLOC));
        assertThat(site.state(VM)).isEqualTo("local");
    }

    @Test
    void shouldNotLetOldNewsEvictAHostThatHasJustArrived() {
        site.seen(VM, VM_MAC);
        seconds(1);
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC));

        // It asks, and the mapping system says that our own registration is the newer one.
        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(acks()).hasSize(1);
        resolver.reply(lastRequest(), eidRecord(VM, 15, TestSite.RLOC, TestSite.RLOC6));
        timers.run();
        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
    }

    @Test
    void shouldLetAHostGoThatReallyLeftAtOnceAgain() {
        site.seen(VM, VM_MAC);
        seconds(1);
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC));
        resolver.reply(lastRequest(), eidRecord(VM, 15, OTHER_RLOC));
        timers.run();

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.mapCache()).isEmpty();
    }

    @Test
    void shouldAskOnlyWhenOurRegistrationHasBeenConfirmed() {
        mapServer.confirms = false;
        site.seen(VM, VM_MAC);
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC));
        assertThat(resolver.encapsulatedRequests()).isEmpty();
        assertThat(site.state(VM)).isEqualTo("local");

        mapServer.confirms = true;
        seconds(1);
        assertThat(resolver.encapsulatedRequests()).hasSize(1);
    }

    /** The answer was given before the host came: a restarted xTR once asked for it, because packets came, and threw it out by that. */
    @Test
    void shouldNotCountAnAnswerToWhatWasAskedBeforeTheHostCame() {
        site.misses(VM);
        MapRequest early = lastRequest();
        site.seen(VM, VM_MAC);
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC));
        resolver.reply(early, eidRecord(VM, 15, OTHER_RLOC));
        timers.run();
        assertThat(site.state(VM)).isEqualTo("local");

        seconds(1);
        assertThat(resolver.encapsulatedRequests()).hasSize(2);
        resolver.reply(lastRequest(), eidRecord(VM, 15, TestSite.RLOC, TestSite.RLOC6));
        timers.run();
        assertThat(site.state(VM)).isEqualTo("local");
    }

    /** Each packet until then is lost. */
    @Test
    void shouldLetAHostGoAtOnceThatHasBeenHereForLongerThanAMessageTravels() {
        site.seen(VM, VM_MAC);
        seconds(2);
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC));

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.probes).contains(VM + " at " + VM_MAC);
    }

    @Test
    void shouldHaveAHostBackThatAnswersWhenItIsSaidToHaveLeft() {
        site.seen(VM, VM_MAC);
        seconds(2);
        notifies(mapServer, eidRecord(VM, 15, OTHER_RLOC));
        assertThat(site.state(VM)).isEqualTo("away");
        site.seen(VM, VM_MAC);

        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.hasHostRoute(VM)).isTrue();
    }

    @Test
    void shouldTellSendersOnlyWhenTheMoveIsConfirmed() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", THIRD_RLOC);
        site.dataPlane.happens(e -> e.onAwayTraffic(0, IpAddress.parse(VM), IpAddress.parse(OTHER_RLOC)));
        timers.run();
        assertThat(otherXtr.received()).isEmpty();

        notifies(mapServer, eidRecord(VM, 15, THIRD_RLOC));
        assertThat(otherXtr.received()).hasSize(1);
    }
}
