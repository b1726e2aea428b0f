package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.VM;
import static io.godwit.xtr.control.fake.TestSite.VM_MAC;
import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.management.Routes.Refusal;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapRequest;
import io.godwit.testing.Conformance;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MobilityTest extends ControlPlaneTest {
    private static final List<Locator> OTHER = List.of(new Locator(IpAddress.parse(OTHER_RLOC), 1, 100));

    private long registersOf(String eid) {
        return registers().stream()
                .filter(r -> r.records().stream().anyMatch(e -> e.eid().equals(IpAddress.parse(eid))))
                .count();
    }

    private void arrives(String outerSource) {
        site.dataPlane.happens(e -> e.onArriving(0, IpAddress.parse(VM), IpAddress.parse(outerSource)));
        timers.run();
    }

    // --- what a host that leaves did not get

    @Test
    void shouldHoldNewerPacketsUntilTheyAreReleased() {
        site.seen(VM, VM_MAC);
        site.hold(VM);
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());

        site.move(VM, "switch", OTHER_RLOC);
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Leaving(OTHER, true));
        site.release(VM);

        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Leaving(OTHER));
    }

    @Test
    void shouldHurryPacketsWhenAHostIsAboutToGoGoesAndComes() {
        site.seen(VM, VM_MAC);
        int before = site.dataPlane.hurries;
        site.hold(VM);
        assertThat(site.dataPlane.hurries).isEqualTo(before + 1);
        site.move(VM, "switch", OTHER_RLOC);
        assertThat(site.dataPlane.hurries).isEqualTo(before + 2);
        site.move(VM, "rollback");
        assertThat(site.dataPlane.hurries).isEqualTo(before + 3);

        site.hold("10.1.0.77");
        site.seen(VM, VM_MAC);
        assertThat(site.dataPlane.hurries).isEqualTo(before + 3);
    }

    @Test
    void shouldReleaseByItselfWhatNobodyReleases() {
        site.seen(VM, VM_MAC);
        site.hold(VM);
        site.move(VM, "switch", OTHER_RLOC);

        advance(Duration.ofMillis(4));
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Leaving(OTHER, true));
        advance(Duration.ofMillis(1));

        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Leaving(OTHER));
    }

    @Test
    void shouldNotHoldForAHostThatIsBackOrNotHere() {
        site.hold(VM);
        site.seen(VM, VM_MAC);
        site.hold(VM);
        site.move(VM, "switch", OTHER_RLOC);
        site.move(VM, "rollback");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());

        site.move(VM, "switch", OTHER_RLOC);

        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Leaving(OTHER));
    }

    // --- detection

    @Test
    @Conformance("C252")
    void shouldMakeADetectedHostLocalAndRegisterIt() {
        site.seen(VM, VM_MAC);

        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
        assertThat(site.hasHostRoute(VM)).isTrue();
        int segment = site.netlink.link("br-vm").orElseThrow().index();
        assertThat(site.netlink.neighbours(segment)).singleElement().satisfies(n -> assertThat(n.mac())
                .isEqualTo(MacAddress.parse(VM_MAC).toBytes()));
        assertThat(registersOf(VM)).isEqualTo(1);
        assertThat(site.eventKinds()).contains("detected", "registered");
    }

    @Test
    @Conformance("C253")
    void shouldNotLearnWhatLiesOutsideTheDynamicPrefix() {
        site.seen("10.2.0.5", VM_MAC);
        site.seen("192.0.2.1", VM_MAC);
        site.seen("eth9", Optional.of(VM), VM_MAC);

        assertThat(registers()).isEmpty();
        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(site.counter("sightingsOutsidePrefix")).isEqualTo(2);
    }

    @Test
    void shouldNotLearnGatewaysNorItsOwnMac() {
        site.seen("10.1.0.1", VM_MAC);
        site.seen("10.1.0.0", VM_MAC);
        site.seen("10.1.0.255", VM_MAC);
        site.seen(VM, "02:00:5e:00:01:01");

        assertThat(registers()).isEmpty();
        assertThat(site.counter("sightingsOwnAddress")).isEqualTo(4);
    }

    /** A thousand hosts are enough for that; one without a neighbour entry or a route would be lost between kernel and tunnel. */
    @Test
    void shouldReachAHostForWhichTheKernelHasNoRoomAmongTheNeighboursThatItMayForget() {
        site.netlink.neighbourLimit(0);
        site.seen(VM, VM_MAC);

        assertThat(site.hasHostRoute(VM)).isTrue();
        int segment = site.netlink.link("br-vm").orElseThrow().index();
        assertThat(site.netlink.neighbours(segment)).singleElement().satisfies(n -> assertThat(n.mac())
                .isEqualTo(MacAddress.parse(VM_MAC).toBytes()));
    }

    @Test
    void shouldFollowAHostToAnotherMac() {
        site.seen(VM, VM_MAC);
        site.seen(VM, "52:54:00:00:00:99");

        int segment = site.netlink.link("br-vm").orElseThrow().index();
        assertThat(site.netlink.neighbours(segment)).singleElement().satisfies(n -> assertThat(n.mac())
                .isEqualTo(MacAddress.parse("52:54:00:00:00:99").toBytes()));
        assertThat(registersOf(VM)).isEqualTo(1);
    }

    @Test
    @Conformance("C261")
    void shouldProbeASilentHostAndThenWithdrawIt() {
        site.seen(VM, VM_MAC);
        mapServer.forget();
        seconds(61);
        assertThat(site.probes).containsExactly(VM + " at " + VM_MAC);
        assertThat(site.state(VM)).isEqualTo("local");

        seconds(10);
        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(site.hasHostRoute(VM)).isFalse();
        assertThat(site.dataPlane.entry(VM)).isEmpty();
        List<EidRecord> last = registers().getLast().records();
        assertThat(last).singleElement().satisfies(r -> assertThat(r.ttlMinutes())
                .isZero());
    }

    @Test
    void shouldKeepAHostThatAnswersTheProbe() {
        site.seen(VM, VM_MAC);
        seconds(61);
        site.seen(VM, VM_MAC);
        seconds(50);

        assertThat(site.probes).hasSize(1);
        assertThat(site.state(VM)).isEqualTo("local");
    }

    // --- announced moves: this site is the source

    @Test
    @Conformance("C255")
    void shouldForwardAndStopRegisteringAfterTheSwitch() {
        site.seen(VM, VM_MAC);
        mapServer.forget();
        assertThat(site.move(VM, "switch", OTHER_RLOC)).isEqualTo("away");

        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Leaving(OTHER));
        assertThat(site.hasHostRoute(VM)).isFalse();
        seconds(180);
        assertThat(registersOf(VM)).isZero();
    }

    @Test
    void shouldForwardBeforeItTakesTheHostRouteAway() {
        site.seen(VM, VM_MAC);
        boolean[] routeWasThere = {false};
        site.dataPlane.onPut = () -> routeWasThere[0] = site.hasHostRoute(VM);
        site.move(VM, "switch", OTHER_RLOC);
        assertThat(routeWasThere[0]).isTrue();
    }

    @Test
    void shouldHaveTheHostRouteBeforeItReleasesPackets() {
        boolean[] routeWasThere = {false};
        site.dataPlane.onPut = () -> routeWasThere[0] = site.hasHostRoute(VM);
        site.seen(VM, VM_MAC);
        assertThat(routeWasThere[0]).isTrue();
    }

    @Test
    void shouldSwitchOnlyOnceAndOnlyWhatIsHere() {
        assertThatThrownBy(() -> site.move(VM, "switch", OTHER_RLOC))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("10.1.0.5/32 is not at this site");
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        int changes = site.dataPlane.history.size();

        assertThat(site.move(VM, "switch", OTHER_RLOC)).isEqualTo("away");
        assertThat(site.dataPlane.history).hasSize(changes);
        assertThatThrownBy(() -> site.move(VM, "switch", THIRD_RLOC)).hasMessageContaining("at " + OTHER_RLOC);
    }

    @Test
    void shouldTakeTheHostBackWhenTheMoveIsRolledBack() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        mapServer.forget();
        assertThat(site.move(VM, "rollback")).isEqualTo("local");

        assertThat(site.hasHostRoute(VM)).isTrue();
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
        assertThat(registersOf(VM)).isEqualTo(1);
    }

    @Test
    void shouldNotTakeFramesFromBeforeTheSwitchForAReturn() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        site.seen(VM, VM_MAC);
        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.counter("sightingsAfterDeparture")).isEqualTo(1);
    }

    @Test
    @Conformance("C259")
    void shouldRegisterAgainWhenTheHostReturns() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        seconds(5);
        mapServer.forget();
        site.seen(VM, VM_MAC);

        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
        assertThat(registersOf(VM)).isEqualTo(1);
    }

    @Test
    void shouldRecogniseAReturningHostByItsRarp() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        seconds(5);
        site.seen("br-vm", Optional.empty(), VM_MAC);

        assertThat(site.state(VM)).isEqualTo("local");
    }

    @Test
    void shouldRecogniseAllAddressesOfAReturningHostByOne() {
        site.seen(VM, VM_MAC);
        site.seen("10.1.0.6", VM_MAC);
        site.seen("10.1.0.7", "52:54:00:aa:00:07");
        for (String address : List.of(VM, "10.1.0.6", "10.1.0.7")) {
            site.move(address, "switch", OTHER_RLOC);
        }
        seconds(5);

        site.seen("10.1.0.6", VM_MAC);

        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.state("10.1.0.6")).isEqualTo("local");
        assertThat(site.state("10.1.0.7")).as("of another card").isEqualTo("away");
    }

    @Test
    void shouldNotThinkThatAHostIsStillThereForAnotherAddressOfIts() {
        site.seen(VM, VM_MAC);
        site.seen("10.1.0.6", VM_MAC);
        for (int i = 0; i < 20; i++) {
            seconds(10);
            site.seen("10.1.0.6", VM_MAC);
        }

        assertThat(site.state(VM)).as("silent for longer than a minute").isEqualTo("absent");
        assertThat(site.state("10.1.0.6")).isEqualTo("local");
    }

    // --- announced moves: this site is the destination

    @Test
    void shouldExpectAPreparedHostAndHoldPacketsWhenItsHolderLetsGo() {
        assertThat(site.move(VM, "prepare", OTHER_RLOC)).isEqualTo("expected");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Expected(OTHER));
        assertThat(registers()).isEmpty();

        int changes = site.dataPlane.history.size();
        arrives(OTHER_RLOC);
        assertThat(site.state(VM)).isEqualTo("arriving");
        assertThat(site.dataPlane.history).hasSize(changes);

        site.seen(VM, VM_MAC);
        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
        assertThat(site.eventKinds()).contains("move-prepared", "move-arriving", "arrived");
    }

    @Test
    void shouldCommitByOrder() {
        site.move(VM, "prepare", OTHER_RLOC);
        arrives(OTHER_RLOC);
        assertThat(site.move(VM, "commit")).isEqualTo("local");
        assertThat(site.hasHostRoute(VM)).isTrue();
        assertThat(registersOf(VM)).isEqualTo(1);
        assertThat(site.move(VM, "commit")).isEqualTo("local");
        assertThat(registersOf(VM)).isEqualTo(1);
    }

    @Test
    void shouldForgetAPreparationThatNothingFollows() {
        site.move(VM, "prepare", OTHER_RLOC);
        seconds(29);
        assertThat(site.state(VM)).isEqualTo("expected");
        seconds(2);
        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(site.dataPlane.entry(VM)).isEmpty();
    }

    @Test
    void shouldLetWaitingPacketsGoWhenTheHostDoesNotArrive() {
        site.move(VM, "prepare", OTHER_RLOC);
        arrives(OTHER_RLOC);
        seconds(11);

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Away(OTHER));
        assertThat(site.eventKinds()).contains("move-expired");
    }

    @Test
    void shouldGoBackToAwayWhenAReturnIsRolledBack() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        seconds(5);
        site.move(VM, "prepare", OTHER_RLOC);
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Expected(OTHER));
        assertThat(site.move(VM, "rollback")).isEqualTo("away");
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Leaving(OTHER));
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertThatThrownBy(() -> site.move("10.9.9.9", "prepare", OTHER_RLOC))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("10.9.9.9/32 is not a host within a dynamic EID-prefix");
        assertThatThrownBy(() -> site.move("10.1.0.0/24", "prepare", OTHER_RLOC))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> site.move(VM, "prepare")).hasMessageContaining("\"from\" must name an RLOC");
        assertThatThrownBy(() -> site.move(VM, "prepare", TestSite.RLOC)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> site.move(VM, "teleport")).hasMessageContaining("prepare, switch, commit or rollback");
        site.seen(VM, VM_MAC);
        assertThatThrownBy(() -> site.move(VM, "prepare", OTHER_RLOC)).hasMessageContaining("at this site already");
        assertThat(site.state(VM)).isEqualTo("local");
    }

    // --- the way packets find an EID that moved on

    @Test
    void shouldSendOnToWhereTheMappingSystemSaysTheHostIsNow() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        seconds(5);
        otherXtr.send(request(VM, MapRequest.Flag.SMR), TestSite.RLOC);
        timers.run();
        resolver.reply(lastRequest(), eidRecord(VM, 15, THIRD_RLOC));
        timers.run();

        assertThat(site.dataPlane.entry(VM))
                .contains(new Forwarding.Away(List.of(new Locator(IpAddress.parse(THIRD_RLOC), 1, 100))));
        assertThat(site.mapCache()).isEmpty();
    }

    @Test
    void shouldReplaceTheMapCacheEntryOfAHostThatArrives() {
        learn(VM, eidRecord(VM, 15, OTHER_RLOC));
        site.seen(VM, VM_MAC);
        assertThat(site.mapCache()).isEmpty();
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
        seconds(50);
        assertThat(site.dataPlane.entry(VM)).contains(new Forwarding.Local());
    }

    @Test
    void shouldNotRepeatARegistrationThatWasUnderWayWhenTheHostLeft() {
        mapServer.confirms = false;
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        mapServer.forget();
        seconds(60);

        assertThat(mapServer.received(MapRegister.class).stream()
                        .map(Peer.Received::message)
                        .flatMap(r -> r.records().stream())
                        .map(EidRecord::eid))
                .doesNotContain(IpAddress.parse(VM));
    }
}
