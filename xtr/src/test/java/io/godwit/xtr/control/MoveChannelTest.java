package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.memory.Datagram;
import io.godwit.mapping.EidPrefix;
import io.godwit.testing.Conformance;
import io.godwit.xtr.config.MovesConfig;
import io.godwit.xtr.control.fake.MoveWorld;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.control.fake.TicketSigner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What xTRs tell each other over the move channel, and what they do not believe. */
@Timeout(120)
class MoveChannelTest {
    private static final int PORT = 4344;
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";

    @TempDir
    Path directory;

    private MoveWorld world;

    @BeforeEach
    void build() {
        world = new MoveWorld(directory, 3);
    }

    private static boolean isOfTheChannel(Datagram datagram) {
        return datagram.to().port() == PORT;
    }

    private String state(int site) {
        return world.sites.get(site).state();
    }

    @Test
    void shouldMoveByOneOrderToTheSource() {
        assertThat(world.sites.getFirst().move("order", "xtr-b")).isEqualTo("local");
        world.advance(5);
        assertThat(state(0)).isEqualTo("away");
        assertThat(state(1)).isEqualTo("arriving");
        world.guestStops();
        world.advance(20);
        world.guestRuns(world.sites.get(1));
        world.advance(20);

        assertThat(world.sites.getFirst().get("/v1/moves")).contains("phase=committed");
        assertThat(world.faults()).isEmpty();
        assertThat(world.lost(true)).isEmpty();
    }

    @Test
    void shouldPrepareOnlyWhatIsOffered() {
        world.sites.getFirst().move("offer", "xtr-b");
        world.advance(5);
        assertThat(state(0)).isEqualTo("local");
        assertThat(state(1)).isEqualTo("expected");
        world.sites.getFirst().move("rollback");
        world.advance(5);
        assertThat(state(1)).isEqualTo("absent");
        assertThat(world.lost(true)).isEmpty();
    }

    @Test
    void shouldTellTheSourceAtOnceWhenTheGuestIsSeenElsewhere() {
        world.mapServer.kill();
        world.guestStops();
        world.guestRuns(world.sites.get(2));
        world.rest(Duration.ofMillis(5));

        assertThat(state(0)).isEqualTo("away");
        assertThat(state(2)).isEqualTo("local");
        world.mapServer.restart();
        world.advance(5_000);
        assertThat(world.faults()).isEmpty();
    }

    @Test
    void shouldKnowTheGuestByItsMacWhenItWasAnnouncedOverTheChannel() {
        world.sites.getFirst().move("order", "xtr-b");
        world.advance(5);
        world.guestStops();
        world.rest(Duration.ofMillis(5));
        world.sites.get(1).seen(true);
        world.rest(Duration.ofMillis(5));
        assertThat(state(1)).isEqualTo("local");
    }

    @Test
    void shouldKnowTheGuestByItsMacWhenAPeerHadSaidThatItHasIt() {
        world.mapServer.kill();
        world.guestStops();
        world.rest(Duration.ofMillis(5));
        world.sites.get(1).seen(true);
        world.rest(Duration.ofMillis(5));

        assertThat(state(1)).isEqualTo("local");
        assertThat(state(0)).isEqualTo("away");
    }

    @Test
    void shouldTakeTheGuestBackWhenTheDestinationGivesUp() {
        world.sites.getFirst().move("order", "xtr-b");
        world.advance(5);
        assertThat(state(0)).isEqualTo("away");
        world.rest(Duration.ofSeconds(11));

        assertThat(state(0)).isEqualTo("local");
        assertThat(world.faults()).isEmpty();
    }

    @Test
    void shouldSendAgainWhatIsLost() {
        int[] left = {4};
        world.network.drop(datagram -> isOfTheChannel(datagram) && left[0]-- > 0);
        world.sites.getFirst().move("order", "xtr-b");
        world.advance(900);
        assertThat(state(0)).isEqualTo("away");
        assertThat(world.sites.getFirst().get("/v1/move-peers")).contains("requestsRetransmitted=");
    }

    @Test
    void shouldSayWhyAnOrderFailed() {
        world.sites.get(1).kill();
        world.sites.getFirst().move("order", "xtr-b");
        world.rest(Duration.ofSeconds(32));

        assertThat(state(0)).isEqualTo("local");
        assertThat(world.sites.getFirst().get("/v1/moves")).contains("phase=failed", "xtr-b does not answer");
        assertThat(world.sites.getFirst().get("/v1/move-peers")).contains("name=xtr-b", "up=false");
        assertThat(world.sites.getFirst().move("order", "192.0.2.77")).contains("none of 192.0.2.77 is a peer");
    }

    private MoveWorld worldWithTickets(TicketSigner signer) {
        Path key = signer.pem(directory);
        EidPrefix all = EidPrefix.parse("10.1.0.0/24");
        return new MoveWorld(
                directory.resolve("tickets"),
                2,
                site -> Optional.of(new MovesConfig(
                        site == 0 ? List.of(all) : List.of(),
                        List.of(new MovesConfig.RuleConfig(all, List.of(), 0)),
                        List.of(key))));
    }

    @Test
    void shouldCarryTheTicketOfAnOrderToTheDestination() {
        TicketSigner signer = new TicketSigner();
        world = worldWithTickets(signer);
        Instant soon = Instant.ofEpochMilli(world.timers.epochMillis()).plusSeconds(60);

        world.sites.getFirst().move("order", "xtr-b");
        world.advance(5);
        assertThat(state(0)).as("without a ticket").isEqualTo("local");
        assertThat(world.sites.get(1).events()).contains("needs a ticket");

        world.sites.getFirst().moveWith(signer.ticket(TestSite.VM + "/32", A, B, 1, soon), "order", "xtr-b");
        world.advance(5);
        assertThat(state(0)).isEqualTo("away");
        assertThat(state(1)).isEqualTo("arriving");
        world.guestStops();
        world.advance(5);
        world.guestRuns(world.sites.get(1));
        world.advance(100);
        assertThat(world.lost(true)).isEmpty();
        assertThat(world.faults()).isEmpty();
        assertThat(world.sites.getFirst().moveWith(Optional.of("x".repeat(1_001)), "order", "xtr-b"))
                .contains("longer than 1000 octets");
    }

    @Test
    void shouldNotObeyWhatWasSignedForAnotherLifeOrWithAnotherKey() {
        world.network.forget();
        world.sites.getFirst().move("order", "xtr-b");
        world.advance(5);
        world.guestStops();
        world.guestRuns(world.sites.get(1));
        world.advance(500);
        List<Datagram> recorded = world.network.sent().stream()
                .filter(MoveChannelTest::isOfTheChannel)
                .toList();
        world.sites.forEach(site -> {
            site.kill();
            site.start();
        });
        world.advance(500);
        String before = state(0) + state(1) + state(2);
        assertThat(before).isEqualTo("awaylocalabsent");

        // The order for the destination to prepare and to switch, the word of the destination that it has it.
        recorded.forEach(world::inject);
        recorded.forEach(datagram -> {
            byte[] forged = datagram.payload().clone();
            forged[60] ^= 1;
            world.inject(new Datagram(0, datagram.from(), datagram.to(), forged));
        });
        world.advance(200);
        assertThat(state(0) + state(1) + state(2)).isEqualTo(before);
        assertThat(world.sites.get(1).get("/v1/move-peers"))
                .contains("resyncsSent=")
                .doesNotContain("badAuthentication=0");
        assertThat(world.faults()).isEmpty();
    }

    @Test
    @Conformance("C257")
    void shouldNeverSendAPacketForAnEidThatIsAwayBackToItsSender() {
        world.guestStops();
        world.guestRuns(world.sites.get(1));
        world.advance(50);
        int first = world.sent();
        world.sites.getFirst().receive(world.token(), B); // from where it has gone
        world.sites.getFirst().receive(world.token(), "203.0.113.9"); // from somebody with an old mapping
        world.rest(Duration.ofMillis(10));

        assertThat(world.lost(true))
                .singleElement()
                .asString()
                .startsWith(first + ":")
                .endsWith("loop at " + A);
        assertThat(world.isDelivered(first + 1)).isTrue();
    }
}
