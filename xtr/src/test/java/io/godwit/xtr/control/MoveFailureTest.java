package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.xtr.control.fake.MoveSite;
import io.godwit.xtr.control.fake.MoveWorld;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every phase of a move, and every process killed in it: 2 s after its restart there is one binding, the right one. */
@Timeout(120)
class MoveFailureTest {
    private static final int DEAD_MILLIS = 300;

    enum Phase {
        BEFORE,
        PREPARED,
        SWITCHED,
        RESUMED,
        COMMITTED
    }

    enum Victim {
        SOURCE,
        DESTINATION,
        MAP_SERVER
    }

    @TempDir
    Path directory;

    static Stream<Arguments> cases() {
        return Arrays.stream(Phase.values())
                .flatMap(phase -> Arrays.stream(Victim.values()).map(victim -> Arguments.of(phase, victim)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldEndInOneBinding(Phase phase, Victim victim) {
        shouldEndInOneBinding(new MoveWorld(directory, 2), phase, victim);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldEndInOneBindingWithoutAMoveChannel(Phase phase, Victim victim) {
        shouldEndInOneBinding(MoveWorld.withoutChannel(directory, 2), phase, victim);
    }

    private static void shouldEndInOneBinding(MoveWorld world, Phase phase, Victim victim) {
        MoveSite source = world.sites.get(0);
        MoveSite destination = world.sites.get(1);
        for (Phase next : Phase.values()) {
            switch (next) {
                case BEFORE -> {}
                case PREPARED -> destination.move("prepare", source.rloc.toString());
                case SWITCHED -> {
                    world.guestStops();
                    source.move("switch", destination.rloc.toString());
                }
                case RESUMED -> world.guestResumes(destination);
                case COMMITTED -> destination.move("commit");
            }
            world.advance(5);
            if (next == phase) {
                dieAndLive(world, victim);
            }
        }
        world.advance(2_000);
        assertThat(world.faults()).isEmpty();
        assertThat(world.lost(false)).isEmpty();
    }

    private static void dieAndLive(MoveWorld world, Victim victim) {
        switch (victim) {
            case SOURCE -> world.sites.get(0).kill();
            case DESTINATION -> world.sites.get(1).kill();
            case MAP_SERVER -> world.mapServer.kill();
        }
        world.advance(DEAD_MILLIS);
        switch (victim) {
            case SOURCE -> world.sites.get(0).start();
            case DESTINATION -> world.sites.get(1).start();
            case MAP_SERVER -> world.mapServer.restart();
        }
        world.advance(50);
    }
}
