package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.memory.Datagram;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.fake.MoveSite;
import io.godwit.xtr.control.fake.MoveWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Claims on the move channel that come after what they speak of is over: whoever has the guest by a newer move is not misled by them. */
@Timeout(120)
class MoveOvertakenTest {
    private static final int PORT = 4344;
    private static final int VERB_AT = 4;
    private static final byte PREPARE = 1;
    private static final byte COMMIT = 3;
    private static final byte REPLY = 16;

    @TempDir
    Path directory;

    private MoveWorld world;
    private MoveSite a;
    private MoveSite b;
    private MoveSite c;

    @BeforeEach
    void build() {
        world = new MoveWorld(directory, 3);
        a = world.sites.get(0);
        b = world.sites.get(1);
        c = world.sites.get(2);
    }

    private static boolean isOnChannel(Datagram datagram, MoveSite from, MoveSite to) {
        IpAddress sender = datagram.from().address();
        return datagram.to().port() == PORT
                && sender.equals(from.rloc)
                && datagram.to().address().equals(to.rloc);
    }

    /** Of all that two say to each other only these verbs get through. */
    private void cut(MoveSite one, MoveSite other, Set<Byte> passing) {
        world.network.drop(datagram -> (isOnChannel(datagram, one, other) || isOnChannel(datagram, other, one))
                && !passing.contains(datagram.payload()[VERB_AT]));
    }

    /** The last claim that {@code from} sent to {@code to} arrives now. */
    private void arrivesLate(MoveSite from, MoveSite to) {
        List<Datagram> claims = world.network.sent().stream()
                .filter(datagram -> isOnChannel(datagram, from, to) && datagram.payload()[VERB_AT] == COMMIT)
                .toList();
        world.inject(claims.getLast());
    }

    private static boolean isReply(Datagram datagram) {
        return datagram.payload()[VERB_AT] == REPLY;
    }

    private void stops(MoveSite source, MoveSite destination) {
        destination.move("prepare", source.rloc.toString());
        world.guestStops();
        source.move("switch", destination.rloc.toString());
        world.advance(5);
    }

    private void resumes(MoveSite destination) {
        world.guestResumes(destination);
        destination.move("commit");
        world.guestRuns(destination);
        world.advance(20);
    }

    private void shouldBeWellAt(MoveSite site) {
        world.advance(30);
        world.network.clearRules();
        world.advance(500);
        world.rest(Duration.ofSeconds(60));
        assertThat(site.state()).isEqualTo("local");
        assertThat(world.lost(true)).isEmpty();
        assertThat(world.faults()).isEmpty();
    }

    @Test
    void shouldKeepAGuestWhenItsHolderOfBeforeIsHeardToHaveClaimedIt() {
        cut(b, c, Set.of(PREPARE, REPLY));
        cut(b, a, Set.of());
        stops(a, c);
        resumes(c);
        c.move("order", "xtr-b");
        world.advance(10);
        world.guestStops();
        world.advance(10);
        world.guestRuns(b);
        world.advance(4);
        assertThat(b.state()).isEqualTo("local");

        arrivesLate(c, b);
        shouldBeWellAt(b);
    }

    @Test
    void shouldKeepAGuestWhenItKnowsNothingOfItsLastMoves() {
        cut(b, c, Set.of());
        cut(b, a, Set.of());
        stops(a, c);
        resumes(c);
        stops(c, b);
        resumes(b);

        arrivesLate(c, b);
        shouldBeWellAt(b);
    }

    @Test
    void shouldGoOnWaitingForAGuestWhenItKnowsNothingOfItsLastMoves() {
        cut(b, c, Set.of());
        cut(b, a, Set.of());
        stops(a, c);
        resumes(c);
        stops(c, b);

        arrivesLate(c, b);
        world.advance(20);
        resumes(b);
        shouldBeWellAt(b);
    }

    @Test
    void shouldSendOnToWhereAGuestHasGoneWhenAnEarlierSiteIsHeardToHaveClaimedIt() {
        for (MoveSite other : List.of(b, c)) {
            cut(a, other, Set.of());
        }
        stops(a, b);
        resumes(b);
        // Epochs grow of which the first site hears nothing.
        for (int i = 0; i < 2; i++) {
            stops(b, c);
            resumes(c);
            stops(c, b);
            resumes(b);
        }
        stops(b, c);
        resumes(c);
        stops(c, a);
        resumes(a);
        stops(a, b);

        arrivesLate(c, a);
        world.advance(20);
        resumes(b);
        shouldBeWellAt(b);
    }

    @Test
    void shouldNotSwitchAGuestThatHasLeftAndComeBackWhenAnOrderOfBeforeIsAnsweredLate() {
        world.network.drop(datagram -> isOnChannel(datagram, b, a) && isReply(datagram));
        a.move("order", "xtr-b");
        world.advance(5);
        List<Datagram> answers = world.network.sent().stream()
                .filter(datagram -> isOnChannel(datagram, b, a) && isReply(datagram))
                .toList();
        assertThat(b.state()).isEqualTo("expected");
        stops(a, c);
        resumes(c);
        stops(c, a);
        resumes(a);
        assertThat(a.state()).isEqualTo("local");

        assertThat(answers).isNotEmpty();
        answers.forEach(world::inject);
        world.advance(5);
        assertThat(a.get("/v1/moves")).contains("phase=prepared");
        shouldBeWellAt(a);
    }

    @Test
    void shouldGoOnExpectingAGuestWhenItsHolderIsHeardToHaveHadIt() {
        stops(a, c);
        resumes(c);
        world.advance(100);
        world.network.drop(datagram -> isOnChannel(datagram, c, a) && isReply(datagram));
        a.kill();
        a.start();
        world.advance(50);
        world.network.forget();
        world.advance(200);
        List<Datagram> answers = world.network.sent().stream()
                .filter(datagram -> isOnChannel(datagram, c, a) && isReply(datagram))
                .toList();
        c.move("offer", "xtr-a");
        world.advance(5);
        assertThat(a.state()).isEqualTo("expected");

        assertThat(answers).isNotEmpty();
        answers.forEach(world::inject);
        world.advance(5);
        assertThat(a.state()).isEqualTo("expected");
    }
}
