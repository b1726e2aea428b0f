package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.config.MovementConfig;
import io.godwit.mapserver.database.Mapping;
import io.godwit.packet.address.NoAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members of a cluster know alike beside the mappings: subscriptions, tickets, nonces. */
class ClusterStateTest {
    private static final String EID = "10.0.0.5";

    @TempDir
    Path folder;

    private final MemoryCluster cluster = new MemoryCluster(3);

    // --- subscriptions

    @Test
    void shouldPublishFromTheLeaderAndThenFromTheNextLeader() {
        register(0, 1);
        List<TestXtr> itr = subscribe(1);
        for (World world : cluster.worlds) {
            assertThat(world.server.subscriptions()).isEqualTo(1);
        }
        itr.get(1).forget();
        register(2, 2);
        assertThat(itr.get(0).notifies()).hasSize(1);
        assertThat(itr.get(1).notifies()).isEmpty();
        assertThat(itr.get(2).notifies()).isEmpty();
        long nonce = itr.get(0).lastNotify().nonce();
        itr.get(0).acknowledgeAll();
        cluster.advance(20);
        cluster.lead(2);
        assertThat(itr.get(2).notifies()).isEmpty();
        register(0, 4);
        assertThat(itr.get(2).notifies()).singleElement().satisfies(news -> {
            assertThat(news.nonce()).isGreaterThan(nonce);
            assertThat(TestXtr.locators(news.records().getFirst())).containsExactly("192.0.2.4");
        });
        assertThat(itr.get(0).notifies()).hasSize(1);
    }

    @Test
    void shouldTellAgainWhatTheLastLeaderMayNotHaveTold() {
        register(0, 1);
        List<TestXtr> itr = subscribe(1);
        register(1, 2);
        long nonce = itr.get(0).lastNotify().nonce();
        cluster.lead(1);
        itr.get(1).notifies();
        assertThat(itr.get(1).lastNotify().nonce()).isGreaterThan(nonce);
        assertThat(TestXtr.locators(itr.get(1).lastNotify().records().getFirst()))
                .containsExactly("192.0.2.2");
    }

    @Test
    void shouldTellWhatChangedWhileTheSubscriptionWasAgreedOn() {
        register(0, 1);
        List<TestXtr> itr = xtrs(3);
        itr.get(1).subscribe(EID);
        register(2, 2);
        assertThat(itr.get(0).notifies()).isEmpty();
        itr.get(1).acknowledgeAll();
        cluster.run();
        assertThat(itr.get(0).notifies()).singleElement().satisfies(news -> assertThat(
                        TestXtr.locators(news.records().getFirst()))
                .containsExactly("192.0.2.2"));
    }

    @Test
    void shouldEndASubscriptionEverywhere() {
        register(0, 1);
        List<TestXtr> itr = subscribe(1);
        TestXtr elsewhere = itr.get(2);
        elsewhere.nonce = itr.get(1).nonce + 1_000;
        elsewhere.send(elsewhere.subscription(EID, NoAddress.INSTANCE), World.SERVER);
        elsewhere.acknowledgeAll();
        cluster.run();
        for (World world : cluster.worlds) {
            assertThat(world.server.subscriptions()).isZero();
        }
        register(2, 2);
        assertThat(itr.get(0).notifies()).isEmpty();
        TestXtr replayer = itr.get(0);
        replayer.nonce = elsewhere.nonce - 10;
        replayer.subscribe(EID);
        assertThat(cluster.worlds.getFirst().count(Counter.SUBSCRIPTIONS_DROPPED_REPLAYED))
                .isEqualTo(1);
    }

    @Test
    void shouldEndASubscriptionThatNobodyAcknowledges() {
        register(0, 1);
        List<TestXtr> itr = subscribe(1);
        register(1, 2);
        cluster.advance(80);
        for (World world : cluster.worlds) {
            assertThat(world.server.subscriptions()).isZero();
        }
        assertThat(itr.get(0).notifies()).hasSize(7);
    }

    @Test
    void shouldAgreeOnASubscriptionWhenThereIsALeaderAgain() {
        register(0, 1);
        List<TestXtr> itr = xtrs(3);
        cluster.lead(-1);
        itr.get(1).subscribe(EID).acknowledgeAll();
        cluster.advance(5);
        assertThat(cluster.worlds.get(2).server.subscriptions()).isZero();
        cluster.lead(2);
        cluster.advance(3);
        register(0, 2);
        assertThat(itr.get(2).notifies()).hasSize(1);
    }

    // --- nonces

    @Test
    void shouldRefuseAtOneMemberWhatAnotherAccepted() {
        TestXtr xtr = cluster.xtr(1, 1);
        xtr.register(EID);
        cluster.run();
        xtr.register(EID);
        byte[] refresh = xtr.signed(xtr.record(EID, xtr.rloc));
        cluster.advance(7);
        cluster.lead(2);
        cluster.xtr(2, 1).sendRaw(refresh);
        assertThat(cluster.worlds.get(2).count(Counter.MAP_REGISTERS_REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldNotMoveAnEidBackByAReplayElsewhere() {
        TestXtr xtr = cluster.xtr(1, 1);
        xtr.register(EID);
        cluster.run();
        xtr.register(EID);
        byte[] refresh = xtr.signed(xtr.record(EID, xtr.rloc));
        cluster.advance(1); // the others know the nonce, but might be late themselves
        register(1, 2);
        xtr.acknowledgeAll();
        cluster.xtr(0, 1).acknowledgeAll();
        cluster.run();
        cluster.xtr(2, 1).sendRaw(refresh);
        cluster.run();
        for (int member = 0; member < 3; member++) {
            assertThat(holders(member)).containsExactly("192.0.2.2");
        }
    }

    @Test
    void shouldTakeAnyNonceOfASiteWithoutReplayProtection() {
        String eid = "10.9.0.5";
        TestXtr xtr = cluster.xtr(1, 1);
        xtr.key = World.LEGACY_KEY;
        xtr.identity = Optional.empty();
        xtr.register(eid).register(eid);
        byte[] message = xtr.signed(xtr.record(eid, xtr.rloc));
        cluster.advance(10);
        cluster.xtr(2, 1).sendRaw(message);
        assertThat(cluster.worlds.get(2).count(Counter.MAP_REGISTERS_REFUSED)).isZero();
        xtr.nonce -= 1;
        xtr.send(xtr.record(eid, xtr.rlocV6));
        cluster.run();
        assertThat(cluster.get(0, eid).map(Mapping::view).map(TestXtr::locators))
                .contains(List.of("2001:db8::1"));
    }

    @Test
    void shouldConfirmAnXtrThatRegistersAtSeveralMembers() {
        List<TestXtr> xtr = xtrs(1);
        cluster.pause();
        for (int member = 2; member >= 0; member--) { // the highest nonce is first in the log
            xtr.get(member).nonce = 2_000L + member;
            xtr.get(member).register(EID);
        }
        cluster.resume();
        xtr.forEach(one -> assertThat(one.notifies()).hasSize(1));
    }

    // --- tickets

    @Test
    void shouldUseATicketOnceWhoeverLeads() throws Exception {
        KeyPair signer = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        MovementConfig config = needingTickets(signer);
        cluster.worlds.forEach(world -> world.server.movement(config));
        cluster.xtr(0, 1).register(EID);
        cluster.run();
        String ticket = ticket(signer, 7);
        cluster.worlds.get(1).server.tickets().orElseThrow().offer(ticket);
        cluster.run();
        guest(2).register(EID);
        cluster.run();
        assertThat(holders(0)).containsExactly("192.0.2.2");
        TestXtr home = cluster.xtr(1, 1);
        TestXtr again = guest(1);
        cluster.lead(1);
        home.acknowledgeAll();
        cluster.run();
        home.nonce += 10;
        home.register(EID);
        cluster.run();
        assertThat(holders(0)).containsExactly("192.0.2.1");
        again.acknowledgeAll();
        cluster.run();
        again.nonce += 10;
        again.register(EID);
        cluster.run();
        for (int member = 0; member < 3; member++) {
            assertThat(holders(member)).as("used up").containsExactly("192.0.2.1");
            int at = member;
            assertThatThrownBy(() -> cluster.worlds
                            .get(at)
                            .server
                            .tickets()
                            .orElseThrow()
                            .offer(ticket))
                    .hasMessageContaining("above 7");
        }
    }

    @Test
    void shouldUseATicketOnceWhenTwoMembersTakeItAtTheSameTime() throws Exception {
        KeyPair signer = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        MovementConfig config = needingTickets(signer);
        cluster.worlds.forEach(world -> world.server.movement(config));
        cluster.xtr(0, 1).register(EID);
        cluster.run();
        cluster.worlds.get(1).server.tickets().orElseThrow().offer(ticket(signer, 7));
        cluster.run();
        cluster.pause();
        guest(2).register(EID);
        TestXtr other = guest(1);
        other.nonce += 5;
        other.send(other.record(EID, other.rloc, other.rlocV6));
        cluster.resume();
        assertThat(cluster.worlds.getFirst().count(Counter.MOVES_ALLOWED)).isEqualTo(1);
        assertThat(holders(2)).isEqualTo(holders(0));
    }

    @Test
    void shouldRefuseATicketThatCannotBeAgreedOn() throws Exception {
        KeyPair signer = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        MovementConfig config = needingTickets(signer);
        cluster.worlds.forEach(world -> world.server.movement(config));
        cluster.lead(-1);
        String ticket = ticket(signer, 7);
        assertThatThrownBy(() ->
                        cluster.worlds.getFirst().server.tickets().orElseThrow().offer(ticket))
                .hasMessageContaining("no leader");
    }

    // --- snapshots

    @Test
    void shouldHaveEverythingInASnapshotAsItWasAtItsBegin() {
        TestXtr first = cluster.xtr(0, 1);
        for (int i = 0; i < 20; i++) {
            first.register("10.0.1." + i);
            cluster.run();
        }
        TestXtr refresher = cluster.xtr(1, 9);
        refresher.register(EID);
        cluster.run();
        refresher.register(EID);
        byte[] refresh = refresher.signed(refresher.record(EID, refresher.rloc));
        subscribe(1);
        cluster.advance(1);
        List<byte[]> snapshot = cluster.snapshot(() -> {
            TestXtr mover = cluster.xtr(1, 2);
            for (int i = 0; i < 20; i += 3) {
                mover.register("10.0.1." + i);
            }
            mover.register("10.0.2.1").register("10.0.2.2");
            cluster.run();
            mover.withdraw("10.0.1.3").withdraw("10.0.1.6");
            mover.register("10.0.2.3"); // where one was withdrawn
            cluster.run();
        });
        World late = cluster.add(snapshot);
        assertThat(late.server.database().size()).isEqualTo(21);
        for (int i = 0; i < 20; i++) {
            assertThat(late.server.database().get(EidPrefix.parse("10.0.1." + i)))
                    .get()
                    .satisfies(mapping -> {
                        assertThat(TestXtr.locators(mapping.view())).containsExactly("192.0.2.1");
                        assertThat(mapping.epoch()).isEqualTo(1);
                    });
        }
        assertThat(late.server.subscriptions()).isEqualTo(1);
        late.advance(7);
        late.xtr(9).sendRaw(refresh);
        assertThat(late.count(Counter.MAP_REGISTERS_REFUSED)).isEqualTo(1);
    }

    private void register(int member, int id) {
        cluster.xtr(member, id).register(EID);
        cluster.run();
    }

    /** One xTR as each member sees it. */
    private List<TestXtr> xtrs(int id) {
        return List.of(cluster.xtr(0, id), cluster.xtr(1, id), cluster.xtr(2, id));
    }

    /** Number 3 subscribes at a member. */
    private List<TestXtr> subscribe(int member) {
        List<TestXtr> itr = xtrs(3);
        itr.get(member).subscribe(EID).acknowledgeAll();
        cluster.run();
        return itr;
    }

    private TestXtr guest(int member) {
        TestXtr guest = cluster.xtr(member, 2);
        guest.key = World.LEGACY_KEY;
        guest.identity = Optional.empty();
        return guest;
    }

    private List<String> holders(int member) {
        return cluster.get(member, EID)
                .map(Mapping::view)
                .map(TestXtr::locators)
                .orElse(List.of());
    }

    private MovementConfig needingTickets(KeyPair signer) throws IOException {
        String base64 =
                Base64.getMimeEncoder().encodeToString(signer.getPublic().getEncoded());
        Path file = Files.writeString(
                folder.resolve("ticket.pub"), "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
        MovementConfig.Rule rule = new MovementConfig.Rule(
                EidPrefix.parse("10.0.0.0/24"),
                List.of("cloud"),
                List.of("legacy"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new MovementConfig(List.of(rule), List.of(file), 2);
    }

    private String ticket(KeyPair signer, long epoch) throws GeneralSecurityException {
        Instant end = Instant.ofEpochMilli(cluster.worlds.getFirst().timers.epochMillis())
                .plus(Duration.ofHours(1));
        byte[] payload = String.join("\n", "godwit-move-1", EID + "/32", "192.0.2.1", "192.0.2.2", "" + epoch, "" + end)
                .getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(signer.getPrivate());
        signature.update(payload);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(payload) + "." + base64.encodeToString(signature.sign());
    }
}
