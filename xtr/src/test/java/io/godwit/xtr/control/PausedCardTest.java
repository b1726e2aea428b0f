package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.VM;
import static io.godwit.xtr.control.fake.TestSite.VM_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.fake.MoveSite;
import io.godwit.xtr.control.fake.MoveWorld;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes for a guest whose card waits at the destination, before anybody says that it runs. */
class PausedCardTest extends ControlPlaneTest {
    private static final String HOLDER = "192.0.2.2";
    private static final IpAddress VM_IP = IpAddress.parse(VM);

    private void comes() {
        site.dataPlane.happens(e -> e.onArriving(0, VM_IP, IpAddress.parse(HOLDER)));
        timers.run();
    }

    private int ahead() {
        return site.dataPlane.entry(VM).orElseThrow() instanceof Forwarding.Arriving(int ahead) ? ahead : 0;
    }

    @Test
    void shouldLetPacketsAheadWhenTheGuestHasBeenSwitched() {
        site.prepareWithCard(VM, VM_MAC, HOLDER);
        assertThat(site.hasHostRoute(VM)).as("its holder has it").isFalse();

        comes();

        assertThat(ahead()).isEqualTo(256);
        assertThat(site.hasHostRoute(VM)).isTrue();
        assertThat(site.state(VM)).isEqualTo("arriving");
        site.move(VM, "commit");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
        assertThat(site.hasHostRoute(VM)).isTrue();
    }

    @Test
    void shouldTakeTheRouteAwayWhenTheGuestDoesNotCome() {
        site.prepareWithCard(VM, VM_MAC, HOLDER);
        comes();

        site.move(VM, "rollback");

        assertThat(site.hasHostRoute(VM)).isFalse();
        seconds(1);
        assertThat(site.dataPlane.entry(VM))
                .contains(new Forwarding.Away(List.of(new Locator(IpAddress.parse(HOLDER), 1, 100))));
    }

    @Test
    void shouldLetPacketsWaitHereWhenNobodySaysThatTheCardIsThere() {
        site.move(VM, "prepare", HOLDER);
        comes();

        assertThat(ahead()).isZero();
        assertThat(site.hasHostRoute(VM)).isFalse();
    }

    @Test
    void shouldLetPacketsWaitHereWhenHostsOfThisSiteSendToTheGuest() {
        site.prepareWithCard(VM, VM_MAC, HOLDER);
        site.dataPlane.packets.put(EidPrefix.parse(VM), 1L);
        site.prepareWithCard(VM, VM_MAC, HOLDER);
        comes();

        assertThat(ahead()).isZero();
        assertThat(site.hasHostRoute(VM)).isFalse();
    }

    @Test
    void shouldLetPacketsAheadWhenTheCardIsKnownOnlyAfterTheSwitch() {
        site.move(VM, "prepare", HOLDER);
        comes();
        site.prepareWithCard(VM, VM_MAC, HOLDER);

        assertThat(ahead()).isEqualTo(256);
    }

    @Test
    void shouldShareTheCardBetweenItsAddresses() {
        List<String> addresses = List.of("10.1.0.20", "10.1.0.21", "10.1.0.22", "10.1.0.23");
        addresses.forEach(address -> site.prepareWithCard(address, VM_MAC, HOLDER));
        site.dataPlane.happens(e -> e.onArriving(0, IpAddress.parse("10.1.0.20"), IpAddress.parse(HOLDER)));
        timers.run();

        assertThat(site.dataPlane.entry("10.1.0.20")).contains(new Forwarding.Arriving(128));
    }

    @Test
    void shouldForgetTheCardWithTheMoveThatItWasFor() {
        site.prepareWithCard(VM, VM_MAC, HOLDER);
        site.move(VM, "rollback");
        site.move(VM, "prepare", HOLDER);
        comes();

        assertThat(ahead()).isZero();
    }

    /** The segments take long to open, and packets do not wait for that. */
    @Test
    void shouldKnowFromTheFirstPacketOnWhatWasThereBeforeARestart() {
        site.seen(VM, VM_MAC);
        site.move("10.1.0.6", "prepare", HOLDER);
        site.seen("10.1.0.7", "52:54:00:00:00:07");
        site.move("10.1.0.7", "switch", HOLDER);
        site.stop();

        site = new TestSite(network, timers, directory).start();

        List<Locator> holders = List.of(new Locator(IpAddress.parse(HOLDER), 1, 100));
        assertThat(site.dataPlane.entriesAtStart)
                .containsEntry(EidPrefix.parse(VM), new Forwarding.Arriving())
                .containsEntry(EidPrefix.parse("10.1.0.6"), new Forwarding.Expected(holders))
                .containsEntry(EidPrefix.parse("10.1.0.7"), new Forwarding.Leaving(holders));
    }

    @Test
    void shouldLoseNothingWhenTheGuestStaysAfterAll() {
        MoveWorld world = new MoveWorld(directory, 2);
        MoveSite source = world.sites.get(0);
        MoveSite destination = world.sites.get(1);
        world.cardAppears(destination);
        destination.prepareWithCard(source.rloc.toString());
        world.advance(10);
        world.guestStops();
        source.move("switch", destination.rloc.toString());
        world.advance(30);
        assertThat(world.inCard()).as("packets wait in the card that vanishes").isPositive();

        world.guestResumes(source);
        source.move("rollback");
        destination.move("rollback");
        world.advance(50);
        world.rest(Duration.ofSeconds(1));

        assertThat(world.lost(true)).isEmpty();
        assertThat(world.waiting()).isZero();
        assertThat(world.faults()).isEmpty();
    }

    @Test
    void shouldHandOverWhatWaitsInTheInstantThatTheGuestRuns() {
        MoveWorld world = new MoveWorld(directory, 2);
        MoveSite source = world.sites.get(0);
        MoveSite destination = world.sites.get(1);
        world.cardAppears(destination);
        destination.prepareWithCard(source.rloc.toString());
        world.advance(10);
        world.guestStops();
        source.move("switch", destination.rloc.toString());
        int first = world.sent();
        world.advance(30);

        world.guestResumes(destination);

        assertThat(world.isDelivered(first + 10))
                .as("without a word from anybody")
                .isTrue();
        destination.move("commit");
        world.advance(50);
        world.rest(Duration.ofSeconds(1));
        assertThat(world.lost(true)).isEmpty();
        assertThat(world.waiting()).isZero();
        assertThat(destination.state()).isEqualTo("local");
    }
}
