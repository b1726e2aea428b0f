package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.VM;
import static io.godwit.xtr.control.fake.TestSite.VM_MAC;
import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.config.KeyConfig;
import io.godwit.daemon.net.Endpoint;
import io.godwit.linux.Netlink;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import io.godwit.xtr.config.FirstHopRouterConfig;
import io.godwit.xtr.config.MovesConfig;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routers between hosts and the xTR that say by Map-Registers with the E-bit which hosts are behind them. */
class FirstHopTest extends ControlPlaneTest {
    private static final String ROUTER = "192.168.9.2";
    private static final String SECOND = "192.168.9.3";
    private static final String OTHER_VM = "10.1.0.6";
    private static final AuthenticationKey KEY = key("first hop");

    private final Peer router = new Peer(network, timers, ROUTER, KEY);
    private final Peer second = new Peer(network, timers, SECOND, KEY);
    private long nonce = 100;

    private static AuthenticationKey key(String secret) {
        return new AuthenticationKey(
                3, AuthenticationAlgorithm.HMAC_SHA_256_128, secret.getBytes(StandardCharsets.UTF_8), false);
    }

    @BeforeEach
    void configure() {
        site.stop();
        restart(configured(site.config));
    }

    private XtrConfig configured(XtrConfig config) {
        return ConfigEdit.withFirstHopRouters(config, config("fhr-1", ROUTER, 2), config("fhr-2", SECOND, 1_000));
    }

    private FirstHopRouterConfig config(String name, String address, int most) {
        Path file = directory.resolve("first-hop-key");
        try {
            Files.writeString(file, "first hop\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FirstHopRouterConfig(
                name,
                List.of(IpAddress.parse(address)),
                new KeyConfig(3, null, file),
                List.of(EidPrefix.parse("10.1.0.0/25")),
                most);
    }

    private void restart(XtrConfig config) {
        site = new TestSite(network, timers, directory, config).start();
        mapServer.forget();
    }

    private void registers(Peer from, EidRecord... records) {
        registers(from, ++nonce, Set.of(), records);
    }

    private void registers(Peer from, long number, Set<MapRegister.Flag> more, EidRecord... records) {
        EnumSet<MapRegister.Flag> flags = EnumSet.of(MapRegister.Flag.EID_NOTIFY, MapRegister.Flag.WANT_MAP_NOTIFY);
        flags.addAll(more);
        send(from, flags, number, records);
    }

    private void send(Peer from, Set<MapRegister.Flag> flags, long number, EidRecord... records) {
        from.sendSigned(
                new MapRegister(flags, number, AuthenticationData.UNSIGNED, Arrays.asList(records), Optional.empty()),
                TestSite.RLOC);
        timers.run();
    }

    private static EidRecord host(String eid) {
        return eidRecord(eid, 1440);
    }

    private void acknowledges(Peer from, MapNotify notify) {
        from.sendSigned(
                new MapNotifyAck(notify.nonce(), AuthenticationData.UNSIGNED, notify.records(), Optional.empty()),
                TestSite.RLOC);
        timers.run();
    }

    /** The map-server says that somebody else has it. */
    private void leaves(String eid) {
        seconds(15);
        router.forget();
        mapServer.sendSigned(
                new MapNotify(
                        0x77, AuthenticationData.UNSIGNED, List.of(eidRecord(eid, 15, OTHER_RLOC)), Optional.empty()),
                TestSite.RLOC);
        timers.run();
    }

    private static List<MapNotify> told(Peer whom) {
        return whom.received(MapNotify.class).stream()
                .map(Peer.Received::message)
                .toList();
    }

    private Optional<Netlink.Route> route(String eid) {
        InetAddress address = IpAddress.parse(eid).toInetAddress();
        return site.netlink.allRoutes().stream()
                .filter(route -> route.destination().equals(address))
                .findFirst();
    }

    private List<EidRecord> atTheMapServer(String eid) {
        return registers().stream()
                .flatMap(register -> register.records().stream())
                .filter(one -> one.eid().equals(IpAddress.parse(eid)))
                .toList();
    }

    @Test
    @Conformance("C184")
    void shouldRelayARegistrationAndTellTheRouterWhenTheEidLeaves() {
        registers(router, host(VM));

        assertThat(router.received(MapNotify.class)).singleElement().satisfies(notify -> {
            assertThat(notify.authentic()).isTrue();
            assertThat(notify.message().nonce()).isEqualTo(nonce);
            assertThat(notify.from()).isEqualTo(new Endpoint(IpAddress.parse(TestSite.RLOC), ControlCodec.PORT));
            assertThat(notify.message().records()).extracting(EidRecord::eid).containsExactly(IpAddress.parse(VM));
        });
        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
        assertThat(route(VM).orElseThrow().gateway())
                .contains(IpAddress.parse(ROUTER).toInetAddress());
        assertThat(atTheMapServer(VM).getFirst().locators())
                .extracting(RlocRecord::locator)
                .containsExactly(IpAddress.parse(TestSite.RLOC), IpAddress.parse(TestSite.RLOC6));

        leaves(VM);

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(route(VM)).isEmpty();
        assertThat(router.received(MapNotify.class)).singleElement().satisfies(notify -> {
            assertThat(notify.authentic()).isTrue();
            assertThat(notify.message().nonce()).isNotEqualTo(nonce);
            EidRecord left = notify.message().records().getFirst();
            assertThat(left.eid()).isEqualTo(IpAddress.parse(VM));
            assertThat(left.locators()).extracting(RlocRecord::locator).containsExactly(IpAddress.parse(OTHER_RLOC));
        });
        seconds(3);
        assertThat(told(router)).hasSize(2);
        assertThat(told(router).getLast()).isEqualTo(told(router).getFirst());
        acknowledges(router, told(router).getFirst());
        seconds(200);
        assertThat(told(router)).hasSize(2);
    }

    @Test
    void shouldRepeatThatAnEidHasLeftLessAndLessOftenAndGiveUp() {
        registers(router, host(VM));
        leaves(VM);
        Peer forger = new Peer(network, timers, THIRD_RLOC, key("guess"));
        acknowledges(forger, told(router).getFirst());
        seconds(600);

        List<Long> times =
                router.received(MapNotify.class).stream().map(Peer.Received::at).toList();
        List<Long> waits = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            waits.add(Duration.ofNanos(times.get(i) - times.get(i - 1)).toSeconds());
        }
        assertThat(waits).containsExactly(3L, 3L, 3L, 6L, 12L, 24L);
        assertThat(site.counter("firstHopNotifiesUnacknowledged")).isEqualTo(1);
        assertThat(site.counter("unexpectedMessages")).isEqualTo(1);
    }

    @Test
    void shouldNotBelieveAnAckWithAWrongKey() {
        registers(router, host(VM));
        leaves(VM);
        MapNotify left = told(router).getFirst();
        Peer forger = new Peer(network, timers, ROUTER, 4_001, key("guess"));
        acknowledges(forger, left);
        seconds(3);

        assertThat(told(router)).hasSize(2);
        assertThat(site.counter("firstHopBadAuthentication")).isEqualTo(1);
    }

    /** It does not know yet that the host left: its news is older than ours. */
    @Test
    void shouldNotTakeBackWhatARouterRegistersThatHasNotHeard() {
        registers(router, host(VM));
        leaves(VM);
        MapNotify left = told(router).getFirst();
        registers(router, host(VM));

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.counter("firstHopEidsStale")).isEqualTo(1);
        assertThat(told(router)).extracting(MapNotify::nonce).containsOnly(left.nonce());

        acknowledges(router, left);
        registers(router, host(VM));
        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(told(router).getLast().nonce()).isEqualTo(nonce);
    }

    @Test
    void shouldTellTheRouterOfASwitchAndGiveTheHostBackAfterARollback() {
        registers(router, host(VM));
        router.forget();
        site.move(VM, "switch", OTHER_RLOC);
        assertThat(told(router)).hasSize(1);

        site.move(VM, "rollback");
        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(route(VM).orElseThrow().gateway())
                .contains(IpAddress.parse(ROUTER).toInetAddress());
        seconds(179);
        assertThat(told(router)).hasSize(1);
        assertThat(site.state(VM)).isEqualTo("local");
        seconds(2);
        assertThat(site.state(VM)).as("the router has not said so again").isEqualTo("absent");
    }

    @Test
    void shouldTellARouterThatAnotherOfTheSiteHasTheHost() {
        registers(router, host(VM));
        router.forget();
        registers(second, host(VM));

        assertThat(route(VM).orElseThrow().gateway())
                .contains(IpAddress.parse(SECOND).toInetAddress());
        assertThat(told(router).getFirst().records().getFirst().locators())
                .extracting(RlocRecord::locator)
                .contains(IpAddress.parse(TestSite.RLOC));
        assertThat(told(second)).hasSize(1);
        seconds(170);
        registers(second, host(VM));
        seconds(60);
        assertThat(site.state(VM)).isEqualTo("local");
    }

    @Test
    void shouldRefuseAWrongKeyAReplayAndAMessageWithoutE() {
        Peer forger = new Peer(network, timers, ROUTER, 4_001, key("guess"));
        registers(forger, host(VM));
        assertThat(site.counter("firstHopBadAuthentication")).isEqualTo(1);

        registers(router, 50, Set.of(), host(OTHER_VM));
        registers(router, 50, Set.of(), host(VM));
        registers(router, 49, Set.of(), host(VM));
        assertThat(site.counter("firstHopReplayed")).isEqualTo(2);

        send(router, Set.of(MapRegister.Flag.WANT_MAP_NOTIFY), 51, host(VM));
        assertThat(site.counter("firstHopNotEidNotify")).isEqualTo(1);

        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(forger.received()).isEmpty();
        assertThat(router.received()).hasSize(1);
    }

    @Test
    void shouldRememberNoncesAcrossARestart() {
        registers(router, 50, Set.of(), host(VM));
        site.stop();
        restart(site.config);
        registers(router, 50, Set.of(), host(OTHER_VM));
        registers(second, 1, Set.of(), host("10.1.0.7"));

        assertThat(site.state(OTHER_VM)).isEqualTo("absent");
        assertThat(site.counter("firstHopReplayed")).isEqualTo(1);
        assertThat(site.state("10.1.0.7")).as("each router has its own").isEqualTo("local");
    }

    @Test
    void shouldTakeOnlyHostsOfItsPrefixes() {
        registers(
                router,
                host("10.1.0.200"),
                host("10.3.0.9"),
                host("10.1.0.0/26"),
                host("10.1.0.1"),
                host("10.1.0.0/32"),
                host(VM));

        assertThat(site.counter("firstHopEidsOutsidePrefix")).isEqualTo(5);
        assertThat(told(router).getFirst().records()).extracting(EidRecord::eid).containsExactly(IpAddress.parse(VM));
        assertThat(site.state(VM)).isEqualTo("local");
    }

    @Test
    void shouldTakeNoMoreHostsThanARouterMayHave() {
        registers(router, host(VM), host(OTHER_VM), host("10.1.0.7"));
        registers(router, host(VM));
        assertThat(site.state("10.1.0.7")).isEqualTo("absent");
        assertThat(site.counter("firstHopEidsFull")).isEqualTo(1);
        registers(router, eidRecord(VM, 0));
        registers(router, host("10.1.0.7"));
        assertThat(site.state("10.1.0.7")).isEqualTo("local");
    }

    @Test
    void shouldNotTakeAHostThatMayNotAppearUnlessItsMoveIsPrepared() {
        site.stop();
        restart(ConfigEdit.withMoves(
                site.config,
                new MovesConfig(
                        List.of(EidPrefix.parse("10.1.0.64/26")),
                        List.of(new MovesConfig.RuleConfig(EidPrefix.parse("10.1.0.0/26"), List.of(), 0)),
                        List.of())));
        registers(router, host(VM));
        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(site.counter("firstHopEidsRefused")).isEqualTo(1);
        assertThat(site.eventKinds()).contains("move-refused");
        assertThat(router.received()).as("an answer").isEmpty();

        site.move(VM, "prepare", OTHER_RLOC);
        registers(router, host(VM));
        assertThat(site.state(VM)).isEqualTo("local");
    }

    @Test
    void shouldWithdrawWhatTheRouterWithdraws() {
        registers(router, host(VM));
        registers(router, eidRecord(VM, 0));

        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(route(VM)).isEmpty();
        assertThat(atTheMapServer(VM).getLast().ttlMinutes()).isZero();
        assertThat(told(router)).extracting(MapNotify::nonce).containsExactly(nonce - 1, nonce);
    }

    @Test
    void shouldWithdrawWhatTheRouterDoesNotRefresh() {
        registers(router, host(VM));
        registers(router, ++nonce, Set.of(MapRegister.Flag.USE_TTL), eidRecord(OTHER_VM, 10));
        seconds(120);
        registers(router, host(VM));
        seconds(179);
        assertThat(site.state(VM)).isEqualTo("local");
        seconds(2);
        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(site.state(OTHER_VM)).as("the TTL is 10 minutes").isEqualTo("local");
        seconds(300);
        assertThat(site.state(OTHER_VM)).isEqualTo("absent");
        assertThat(site.counter("firstHopEidsExpired")).isEqualTo(2);
        assertThat(told(router)).as("nothing but answers").hasSize(3);
    }

    /** What comes through the router has the host's address and the router's MAC. */
    @Test
    void shouldNotTakeARoutersFramesForHostsOfTheSegment() {
        site.seen(VM, VM_MAC);
        assertThat(site.state(VM)).isEqualTo("absent");
        registers(router, host(VM));
        site.seen(VM, VM_MAC);

        assertThat(site.counter("sightingsBehindRouter")).isEqualTo(2);
        assertThat(route(VM).orElseThrow().gateway())
                .contains(IpAddress.parse(ROUTER).toInetAddress());
        assertThat(site.probes).isEmpty();
        site.seen("10.1.0.200", VM_MAC);
        assertThat(route("10.1.0.200").orElseThrow().gateway()).isEmpty();
    }

    /** The router did not hear of the move, because nobody was there to tell it. */
    @Test
    void shouldTellRoutersOfAHostThatLeftWhileTheXtrWasAway() {
        registers(router, host(VM));
        seconds(15);
        site.stop();
        restart(site.config);
        router.forget();
        resolver.reply(lastRequest(), eidRecord(VM, 15, OTHER_RLOC));
        seconds(1);

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(told(router)).hasSize(1);
        registers(router, host(VM));
        assertThat(site.state(VM)).isEqualTo("away");
    }

    @Test
    void shouldTakeMapRegistersOfNobodyElse() {
        registers(otherXtr, host(VM));
        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(site.counter("unexpectedMessages")).isEqualTo(1);
        assertThat(site.counter("firstHopRegistersReceived")).isZero();
    }

    @Test
    void shouldNameTheRouterOfAHost() {
        registers(router, host(VM));
        List<XtrApi.DatabaseView> views = site.get("/v1/database");
        assertThat(views)
                .filteredOn(view -> view.kind().equals("dynamic"))
                .singleElement()
                .extracting(XtrApi.DatabaseView::firstHopRouter)
                .isEqualTo("fhr-1");
    }
}
