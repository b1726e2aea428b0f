package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRequest;
import io.godwit.testing.Conformance;
import io.godwit.xtr.config.MapServerConfig;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 9437 at an xTR: its map-server publishes changes of the mappings in use. */
class SubscriptionTest extends ControlPlaneTest {
    private static final String EID = "10.2.0.5";

    @BeforeEach
    void subscribe() {
        site.stop();
        MapServerConfig server = site.config.mapServers().getFirst();
        site = new TestSite(
                        network,
                        timers,
                        directory,
                        ConfigEdit.withMapServer(
                                site.config, new MapServerConfig(server.address(), server.key(), true, true, false)))
                .start();
        timers.run();
    }

    /** The first mapping is learned as ever, and then serves to find out whether there are subscriptions. */
    private void offer() {
        learn("10.2.0.99", eidRecord("10.2.0.99", 1440, OTHER_RLOC));
        assertThat(lastRequest().identity()).isEmpty();
        advance(Duration.ofMillis(1_500));
        publish(mapServer, lastRequest().nonce(), eidRecord("10.2.0.99", 1440, OTHER_RLOC));
        mapServer.forget();
        resolver.forget();
    }

    private void publish(Peer from, long nonce, EidRecord... records) {
        from.sendSigned(
                new MapNotify(nonce, AuthenticationData.UNSIGNED, List.of(records), Optional.empty()), TestSite.RLOC);
        timers.run();
    }

    /** A subscription, confirmed; returns its nonce. */
    private long subscribed() {
        offer();
        site.misses(EID);
        long nonce = lastRequest().nonce();
        publish(mapServer, nonce, eidRecord(EID, 15, OTHER_RLOC));
        return nonce;
    }

    private List<Long> acknowledged() {
        return mapServer.received(MapNotifyAck.class).stream()
                .filter(Peer.Received::authentic)
                .map(ack -> ack.message().nonce())
                .toList();
    }

    private String locator() {
        return site.mapCache().stream()
                .filter(entry -> entry.eid().equals(EID + "/32"))
                .findFirst()
                .orElseThrow()
                .locators()
                .getFirst()
                .address();
    }

    @Test
    @Conformance("C195")
    void shouldAskForPublicationWithItsXtrIdAndSiteId() {
        offer();
        site.misses(EID);
        assertThat(lastRequest().records()).allMatch(MapRequest.RequestedEid::notification);
        assertThat(lastRequest().identity()).hasValueSatisfying(identity -> {
            assertThat(identity.siteId()).isEqualTo(7);
            assertThat(identity.xtrIdHigh() | identity.xtrIdLow()).isNotZero();
        });
    }

    @Test
    @Conformance("C198")
    void shouldUseAndAcknowledgeTheConfirmation() {
        long nonce = subscribed();
        assertThat(acknowledged()).containsExactly(nonce);
        assertThat(locator()).isEqualTo(OTHER_RLOC);
        assertThat(site.dataPlane.entry(EID)).containsInstanceOf(Forwarding.Remote.class);
        seconds(60);
        assertThat(resolver.encapsulatedRequests()).hasSize(1);
    }

    @Test
    @Conformance("C204")
    void shouldTakeNewerPublicationsWithGapsAndDropOlderOnes() {
        long nonce = subscribed();
        mapServer.forget();
        publish(mapServer, nonce + 5, eidRecord(EID, 15, THIRD_RLOC));
        assertThat(locator()).isEqualTo(THIRD_RLOC);
        publish(mapServer, nonce + 3, eidRecord(EID, 15, OTHER_RLOC));
        assertThat(locator()).isEqualTo(THIRD_RLOC);
        publish(mapServer, nonce + 5, eidRecord(EID, 15, THIRD_RLOC));
        assertThat(acknowledged()).containsExactly(nonce + 5, nonce + 5);
        assertThat(site.counter("publicationsStale")).isEqualTo(1);
    }

    @Test
    void shouldIgnorePublicationsThatItsMapServersHaveNotSigned() {
        long nonce = subscribed();
        otherXtr.send(
                new MapNotify(
                        nonce + 1,
                        AuthenticationData.UNSIGNED,
                        List.of(eidRecord(EID, 15, THIRD_RLOC)),
                        Optional.empty()),
                TestSite.RLOC);
        timers.run();
        assertThat(locator()).isEqualTo(OTHER_RLOC);
    }

    @Test
    void shouldForgetWhatWasWithdrawn() {
        long nonce = subscribed();
        publish(mapServer, nonce + 1, eidRecord(EID, 0, OTHER_RLOC));
        assertThat(site.dataPlane.entry(EID)).isEmpty();
        seconds(2);
        site.misses(EID);
        assertThat(lastRequest().nonce()).isGreaterThan(nonce + 1);
    }

    @Test
    void shouldSendPlainRequestsForAWhileWhereNothingIsPublished() {
        learn(EID, eidRecord(EID, 1440, OTHER_RLOC));
        advance(Duration.ofMillis(1_500));
        assertThat(lastRequest().identity()).isPresent();
        resolver.reply(lastRequest(), refusal(Action.DROP_AUTH_FAILURE));
        timers.run();
        assertThat(locator()).isEqualTo(OTHER_RLOC);
        for (int host = 6; host < 9; host++) {
            learn("10.2.0." + host, eidRecord("10.2.0." + host, 1440, OTHER_RLOC));
            seconds(5);
            assertThat(lastRequest().identity()).isEmpty();
            assertThat(lastRequest().records()).noneMatch(MapRequest.RequestedEid::notification);
        }
        seconds(11 * 60);
        learn("10.2.0.9", eidRecord("10.2.0.9", 1440, OTHER_RLOC));
        advance(Duration.ofMillis(1_500));
        assertThat(lastRequest().identity()).isPresent();
    }

    private static EidRecord refusal(Action action) {
        return new EidRecord(15, 32, action, false, 0, IpAddress.parse(EID), List.of());
    }

    @Test
    void shouldAskAgainWithoutSubscribingWhenOnlyThatIsDenied() {
        offer();
        learn(EID, refusal(Action.DROP_POLICY_DENIED));
        assertThat(site.dataPlane.entry(EID)).isEmpty();
        seconds(1);
        assertThat(lastRequest().identity()).isEmpty();
        resolver.reply(lastRequest(), eidRecord(EID, 15, OTHER_RLOC));
        timers.run();
        assertThat(locator()).isEqualTo(OTHER_RLOC);
    }

    @Test
    void shouldNotForgetAnSmrThatComesWhileItFindsOutWhetherThereAreSubscriptions() {
        learn(EID, eidRecord(EID, 15, OTHER_RLOC));
        advance(Duration.ofMillis(1_500));
        otherXtr.send(request(EID, MapRequest.Flag.SMR), TestSite.RLOC);
        seconds(1);
        assertThat(lastRequest().flags()).containsExactly(MapRequest.Flag.SMR_INVOKED);
        assertThat(lastRequest().identity()).isEmpty();
        resolver.reply(lastRequest(), eidRecord(EID, 15, THIRD_RLOC));
        timers.run();
        assertThat(locator()).isEqualTo(THIRD_RLOC);
    }

    @Test
    void shouldAskPlainlyWhenSubscriptionsAreNotAnswered() {
        offer();
        site.misses(EID);
        seconds(4);
        assertThat(resolver.encapsulatedRequests())
                .extracting(request -> request.identity().isPresent())
                .startsWith(true, false, false);
    }

    @Test
    void shouldEndTheSubscriptionToWhatIsNotInUseAnyMore() {
        long nonce = subscribed();
        seconds(16 * 60);
        assertThat(site.mapCache()).hasSize(1);
        MapRequest end = lastRequest();
        assertThat(end.itrRlocs()).containsExactly(NoAddress.INSTANCE);
        assertThat(end.nonce()).isGreaterThan(nonce);
        mapServer.forget();
        publish(mapServer, end.nonce(), eidRecord(EID, 15, OTHER_RLOC));
        assertThat(acknowledged()).containsExactly(end.nonce());
        assertThat(site.mapCache()).hasSize(1);
    }
}
