package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Mapping;
import io.godwit.packet.control.MapNotify;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the wall clock by hours. */
class WallClockTest {
    private static final String EID = "10.0.0.5";

    @TempDir
    Path state;

    @ParameterizedTest
    @ValueSource(ints = {5, -5})
    void shouldKeepARegistrationForItsLifetime(int hours) {
        World world = new World();
        world.xtr(1).register(EID);
        world.advance(10);
        world.timers.stepWallClock(Duration.ofHours(hours));
        world.advance(169);
        assertThat(world.server.database().get(EidPrefix.parse(EID))).isPresent();
        world.advance(2);
        assertThat(world.server.database().get(EidPrefix.parse(EID))).isEmpty();
        assertThat(world.count(Counter.CLOCK_STEPS)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, -5})
    void shouldKeepWhatIsAgreedOnWhileTheLeadersClockIsSet(int hours) {
        MemoryCluster cluster = new MemoryCluster(3);
        TestXtr xtr = cluster.xtr(1, 1);
        cluster.pause();
        xtr.register(EID);
        cluster.worlds.getFirst().timers.stepWallClock(Duration.ofHours(hours));
        cluster.resume();
        cluster.advance(60);
        for (int member = 0; member < 3; member++) {
            assertThat(cluster.get(member, EID)).as("member " + member).isPresent();
        }
        cluster.advance(125);
        for (int member = 0; member < 3; member++) {
            assertThat(cluster.get(member, EID)).as("member " + member).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, -5})
    void shouldEndATemporarySubscriptionWithinItsTimeAfterARestart(int hours) {
        World before = new World(state);
        before.xtr(3).subscribe(EID).acknowledgeAll();
        World after = new World(state, Duration.ofHours(hours));
        assertThat(after.server.subscriptions()).isEqualTo(1);
        after.advance(14 * 60);
        assertThat(after.server.subscriptions()).isEqualTo(1);
        after.advance(2 * 60);
        assertThat(after.server.subscriptions()).isZero();
    }

    @Test
    void shouldNotRegisterAnythingInTheFuture() {
        World before = new World(state, Duration.ofHours(5));
        before.xtr(1).register(EID);
        World after = new World(state);
        assertThat(after.server.database().get(EidPrefix.parse(EID)))
                .get()
                .extracting(Mapping::sinceNanos)
                .isEqualTo(after.timers.nanoTime());
    }

    /** An xTR drops what is not newer than what it has seen. */
    @Test
    void shouldTellOfALossWithAHigherNonceThanBeforeTheClockWasSetBack() {
        World before = new World(state, Duration.ofHours(5));
        long first = lossOf(before, EID, 1_000);
        World after = new World(state);
        assertThat(lossOf(after, "10.0.0.6", 2_000)).isGreaterThan(first);
    }

    /** @param xtrNonce of Map-Registers */
    private static long lossOf(World world, String eid, long xtrNonce) {
        TestXtr loser = world.xtr(1);
        TestXtr winner = world.xtr(2);
        loser.nonce = xtrNonce;
        winner.nonce = xtrNonce;
        loser.register(eid);
        loser.forget();
        winner.register(eid);
        MapNotify notify = loser.lastNotify();
        return notify.nonce();
    }
}
