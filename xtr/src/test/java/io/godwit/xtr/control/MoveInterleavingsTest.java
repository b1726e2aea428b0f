package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.xtr.control.fake.MoveSite;
import io.godwit.xtr.control.fake.MoveWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * A guest moves between three sites, told or seen, while messages are lost, repeated and overtaken, and processes end and begin. In the end it
 * has one owner, the right one; and when it was told in time and no process ended, no packet is lost on the way.
 */
class MoveInterleavingsTest {
    private static final int SITES = 3;

    private enum Way {
        /** Its hypervisors tell both xTRs at the right instants. */
        TOLD,
        /** Somebody tells the source, which does the rest. */
        ORDERED,
        /** Nobody tells anything. */
        SEEN
    }

    /**
     * @param step to which of the other sites, 1 or 2
     * @param pause of the guest, milliseconds
     * @param gap until the next move
     */
    record Leg(Way way, int step, int lead, int pause, int gap) {}

    /** @param site 0..2 an xTR, 3 the map-server */
    record Death(int site, int after, int millis) {}

    /** Parts of a thousand. */
    record Weather(long seed, int lost, int repeated, int late, int lateMillis) {}

    @Provide
    Arbitrary<List<Leg>> legs() {
        return Combinators.combine(
                        Arbitraries.of(Way.values()),
                        Arbitraries.integers().between(1, SITES - 1),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.integers().between(1, 400))
                .as(Leg::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<List<Leg>> toldLegs() {
        return legs().map(legs -> legs.stream()
                .map(leg -> new Leg(leg.way == Way.SEEN ? Way.TOLD : leg.way, leg.step, leg.lead, leg.pause, leg.gap))
                .toList());
    }

    @Provide
    Arbitrary<List<Leg>> unorderedLegs() {
        return legs().map(legs -> legs.stream()
                .map(leg ->
                        new Leg(leg.way == Way.ORDERED ? Way.TOLD : leg.way, leg.step, leg.lead, leg.pause, leg.gap))
                .toList());
    }

    @Provide
    Arbitrary<List<Death>> deaths() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, SITES),
                        Arbitraries.integers().between(0, 800),
                        Arbitraries.integers().between(1, 1_500))
                .as(Death::new)
                .list()
                .ofMaxSize(3);
    }

    @Provide
    Arbitrary<Weather> weather() {
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.of(0, 0, 50, 300),
                        Arbitraries.of(0, 100, 500),
                        Arbitraries.of(0, 100, 500),
                        Arbitraries.integers().between(1, 1_200))
                .as(Weather::new);
    }

    @Property(tries = 150)
    void shouldEndWithOneOwnerWhateverIsLostOrDies(
            @ForAll("legs") List<Leg> legs, @ForAll("deaths") List<Death> deaths, @ForAll("weather") Weather weather) {
        run(legs, deaths, weather, world -> {});
    }

    @Property(tries = 150)
    void shouldEndWithOneOwnerWithoutAMoveChannelToo(
            @ForAll("unorderedLegs") List<Leg> legs,
            @ForAll("deaths") List<Death> deaths,
            @ForAll("weather") Weather weather) {
        run(directory -> MoveWorld.withoutChannel(directory, SITES), legs, deaths, weather, world -> {});
    }

    @Property(tries = 150)
    void shouldLoseNoPacketWhenMovesAreToldAndNoProcessDies(
            @ForAll("toldLegs") List<Leg> legs, @ForAll("weather") Weather weather) {
        run(legs, List.of(), weather, world -> assertThat(world.lost(true))
                .as(() -> world.story())
                .isEmpty());
    }

    private static void run(List<Leg> legs, List<Death> deaths, Weather weather, Consumer<MoveWorld> check) {
        run(directory -> new MoveWorld(directory, SITES), legs, deaths, weather, check);
    }

    private static void run(
            Function<Path, MoveWorld> building,
            List<Leg> legs,
            List<Death> deaths,
            Weather weather,
            Consumer<MoveWorld> check) {
        Path directory = temporary();
        try {
            MoveWorld world = building.apply(directory);
            begin(world, weather);
            for (Death death : deaths) {
                world.timers.after(Duration.ofMillis(death.after), () -> kill(world, death));
            }
            legs.forEach(leg -> move(world, leg));
            world.advance(1_000);
            world.network.clearRules();
            check.accept(world);
            world.rest(Duration.ofSeconds(70));
            assertThat(world.faults()).as(() -> world.story()).isEmpty();
            check.accept(world);
        } finally {
            remove(directory);
        }
    }

    private static void begin(MoveWorld world, Weather weather) {
        Random random = new Random(weather.seed);
        world.network.drop(datagram -> random.nextInt(1_000) < weather.lost);
        world.network.duplicate(datagram -> random.nextInt(1_000) < weather.repeated);
        world.network.delay(datagram -> random.nextInt(1_000) < weather.late, Duration.ofMillis(weather.lateMillis));
    }

    private static void kill(MoveWorld world, Death death) {
        if (death.site == SITES) {
            world.mapServer.kill();
            world.timers.after(Duration.ofMillis(death.millis), world.mapServer::restart);
            return;
        }
        MoveSite site = world.sites.get(death.site);
        if (site.isAlive()) {
            site.kill();
            world.timers.after(Duration.ofMillis(death.millis), site::start);
        }
    }

    private static void move(MoveWorld world, Leg leg) {
        int from = world.guestAt();
        MoveSite source = world.sites.get(from);
        MoveSite destination = world.sites.get((from + leg.step) % SITES);
        switch (leg.way) {
            case TOLD -> {
                // No hypervisor begins to move a guest before it has finished with its arrival.
                for (int waited = 0; waited < 2_000 && !source.state().equals("local"); waited++) {
                    world.advance(1);
                }
                prepare(world, leg, source, destination);
                world.advance(leg.lead);
                world.guestStops();
                source.move("switch", destination.rloc.toString());
                world.advance(leg.pause);
                world.guestResumes(destination);
                destination.move("commit");
            }
            case ORDERED -> {
                source.move("order", destination.rloc.toString());
                for (int waited = 0; waited < 2_000 && source.state().equals("local"); waited++) {
                    world.advance(1);
                }
                if (!source.state().equals("away")) {
                    world.advance(leg.gap);
                    return; // Refused, or the process died: nobody moves the guest then.
                }
                world.guestStops();
                world.advance(leg.pause);
            }
            case SEEN -> {
                world.guestStops();
                world.advance(leg.pause);
            }
        }
        world.guestRuns(destination);
        world.advance(leg.gap);
    }

    /** Every other hypervisor says that the guest's card waits there. */
    private static void prepare(MoveWorld world, Leg leg, MoveSite source, MoveSite destination) {
        if (leg.lead % 2 == 0) {
            world.cardAppears(destination);
            destination.prepareWithCard(source.rloc.toString());
        } else {
            destination.move("prepare", source.rloc.toString());
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("moves");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
