package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.config.MovementConfig;
import io.godwit.mapserver.config.MovementConfig.Rule;
import io.godwit.mapserver.config.TimeWindow;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.site.RefusalReason;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EIDs of site {@code cloud} at site {@code legacy}, which has another key. */
class MovementTest {
    private static final String EID = "10.0.0.5";
    private static final MovementConfig DENY = config(rule("10.77.0.0/16"));

    @TempDir
    Path folder;

    private World world;
    private TestXtr home;
    private TestXtr away;

    @BeforeEach
    void begin() {
        world = new World(folder);
        meet();
    }

    private void meet() {
        home = world.xtr(1);
        away = world.xtr(2);
        away.key = World.LEGACY_KEY;
        away.identity = Optional.empty();
    }

    // --- rules

    @Test
    void shouldRefuseWhatNoRuleAllowsAndLeaveEverythingAsItWas() throws IOException {
        world.server.movement(DENY);
        home.register(EID);
        home.forget();
        Mapping before = mapping();
        away.register(EID);
        assertThat(mapping()).isEqualTo(before);
        assertThat(home.notifies()).isEmpty();
        assertThat(away.notifies()).isEmpty();
        TestXtr itr = world.xtr(3);
        itr.ask(EID);
        assertThat(TestXtr.locators(itr.lastReply().records().getFirst())).containsExactly("192.0.2.1");
        assertThat(world.count(Counter.MOVES_REFUSED)).isEqualTo(1);
        assertThat(world.server.refusals().all()).singleElement().satisfies(refused -> {
            assertThat(refused.site()).isEqualTo("legacy");
            assertThat(refused.reason()).isEqualTo(RefusalReason.POLICY);
        });
        assertThat(lastEvent().kind()).isEqualTo("move-refused");
        assertThat(lastEvent().reason()).contains("no rule", "from cloud to legacy");
        assertThat(lastEvent().old()).containsExactly("192.0.2.1");
        assertThat(lastEvent().now()).containsExactly("192.0.2.2");
        world.advance(1);
        assertThat(Files.readAllLines(folder.resolve("changes.jsonl")))
                .last()
                .asString()
                .contains("\"kind\":\"move-refused\"", "\"reason\":\"no rule of movement.rules lets it go from cloud");
    }

    @Test
    void shouldTellTheSameRefusalOnceAMinute() {
        world.server.movement(DENY);
        home.register(EID);
        for (int i = 0; i < 50; i++) {
            away.register(EID);
        }
        assertThat(kinds()).containsExactly("registered", "move-refused");
        world.advance(61);
        away.register(EID);
        assertThat(kinds()).containsExactly("registered", "move-refused", "move-refused");
    }

    @Test
    void shouldRefuseWithoutAPolicyToo() {
        home.register(EID);
        away.register(EID);
        assertThat(holders()).containsExactly("192.0.2.1");
        assertThat(world.count(Counter.MAP_REGISTERS_REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldLetAnEidGoByARuleAndReturnHomeAlways() {
        world.server.movement(config(rule("10.0.0.0/24")));
        home.register(EID);
        away.register(EID).register(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
        home.register(EID);
        assertThat(holders()).as("the home xTR's late refresh").containsExactly("192.0.2.2");
        home.acknowledgeAll();
        home.register(EID);
        assertThat(holders()).containsExactly("192.0.2.1");
        assertThat(away.lastIsSignedWith(World.LEGACY_KEY)).isTrue();
        assertThat(kinds()).containsExactly("registered", "move-allowed", "moved", "moved");
        assertThat(world.count(Counter.MOVES_ALLOWED)).isEqualTo(1);
    }

    @Test
    void shouldNotTakeALateRefreshFromAwayForAnotherMove() {
        world.server.movement(config(rule("10.0.0.0/24")));
        home.register(EID);
        away.register(EID);
        home.acknowledgeAll();
        home.register(EID);
        away.register(EID);
        assertThat(holders()).containsExactly("192.0.2.1");
        assertThat(world.count(Counter.MOVES_ALLOWED)).isEqualTo(1);
        away.acknowledgeAll();
        away.register(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
        assertThat(world.count(Counter.MOVES_ALLOWED)).isEqualTo(2);
    }

    @Test
    void shouldLookAtInstanceAndFormerSite() {
        world.server.movement(config(
                rule("[7]10.0.0.0/24"),
                new Rule(
                        EidPrefix.parse("10.0.1.0/24"),
                        List.of("fixed"),
                        List.of("legacy"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
        for (String eid : List.of(EID, "[7]" + EID, "10.0.1.5")) {
            home.register(eid);
            away.register(eid);
        }
        assertThat(world.server.events().since(0).stream()
                        .filter(event -> event.kind().equals("move-allowed"))
                        .map(EventLog.Event::eid))
                .containsExactly("[7]10.0.0.5/32");
        assertThat(world.count(Counter.MOVES_REFUSED)).isEqualTo(2);
    }

    @Test
    void shouldLimitMovesAMinute() {
        world.server.movement(config(limited(Optional.of(2), Optional.empty(), Optional.empty())));
        for (int i = 1; i <= 3; i++) {
            home.register("10.0.0." + i);
            away.register("10.0.0." + i);
        }
        assertThat(world.count(Counter.MOVES_ALLOWED)).isEqualTo(2);
        assertThat(lastEvent().reason()).startsWith("more than 2 moves in a minute");
        away.register("10.0.0.1");
        assertThat(world.count(Counter.MOVES_REFUSED))
                .as("what it has it may renew")
                .isEqualTo(1);
        world.advance(30);
        away.register("10.0.0.3");
        assertThat(world.count(Counter.MOVES_ALLOWED)).isEqualTo(3);
    }

    @Test
    void shouldLimitHowManyAreAwayAtATimeAfterARestartToo() {
        MovementConfig most2 = config(limited(Optional.empty(), Optional.of(2), Optional.empty()));
        world.server.movement(most2);
        for (int i = 1; i <= 3; i++) {
            home.register("10.0.0." + i);
            away.register("10.0.0." + i);
        }
        assertThat(lastEvent().reason()).startsWith("already 2 EIDs are away");
        world = new World(folder);
        meet();
        world.server.movement(most2);
        away.register("10.0.0.3");
        assertThat(lastEvent().reason()).startsWith("already 2 EIDs are away");
        away.withdraw("10.0.0.1");
        away.register("10.0.0.3");
        assertThat(lastEvent().kind()).isEqualTo("moved");
    }

    @Test
    void shouldOpenARuleOnlyInItsTime() {
        world.server.movement(
                config(limited(Optional.empty(), Optional.empty(), Optional.of(TimeWindow.parse("23:00-01:00")))));
        home.register(EID);
        away.register(EID); // it is 22:13
        assertThat(holders()).containsExactly("192.0.2.1");
        world.timers.advance(Duration.ofMinutes(50));
        home.register(EID);
        away.register(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
    }

    @Test
    void shouldNotLetASiteHaveWhatItMayNotHaveThroughAMessageOfItsOwn() {
        world.server.movement(DENY);
        home.register(EID);
        away.send(away.record("10.9.0.1", away.rloc), away.record(EID, away.rloc));
        assertThat(holders()).containsExactly("192.0.2.1");
        assertThat(away.lastNotify().records()).hasSize(1);
    }

    @Test
    void shouldNotLetARuleGiveWhatIsNobodysOrWhatItsOwnSiteMayNotRegister() {
        world.server.movement(config(new Rule(
                EidPrefix.parse("0.0.0.0/0"),
                List.of(),
                List.of("legacy"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
        for (String eid : List.of("203.0.113.5", "10.8.0.5", "10.0.0.0/8")) {
            away.send(away.record("10.9.0.1", away.rloc), away.record(eid, away.rloc));
        }
        assertThat(world.server.database().size()).isEqualTo(1);
        assertThat(world.count(Counter.RECORDS_REFUSED)).isEqualTo(3);
        assertThat(world.count(Counter.MOVES_ALLOWED)).isZero();
    }

    // --- tickets

    private static KeyPair keys() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    private MovementConfig needingTickets(KeyPair signer) throws IOException {
        String base64 =
                Base64.getMimeEncoder().encodeToString(signer.getPublic().getEncoded());
        Path file = Files.writeString(
                folder.resolve("ticket.pub"), "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
        return new MovementConfig(List.of(rule("10.0.0.0/24")), List.of(file), 2);
    }

    private String ticket(KeyPair signer, String eid, String from, String to, long epoch, Duration good)
            throws GeneralSecurityException {
        Instant end = Instant.ofEpochMilli(world.timers.epochMillis()).plus(good);
        byte[] payload = String.join("\n", "godwit-move-1", eid + "/32", from, to, "" + epoch, "" + end)
                .getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(signer.getPrivate());
        signature.update(payload);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(payload) + "." + base64.encodeToString(signature.sign());
    }

    private String ticket(KeyPair signer, long epoch) throws GeneralSecurityException {
        return ticket(signer, EID, "192.0.2.1", "192.0.2.2", epoch, Duration.ofHours(1));
    }

    private void offer(String ticket) {
        world.server.tickets().orElseThrow().offer(ticket);
    }

    @Test
    void shouldTakeATicketForOneMoveEvenAfterARestart() throws Exception {
        KeyPair signer = keys();
        MovementConfig config = needingTickets(signer);
        world.server.movement(config);
        home.register(EID);
        away.register(EID);
        assertThat(lastEvent().reason()).contains("no ticket");
        String ticket = ticket(signer, 7);
        offer(ticket);
        restart(config);
        away.register(EID).register(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
        home.acknowledgeAll();
        home.register(EID);
        away.acknowledgeAll();
        away.register(EID);
        assertThat(holders()).as("used up").containsExactly("192.0.2.1");
        assertThatThrownBy(() -> offer(ticket)).hasMessageContaining("above 7");
        restart(config);
        assertThatThrownBy(() -> offer(ticket)).hasMessageContaining("above 7");
        offer(ticket(signer, 8));
        away.register(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
    }

    private void restart(MovementConfig config) {
        long nonce = home.nonce;
        world = new World(folder);
        meet();
        home.nonce = nonce;
        world.server.movement(config);
    }

    @Test
    void shouldRefuseForgedExpiredAndOtherTickets() throws Exception {
        KeyPair signer = keys();
        world.server.movement(needingTickets(signer));
        home.register(EID);
        assertThatThrownBy(() -> offer(ticket(keys(), 1))).hasMessageContaining("signed");
        assertThatThrownBy(() -> offer("nonsense")).hasMessageContaining("no ticket");
        assertThatThrownBy(() -> offer(ticket(signer, EID, "192.0.2.1", "192.0.2.2", 1, Duration.ofMinutes(-1))))
                .hasMessageContaining("was good until");
        offer(ticket(signer, EID, "192.0.2.1", "192.0.2.2", 1, Duration.ofMinutes(1)));
        world.advance(61);
        away.register(EID);
        assertThat(lastEvent().reason()).contains("was good until");
        offer(ticket(signer, EID, "192.0.2.1", "192.0.2.9", 2, Duration.ofHours(1)));
        away.register(EID);
        assertThat(lastEvent().reason()).contains("for another move");
        offer(ticket(signer, EID, "192.0.2.9", "192.0.2.2", 3, Duration.ofHours(1)));
        world.advance(61);
        away.register(EID);
        assertThat(lastEvent().reason()).contains("for another move");
        assertThat(holders()).containsExactly("192.0.2.1");
        assertThat(world.count(Counter.MOVES_ALLOWED)).isZero();
    }

    @Test
    void shouldLetTheSiteRegisterAgainWhatItHadWhenItsRegistrationRanOut() throws Exception {
        KeyPair signer = keys();
        world.server.movement(needingTickets(signer));
        home.register(EID);
        offer(ticket(signer, 1));
        away.register(EID);
        world.advance(200);
        assertThat(world.server.database().size()).isZero();
        away.register(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
        away.withdraw(EID);
        home.register(EID);
        away.register(EID);
        assertThat(holders()).containsExactly("192.0.2.1");
    }

    @Test
    void shouldRememberSoManyTicketsAndMakeRoomForNewOnesWhenOldOnesHaveEnded() throws Exception {
        KeyPair signer = keys();
        world.server.movement(needingTickets(signer));
        offer(ticket(signer, "10.0.0.1", "192.0.2.1", "192.0.2.2", 1, Duration.ofMinutes(1)));
        offer(ticket(signer, "10.0.0.2", "192.0.2.1", "192.0.2.2", 1, Duration.ofMinutes(5)));
        String third = ticket(signer, "10.0.0.3", "192.0.2.1", "192.0.2.2", 1, Duration.ofMinutes(5));
        assertThatThrownBy(() -> offer(third)).hasMessageContaining("raise movement.tickets");
        world.advance(61);
        offer(third);
        assertThat(world.server.tickets().orElseThrow().waiting(10)).hasSize(2);
    }

    private static MovementConfig config(Rule... rules) {
        return new MovementConfig(List.of(rules), List.of(), 10);
    }

    private static Rule rule(String eids) {
        return new Rule(
                EidPrefix.parse(eids),
                List.of("cloud"),
                List.of("legacy"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Rule limited(Optional<Integer> perMinute, Optional<Integer> atMost, Optional<TimeWindow> when) {
        return new Rule(EidPrefix.parse("10.0.0.0/24"), List.of(), List.of("legacy"), perMinute, atMost, when);
    }

    private Mapping mapping() {
        return world.server.database().get(EidPrefix.parse(EID)).orElseThrow();
    }

    private List<String> holders() {
        return TestXtr.locators(mapping().view());
    }

    private EventLog.Event lastEvent() {
        return world.server.events().since(0).getLast();
    }

    private List<String> kinds() {
        return world.server.events().since(0).stream().map(EventLog.Event::kind).toList();
    }
}
