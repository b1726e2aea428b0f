package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.xtr.control.fake.MoveSite;
import io.godwit.xtr.control.fake.MoveWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.agrona.IoUtil;

/**
 * A guest returns to a site whose xTR is dead when it would be told, and remembers the guest as away when it lives again: nothing is lost that
 * did not come while it was dead.
 */
class MoveUnheardTest {
    private Path directory = Path.of("");

    @BeforeTry
    void make() throws IOException {
        directory = Files.createTempDirectory("moves");
    }

    @AfterTry
    void remove() {
        IoUtil.delete(directory.toFile(), true);
    }

    @Property(tries = 150)
    void shouldKeepWhatComesFromWhereTheGuestWas(
            @ForAll boolean channel,
            @ForAll boolean told,
            @ForAll @IntRange(max = 400) int deadBefore,
            @ForAll @IntRange(max = 1_000) int deadAfter,
            @ForAll @IntRange(max = 1_500) int pause) {
        MoveWorld world = channel ? new MoveWorld(directory, 2) : MoveWorld.withoutChannel(directory, 2);
        comeBack(world, deadBefore, deadAfter, pause, told);
        world.advance(2_000);
        assertThat(world.faults()).as(() -> world.story()).isEmpty();
        assertThat(world.lost(false)).as(() -> world.story()).isEmpty();
        world.rest(Duration.ofSeconds(70));
        assertThat(world.faults()).as(() -> world.story()).isEmpty();
    }

    /** From the first site to the second, and back while the first is dead. */
    private static void comeBack(MoveWorld world, int deadBefore, int deadAfter, int pause, boolean told) {
        MoveSite first = world.sites.get(0);
        MoveSite second = world.sites.get(1);
        second.move("prepare", first.rloc.toString());
        world.guestStops();
        first.move("switch", second.rloc.toString());
        world.advance(5);
        world.guestResumes(second);
        second.move("commit");
        world.guestRuns(second);
        world.advance(2_000);
        first.kill();
        world.advance(deadBefore);
        world.guestStops();
        second.move("switch", first.rloc.toString());
        world.timers.after(Duration.ofMillis(deadAfter), first::start);
        world.advance(pause);
        world.guestResumes(first);
        if (told) {
            first.move("commit");
        }
        world.advance(Math.max(1, deadAfter - pause + 1));
        world.guestRuns(first);
    }
}
