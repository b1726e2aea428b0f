package io.godwit.mapserver;

import static io.godwit.mapserver.TestXtr.locators;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.memory.Datagram;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.RateLimits;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EcmAuthentication;
import io.godwit.packet.control.EidAuthentication;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.testing.Conformance;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** RFC 9437: subscriptions, and what is published to whom. */
class PublishSubscribeTest {
    private static final String EID = "10.0.0.5";

    private final World world = new World();
    private final TestXtr a = world.xtr(1);
    private final TestXtr b = world.xtr(2);
    private final TestXtr itr = world.xtr(3);

    @Test
    @Conformance("C197")
    void shouldConfirmWithAMapNotifyOfTheRequestsNonce() {
        a.register(EID);
        itr.subscribe(EID);
        assertThat(itr.inbox).singleElement().isInstanceOfSatisfying(MapNotify.class, notify -> {
            assertThat(notify.nonce()).isEqualTo(itr.nonce);
            assertThat(locators(notify.records().getFirst())).containsExactly("192.0.2.1");
        });
        assertThat(itr.lastIsSignedWith(World.KEY)).isTrue();
        assertThat(world.server.subscriptions()).isEqualTo(1);
    }

    @Test
    @Conformance("C203")
    void shouldPublishAMoveOnceWithTheNextNonceUntilItIsAcknowledged() {
        a.register(EID);
        itr.subscribe(EID).acknowledgeAll().forget();
        world.network.forget();
        b.register(EID);
        assertThat(itr.notifies()).singleElement().satisfies(notify -> {
            assertThat(notify.nonce()).isEqualTo(itr.nonce + 1);
            assertThat(locators(notify.records().getFirst())).containsExactly("192.0.2.2");
        });
        world.advance(4);
        assertThat(sentTo(itr)).containsExactly(0L, 3L);
        itr.acknowledge(itr.lastNotify(), World.key(1, "guessed"));
        world.advance(3);
        assertThat(sentTo(itr)).containsExactly(0L, 3L, 6L);
        itr.acknowledge(itr.lastNotify(), World.KEY);
        world.advance(120);
        assertThat(sentTo(itr)).containsExactly(0L, 3L, 6L);
        assertThat(world.server.subscriptions()).isEqualTo(1);
    }

    /** An xTR sends its data-driven SMRs when it has been told that it lost the EID. */
    @Test
    @Conformance("C263")
    void shouldPublishAMoveBeforeTheXtrThatLostTheEidCanSolicitTheSubscriber() {
        a.register(EID);
        itr.subscribe(EID).acknowledgeAll().forget();
        world.network.forget();
        b.register(EID);
        List<IpAddress> told = world.network.sent().stream()
                .filter(sent -> sent.from().equals(World.SERVER) && sent.message() instanceof MapNotify)
                .map(sent -> sent.to().address())
                .filter(to -> !to.equals(b.rloc))
                .toList();
        assertThat(told).containsExactly(itr.rloc, a.rloc);
    }

    @Test
    @Conformance("C203")
    void shouldPublishWhatIsMoreSpecificThanTheSubscription() {
        a.register("10.0.0.0/24");
        itr.subscribe("10.0.0.77").acknowledgeAll().forget();
        b.register("10.0.0.77");
        assertThat(itr.notifies()).singleElement().satisfies(notify -> {
            EidRecord record = notify.records().getFirst();
            assertThat(record.maskLength()).isEqualTo(32);
            assertThat(locators(record)).containsExactly("192.0.2.2");
        });
        b.register("10.0.1.77");
        assertThat(itr.notifies()).hasSize(1);
    }

    @Test
    void shouldNotPublishARefresh() {
        a.register(EID);
        itr.subscribe(EID).acknowledgeAll().forget();
        a.register(EID);
        assertThat(itr.inbox).isEmpty();
    }

    @Test
    @Conformance("C205")
    void shouldPublishAWithdrawalWithTtlZero() {
        a.register(EID);
        itr.subscribe(EID).acknowledgeAll().forget();
        a.withdraw(EID);
        assertThat(itr.lastNotify().records()).singleElement().satisfies(record -> {
            assertThat(record.ttlMinutes()).isZero();
            assertThat(record.locators()).isEmpty();
        });
    }

    @Test
    @Conformance("C207")
    void shouldSubscribeForAWhileToWhatNobodyHas() {
        itr.subscribe(EID).acknowledgeAll().forget();
        a.register(EID);
        assertThat(itr.notifies()).singleElement().satisfies(notify -> assertThat(
                        locators(notify.records().getFirst()))
                .containsExactly("192.0.2.1"));
        itr.acknowledgeAll().forget();
        world.advance(17 * 60);
        assertThat(world.server.subscriptions()).isZero();
    }

    @Test
    void shouldPublishALessSpecificToThoseWhoWereToldOfAHoleInIt() {
        itr.subscribe(EID).acknowledgeAll().forget();
        a.register("10.0.0.0/16");
        assertThat(itr.notifies()).hasSize(1);
    }

    @Test
    @Conformance("C199")
    void shouldDropASubscriptionWithAnOldNonceInSilence() {
        a.register(EID);
        MapRequest first = itr.subscription(EID, itr.rloc);
        itr.send(World.ecm(first, 4342), World.SERVER);
        itr.acknowledgeAll().forget();
        itr.send(World.ecm(first, 4342), World.SERVER);
        assertThat(itr.inbox).isEmpty();
        assertThat(world.count(Counter.SUBSCRIPTIONS_DROPPED_REPLAYED)).isEqualTo(1);
    }

    @Test
    @Conformance("C200")
    void shouldTakeTheNewItrRlocOfALaterRequest() {
        a.register(EID);
        itr.subscribe(EID).acknowledgeAll();
        itr.send(World.ecm(itr.subscription(EID, itr.rlocV6), 4342), World.SERVER);
        itr.acknowledgeAll().forget();
        world.network.forget();
        b.register(EID);
        assertThat(world.network.sent()).anyMatch(sent -> sent.to().address().equals(itr.rlocV6));
        assertThat(sentTo(itr)).isEmpty();
        assertThat(world.server.subscriptions()).isEqualTo(1);
    }

    @Test
    void shouldNotTurnASubscriptionToWhoeverOnlyKnowsItsXtrId() {
        a.register(EID);
        itr.subscribe(EID).acknowledgeAll().forget();
        TestXtr thief = world.xtr(4);
        thief.identity = itr.identity;
        thief.key = World.key(1, "guessed");
        thief.nonce = itr.nonce + 1_000;
        thief.subscribe(EID).acknowledgeAll().forget();
        thief.send(World.ecm(thief.subscription(EID, NoAddress.INSTANCE), 4342), World.SERVER);
        thief.forget();
        b.register(EID);
        assertThat(itr.notifies()).hasSize(1);
        itr.acknowledgeAll().nonce += 10;
        itr.subscribe(EID).acknowledgeAll().forget();
        a.acknowledgeAll().register(EID);
        assertThat(itr.notifies()).hasSize(1);
        itr.acknowledgeAll();
        world.advance(120);
        assertThat(thief.notifies())
                .allSatisfy(notify -> assertThat(notify.nonce()).isGreaterThan(itr.nonce + 500));
        assertThat(world.server.subscriptions()).isEqualTo(1);
    }

    @Test
    void shouldTellWhatChangedBeforeTheConfirmation() {
        a.register(EID);
        itr.subscribe(EID);
        MapNotify confirmation = itr.lastNotify();
        b.register(EID);
        assertThat(itr.notifies()).hasSize(1);
        itr.acknowledge(confirmation, World.KEY);
        assertThat(locators(itr.lastNotify().records().getFirst())).containsExactly("192.0.2.2");
    }

    @Test
    @Conformance("C208")
    void shouldLimitSubscriptionsAndNotifiesInASecond() {
        World slow = new World(slow());
        TestXtr holder = slow.xtr(1).register(EID);
        List<TestXtr> itrs = List.of(slow.xtr(3), slow.xtr(4), slow.xtr(5));
        itrs.forEach(one -> one.subscribe(EID));
        assertThat(itrs).extracting(one -> one.notifies().size()).containsExactly(1, 1, 0);
        assertThat(itrs.getLast().replies()).hasSize(1);
        assertThat(slow.count(Counter.SUBSCRIPTIONS_REFUSED_RATE_LIMITED)).isEqualTo(1);
        itrs.forEach(TestXtr::acknowledgeAll);
        slow.advance(5);
        itrs.forEach(TestXtr::forget);
        slow.xtr(2).register(EID);
        slow.xtr(6).register(EID);
        slow.xtr(7).register(EID);
        assertThat(slow.count(Counter.PUBLICATIONS_DELAYED)).isPositive();
        slow.advance(3);
        assertThat(itrs.getFirst().lastNotify().records().getFirst().locators())
                .extracting(locator -> locator.locator().toString())
                .containsExactly("192.0.2.7");
        assertThat(holder.notifies()).isNotEmpty();
    }

    private static LimitsConfig slow() {
        return new LimitsConfig(100, 100, 1000, 10, 80, 10, 100, new RateLimits(1000, 1000, 1000, 2, 2));
    }

    @Test
    @Conformance("C209")
    void shouldRefuseAOneTimeKeyThatWasUsedBefore() {
        a.register(EID);
        itr.send(protectedBy(7, itr.subscription(EID, itr.rloc)), World.SERVER);
        assertThat(itr.notifies()).hasSize(1);
        itr.acknowledgeAll();
        itr.send(protectedBy(7, itr.subscription(EID, itr.rloc)), World.SERVER);
        assertThat(itr.replies()).singleElement().satisfies(reply -> assertThat(
                        reply.records().getFirst().action())
                .isEqualTo(Action.DROP_AUTH_FAILURE));
        itr.send(protectedBy(8, itr.subscription(EID, itr.rloc)), World.SERVER);
        assertThat(itr.notifies()).hasSize(2);
    }

    private static EncapsulatedControlMessage protectedBy(int key, MapRequest request) {
        byte[] oneTimeKey = new byte[16];
        oneTimeKey[0] = (byte) key;
        return new EncapsulatedControlMessage(
                false,
                Set.of(),
                Optional.of(new EcmAuthentication.LispSec(
                        0, 1, 1, 0, Octets.copyOf(oneTimeKey), EidAuthentication.request(0))),
                IpAddress.parse("10.1.1.1"),
                IpAddress.parse("10.0.0.5"),
                4342,
                4342,
                request,
                0);
    }

    @Test
    @Conformance("C201")
    void shouldEndASubscriptionWhoseItrRlocHasNoAddress() {
        a.register(EID);
        itr.subscribe(EID).acknowledgeAll().forget();
        itr.send(itr.subscription(EID, NoAddress.INSTANCE), World.SERVER);
        assertThat(itr.notifies()).singleElement().satisfies(notify -> assertThat(notify.nonce())
                .isEqualTo(itr.nonce));
        itr.acknowledgeAll();
        assertThat(world.server.subscriptions()).isZero();
        itr.forget();
        b.register(EID);
        world.advance(60);
        assertThat(itr.inbox).isEmpty();
    }

    @Test
    void shouldNotReviveAnEndedSubscriptionByAnOldRequest() {
        a.register(EID);
        MapRequest first = itr.subscription(EID, itr.rloc);
        itr.send(World.ecm(first, 4342), World.SERVER);
        itr.acknowledgeAll();
        itr.send(itr.subscription(EID, NoAddress.INSTANCE), World.SERVER);
        itr.acknowledgeAll();
        itr.send(World.ecm(first, 4342), World.SERVER);
        assertThat(world.server.subscriptions()).isZero();
    }

    @Test
    @Conformance("C202")
    void shouldRefuseByPolicyAndByMissingAssociationWithTheActionsOfTheRfc() {
        a.register(EID);
        itr.identity = Optional.of(new XtrIdentity(0, 3, 7));
        itr.subscribe(EID);
        itr.identity = Optional.of(new XtrIdentity(0, 3, 999));
        itr.subscribe(EID);
        assertThat(itr.replies())
                .extracting(reply -> reply.records().getFirst().action())
                .containsExactly(Action.DROP_POLICY_DENIED, Action.DROP_AUTH_FAILURE);
        assertThat(world.server.subscriptions()).isZero();
    }

    @Test
    @Conformance("C206")
    void shouldEndASubscriptionThatIsNeverAcknowledgedAndSayItOnce() {
        a.register(EID);
        itr.subscribe(EID);
        long nonce = itr.nonce;
        world.advance(120);
        assertThat(itr.notifies()).hasSize(8); // the confirmation, six repetitions, the end
        assertThat(itr.lastNotify()).satisfies(notify -> {
            assertThat(notify.nonce()).isEqualTo(nonce);
            assertThat(notify.records().getFirst().action()).isEqualTo(Action.DROP_AUTH_FAILURE);
            assertThat(notify.records().getFirst().locators()).isEmpty();
        });
        assertThat(world.server.subscriptions()).isZero();
        assertThat(world.server.pendingNotifies()).isZero();
    }

    @Test
    void shouldAnswerWithAMapReplyWhenThereIsNoRoom() {
        World small = new World(new LimitsConfig(100, 100, 1000, 10, 8, 10));
        TestXtr one = small.xtr(1);
        one.register("10.0.0.5").register("10.0.0.6");
        one.forget();
        one.subscribe("10.0.0.5").subscribe("10.0.0.6");
        assertThat(one.notifies()).hasSize(1);
        assertThat(one.replies()).hasSize(1);
        assertThat(small.server.subscriptions()).isEqualTo(1);
    }

    @Test
    void shouldAnswerARequestWithoutAnIdentityAsAnyOther() {
        a.register(EID);
        itr.identity = Optional.empty();
        itr.subscribe(EID);
        assertThat(itr.replies()).hasSize(1);
    }

    @Test
    void shouldTellAnXtrThatLostTheEidAndSubscribedOnlyOnce() {
        a.register(EID);
        a.subscribe(EID).acknowledgeAll().forget();
        b.register(EID);
        assertThat(a.notifies()).hasSize(1);
    }

    @Test
    void shouldSolicitItrsThatWereToldThatNobodyHasTheEid() {
        itr.ask(EID);
        itr.ask("10.0.0.9");
        itr.forget();
        a.register(EID);
        assertThat(smrs(itr)).containsExactly(EID);
        a.register("10.0.0.9"); // the narrower hole was asked about before: one SMR each
        world.advance(10);
        assertThat(smrs(itr)).hasSize(1);
        assertThat(world.server.solicitor().size()).isZero();
    }

    @Test
    void shouldSolicitAnRlocAtMostOnceInThreeSeconds() {
        for (int i = 0; i < 3; i++) {
            itr.ask("10.0." + i + ".5");
            a.register("10.0." + i + ".9");
        }
        world.advance(60);
        for (int i = 0; i < 3; i++) {
            itr.ask("10.0." + i + ".5");
        }
        itr.forget();
        world.network.forget();
        for (int i = 0; i < 3; i++) {
            a.register("10.0." + i + ".5");
        }
        world.advance(60);
        assertThat(sentTo(itr)).hasSize(3).satisfies(times -> {
            assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(3);
            assertThat(times.get(2) - times.get(1)).isGreaterThanOrEqualTo(3);
        });
    }

    @Test
    void shouldNotSolicitWhoseAnswerHasRunOut() {
        itr.ask(EID);
        itr.forget();
        world.advance(61);
        a.register(EID);
        assertThat(itr.inbox).isEmpty();
        assertThat(world.server.solicitor().size()).isZero();
    }

    @Test
    void shouldBoundWhomItRemembers() {
        World small = new World(new LimitsConfig(100, 100, 1000, 10, 8, 10));
        TestXtr asker = small.xtr(1);
        for (int i = 0; i < 50; i++) {
            small.xtr(20 + i).ask(EID);
        }
        assertThat(small.server.solicitor().size()).isEqualTo(10);
        asker.register(EID);
        assertThat(small.count(Counter.SMRS_SENT)).isEqualTo(10);
    }

    private static List<String> smrs(TestXtr xtr) {
        return xtr.inbox.stream()
                .filter(MapRequest.class::isInstance)
                .map(MapRequest.class::cast)
                .filter(request -> request.has(MapRequest.Flag.SMR))
                .map(request -> request.records().getFirst().eid().toString())
                .toList();
    }

    private static Predicate<Datagram> to(TestXtr xtr) {
        return datagram -> datagram.to().address().equals(xtr.rloc);
    }

    private List<Long> sentTo(TestXtr xtr) {
        return world.network.sent().stream()
                .filter(to(xtr))
                .map(sent -> Math.round(sent.sentAt() / 1e9))
                .toList();
    }
}
