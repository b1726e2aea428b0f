package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static io.godwit.xtr.control.fake.TestSite.negative;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ItrTest extends ControlPlaneTest {
    private static final String EID = "10.2.0.77";

    private static Forwarding remote(String... rlocs) {
        return new Forwarding.Remote(Arrays.stream(rlocs)
                .map(rloc -> new Locator(IpAddress.parse(rloc), 1, 100))
                .toList());
    }

    @Test
    @Conformance({"C093", "C096", "C098", "C103"})
    void shouldAskResolverForTheHostInAnEncapsulatedMapRequest() {
        site.misses(EID);

        Peer.Received<EncapsulatedControlMessage> ecm =
                resolver.received(EncapsulatedControlMessage.class).getFirst();
        assertThat(ecm.message().destination()).isEqualTo(IpAddress.parse(EID));
        assertThat(ecm.message().sourcePort()).isEqualTo(ControlCodec.PORT);
        MapRequest request = (MapRequest) ecm.message().message();
        assertThat(request.records()).containsExactly(new MapRequest.RequestedEid(false, 32, IpAddress.parse(EID)));
        assertThat(request.sourceEid()).isEqualTo(IpAddress.parse("10.3.0.9"));
        assertThat(request.itrRlocs()).containsExactly(IpAddress.parse(TestSite.RLOC), IpAddress.parse(TestSite.RLOC6));
    }

    @Test
    @Conformance("C101")
    void shouldSendAtMostOneMapRequestASecondForAnEid() {
        for (int i = 0; i < 10_000; i++) {
            site.misses(EID);
            advance(Duration.ofNanos(100_000));
        }
        // The second transmission is due after exactly one second.
        assertThat(resolver.encapsulatedRequests()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    @Conformance("C101")
    void shouldKeepTheRateEvenWhenEachIsAnsweredAtOnce() {
        for (int i = 0; i < 100; i++) {
            int before = resolver.encapsulatedRequests().size();
            site.misses(EID);
            if (resolver.encapsulatedRequests().size() > before) {
                resolver.reply(lastRequest(), negative(EID, 15, Action.SEND_MAP_REQUEST));
            }
            advance(Duration.ofMillis(100));
        }
        assertThat(resolver.encapsulatedRequests()).hasSizeBetween(5, 11);
    }

    @Test
    @Conformance({"C097", "C102"})
    void shouldRetryTenTimesWithNewNoncesThenHoldForThirtySeconds() {
        site.misses(EID);
        for (int i = 0; i < 400 && site.counter("mapRequestsUnanswered") == 0; i++) {
            seconds(1);
        }
        assertThat(resolver.encapsulatedRequests()).hasSize(11);
        Set<Long> nonces = new HashSet<>();
        resolver.encapsulatedRequests().forEach(request -> nonces.add(request.nonce()));
        assertThat(nonces).hasSize(11);

        seconds(28);
        site.misses(EID);
        assertThat(resolver.encapsulatedRequests()).hasSize(11);

        seconds(3);
        site.misses(EID);
        assertThat(resolver.encapsulatedRequests()).hasSize(12);
    }

    @Test
    void shouldBackOffExponentially() {
        site.misses(EID);
        seconds(40);

        List<Long> times = resolver.received(EncapsulatedControlMessage.class).stream()
                .map(r -> r.at() / 1_000_000_000)
                .toList();
        long start = times.getFirst();
        assertThat(times).extracting(t -> t - start).containsExactly(0L, 1L, 3L, 7L, 15L, 31L);
    }

    @Test
    void shouldInstallWhatAReplySays() {
        learn(EID, eidRecord("10.2.0.0/24", 15, OTHER_RLOC));

        assertThat(site.dataPlane.entry("10.2.0.0/24")).contains(remote(OTHER_RLOC));
        assertThat(site.mapCache()).singleElement().satisfies(view -> {
            assertThat(view.eid()).isEqualTo("10.2.0.0/24");
            assertThat(view.usable()).isTrue();
        });
        site.misses("10.2.0.78");
        assertThat(resolver.encapsulatedRequests()).hasSize(1);
    }

    @Test
    @Conformance("C105")
    void shouldIgnoreReplyWithUnknownNonce() {
        site.misses(EID);
        otherXtr.send(
                new MapReply(false, false, lastRequest().nonce() + 1, List.of(eidRecord(EID, 15, OTHER_RLOC))),
                TestSite.RLOC);
        timers.run();

        assertThat(site.mapCache()).isEmpty();
        assertThat(site.counter("mapRepliesUnknownNonce")).isEqualTo(1);
    }

    @Test
    @Conformance("C106")
    void shouldIgnoreReplayOfAReply() {
        learn(EID, eidRecord(EID, 15, OTHER_RLOC));
        resolver.reply(lastRequest(), eidRecord(EID, 15, THIRD_RLOC));
        timers.run();

        assertThat(site.dataPlane.entry(EID)).contains(remote(OTHER_RLOC));
    }

    @Test
    @Conformance("C133")
    void shouldAcceptReplyFromWhomeverItComesWhenTheNonceMatches() {
        site.misses(EID);
        otherXtr.reply(lastRequest(), eidRecord(EID, 15, OTHER_RLOC));
        timers.run();

        assertThat(site.dataPlane.entry(EID)).contains(remote(OTHER_RLOC));
    }

    @Test
    void shouldAcceptAnswerToAnyTransmission() {
        site.misses(EID);
        MapRequest first = lastRequest();
        seconds(4);
        assertThat(resolver.encapsulatedRequests()).hasSizeGreaterThan(1);
        resolver.reply(first, eidRecord(EID, 15, OTHER_RLOC));
        timers.run();

        assertThat(site.dataPlane.entry(EID)).isPresent();
    }

    @Test
    void shouldIgnoreRecordsThatDoNotCoverWhatWasAsked() {
        learn(EID, eidRecord("10.9.0.0/24", 15, OTHER_RLOC));
        assertThat(site.mapCache()).isEmpty();

        resolver.reply(
                lastRequest(), eidRecord("10.2.0.0/24", 15, OTHER_RLOC), eidRecord("10.9.0.0/24", 15, OTHER_RLOC));
        timers.run();
        assertThat(site.mapCache()).extracting(XtrApi.MapCacheView::eid).containsExactly("10.2.0.0/24");
    }

    @Test
    @Conformance("C107")
    void shouldRemoveEntryAtOnceWhenTtlIsZero() {
        learn(EID, eidRecord(EID, 15, OTHER_RLOC));
        seconds(2);
        otherXtr.send(request(List.of(EID), List.of(IpAddress.parse(OTHER_RLOC)), MapRequest.Flag.SMR), TestSite.RLOC);
        timers.run();
        resolver.reply(lastRequest(), eidRecord(EID, 0, OTHER_RLOC));
        timers.run();

        assertThat(site.mapCache()).isEmpty();
        assertThat(site.dataPlane.entry(EID)).isEmpty();
    }

    @Test
    @Conformance("C108")
    void shouldAcceptTtlThatLeavesItToTheHolder() {
        learn(EID, eidRecord(EID, -1, OTHER_RLOC));
        seconds(3600);

        assertThat(site.mapCache()).hasSize(1);
    }

    @Test
    @Conformance("C109")
    void shouldExpireEntryAfterItsTtl() {
        learn(EID, eidRecord(EID, 5, OTHER_RLOC));
        seconds(5 * 60 - 1);
        assertThat(site.mapCache()).hasSize(1);

        seconds(2);
        assertThat(site.mapCache()).isEmpty();
        assertThat(site.dataPlane.entry(EID)).isEmpty();
    }

    @Test
    @Conformance("C099")
    void shouldRefreshEntryInUseBeforeItExpires() {
        learn(EID, eidRecord("10.2.0.0/24", 10, OTHER_RLOC));
        site.dataPlane.packets.put(EidPrefix.parse("10.2.0.0/24"), 5L);
        advance(Duration.ofMillis(9 * 60_000 + 500));

        MapRequest refresh = lastRequest();
        assertThat(resolver.encapsulatedRequests()).hasSize(2);
        assertThat(refresh.sourceEid()).isEqualTo(NoAddress.INSTANCE);
        assertThat(refresh.records())
                .containsExactly(new MapRequest.RequestedEid(false, 24, IpAddress.parse("10.2.0.0")));

        resolver.reply(refresh, eidRecord("10.2.0.0/24", 10, OTHER_RLOC));
        seconds(120);
        assertThat(site.mapCache()).hasSize(1);
    }

    @Test
    void shouldLetEntryExpireThatNobodyUses() {
        learn(EID, eidRecord(EID, 10, OTHER_RLOC));
        seconds(601);

        assertThat(resolver.encapsulatedRequests()).hasSize(1);
        assertThat(site.mapCache()).isEmpty();
    }

    @Test
    @Conformance("C111")
    void shouldExpireCoverNoLaterThanItsMoreSpecifics() {
        learn(EID, eidRecord("10.2.0.64/26", 5, OTHER_RLOC));
        seconds(60);
        learn("10.2.0.1", eidRecord("10.2.0.0/24", 60, THIRD_RLOC), eidRecord("10.2.0.64/26", 4, OTHER_RLOC));
        assertThat(site.mapCache()).hasSize(2);

        seconds(4 * 60 + 1);
        assertThat(site.mapCache()).isEmpty();
    }

    @Test
    void shouldReplaceTheEntryAskedForWhenTheAnswerIsItsCover() {
        learn(EID, eidRecord(EID, 15, OTHER_RLOC));
        seconds(2);
        otherXtr.send(request(List.of(EID), List.of(IpAddress.parse(OTHER_RLOC)), MapRequest.Flag.SMR), TestSite.RLOC);
        timers.run();
        resolver.reply(lastRequest(), eidRecord("10.2.0.0/24", 15, THIRD_RLOC));
        timers.run();

        assertThat(site.mapCache()).extracting(XtrApi.MapCacheView::eid).containsExactly("10.2.0.0/24");
        assertThat(site.dataPlane.entry(EID)).isEmpty();
    }

    @Test
    @Conformance("C110")
    void shouldReplaceEverythingThatALessSpecificAnswerCovers() {
        learn(EID, eidRecord(EID, 15, OTHER_RLOC));
        learn("10.2.0.99", eidRecord("10.2.0.96/28", 15, OTHER_RLOC));
        seconds(2);
        learn("10.2.0.200", eidRecord("10.2.0.0/24", 15, THIRD_RLOC), eidRecord("10.2.0.128/26", 15, OTHER_RLOC));

        assertThat(site.mapCache())
                .extracting(XtrApi.MapCacheView::eid)
                .containsExactlyInAnyOrder("10.2.0.0/24", "10.2.0.128/26");
        assertThat(site.dataPlane.entry(EID)).isEmpty();
    }

    @Test
    @Conformance("C110")
    void shouldAddAMoreSpecificAnswerBesideItsCover() {
        learn("10.2.0.200", eidRecord("10.2.0.0/24", 60, THIRD_RLOC));
        otherXtr.send(
                request(List.of("10.2.0.7"), List.of(IpAddress.parse(OTHER_RLOC)), MapRequest.Flag.SMR), TestSite.RLOC);
        timers.run();
        resolver.reply(lastRequest(), eidRecord("10.2.0.7/32", 15, OTHER_RLOC));
        timers.run();

        assertThat(site.mapCache())
                .extracting(XtrApi.MapCacheView::eid)
                .containsExactlyInAnyOrder("10.2.0.0/24", "10.2.0.7/32");
    }

    @Test
    @Conformance({"C043", "C044", "C058"})
    void shouldNotUseLocatorsThatMayNotBeUsed() {
        IpAddress good = IpAddress.parse(OTHER_RLOC);
        learn(
                EID,
                eidRecord(
                        EID,
                        15,
                        List.of(
                                RlocRecord.unicast(IpAddress.parse("255.255.255.255"), 1, 1, true),
                                RlocRecord.unicast(IpAddress.parse("224.0.0.5"), 1, 1, true),
                                RlocRecord.unicast(IpAddress.parse("198.51.100.1"), 255, 1, true),
                                new RlocRecord(1, 1, 255, 0, true, false, false, IpAddress.parse("198.51.100.2")),
                                RlocRecord.unicast(IpAddress.parse(TestSite.RLOC), 1, 1, true),
                                RlocRecord.unicast(good, 3, 9, true))));

        assertThat(site.dataPlane.entry(EID)).contains(new Forwarding.Remote(List.of(new Locator(good, 3, 9))));
    }

    @Test
    @Conformance({"C043", "C130"})
    void shouldDropWhenNoLocatorIsUsableWhateverTheActionSays() {
        var onlyNever = List.of(RlocRecord.unicast(IpAddress.parse(OTHER_RLOC), 255, 1, true));
        var lies = new EidRecord(15, 32, Action.NATIVELY_FORWARD, true, 0, IpAddress.parse(EID), onlyNever);
        learn(EID, lies);

        assertThat(site.dataPlane.entry(EID)).contains(new Forwarding.Negative(Action.DROP_NO_REASON));
    }

    @Test
    void shouldInstallActionOfANegativeReply() {
        int host = 1;
        for (Action action : List.of(Action.NO_ACTION, Action.NATIVELY_FORWARD, Action.DROP_POLICY_DENIED)) {
            String eid = "10.2.1." + host++;
            learn(eid, negative(eid, 15, action));
            assertThat(site.dataPlane.entry(eid)).contains(new Forwarding.Negative(action));
        }
    }

    @Test
    @Conformance("C127")
    void shouldAskAgainWhenTheAnswerWasToSendMapRequests() {
        learn(EID, negative(EID, 15, Action.SEND_MAP_REQUEST));
        seconds(2);
        site.misses(EID);

        assertThat(resolver.encapsulatedRequests()).hasSize(2);
    }

    @Test
    void shouldKeepTheDynamicPrefixWhenAnAnswerIsAboutAllOfIt() {
        learn("10.1.0.200", negative("10.1.0.0/24", 1, Action.NATIVELY_FORWARD));

        assertThat(site.dataPlane.entry("10.1.0.0/24")).contains(new Forwarding.Dynamic());
        assertThat(site.dataPlane.entry("10.1.0.200")).contains(new Forwarding.Negative(Action.NATIVELY_FORWARD));
    }

    @Test
    void shouldNotAskForWhatIsAtThisSite() {
        site.misses("10.3.0.4");
        assertThat(resolver.encapsulatedRequests()).isEmpty();
    }

    @Test
    void shouldTryTheNextResolverWhenOneIsSilent() {
        Peer second = new Peer(network, timers, "192.0.2.55", TestSite.KEY);
        var config = TestSite.config(directory);
        site.stop();
        site = new TestSite(
                network, timers, directory, ConfigEdit.withResolvers(config, TestSite.RESOLVER, "192.0.2.55"));
        site.start();
        site.misses(EID);
        seconds(1);
        assertThat(second.encapsulatedRequests()).hasSize(1);
        second.reply(second.encapsulatedRequests().getFirst(), eidRecord(EID, 15, OTHER_RLOC));
        timers.run();

        site.misses("10.2.0.99");
        assertThat(second.encapsulatedRequests()).hasSize(2);
    }

    @Test
    void shouldCountGarbageAndGoOn() {
        otherXtr.send(request("10.3.0.1"), new Endpoint(IpAddress.parse(TestSite.RLOC), ControlCodec.PORT));
        byte[] garbage = {0x10, 0, 0, 1, 7};
        var raw = network.open(4343, IpAddress.parse(OTHER_RLOC));
        raw.send(
                new UnsafeBuffer(garbage),
                0,
                garbage.length,
                new Endpoint(IpAddress.parse(TestSite.RLOC), ControlCodec.PORT));
        timers.run();

        XtrApi.CountersView counters = site.get("/v1/counters");
        assertThat(counters.malformed().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(1);
        assertThat(otherXtr.received(MapReply.class)).hasSize(1);
    }
}
