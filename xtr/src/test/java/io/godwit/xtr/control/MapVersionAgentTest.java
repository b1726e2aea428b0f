package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.MapVersion;
import io.godwit.testing.Conformance;
import io.godwit.xtr.config.ForwardingConfig.TrustedConfig;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.fib.Forwarding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What follows from map-versions in data packets, and how this site counts its own. */
class MapVersionAgentTest extends ControlPlaneTest {
    private static final IpAddress PEER = IpAddress.parse(OTHER_RLOC);
    private static final IpAddress EID = IpAddress.parse("10.3.0.7");
    private static final String REMOTE = "10.2.0.0/24";

    @BeforeEach
    void startTrustingSite() {
        restart();
        mapServer.forget();
    }

    private void restart() {
        site.stop();
        var trusted = new TrustedConfig(List.of(EidPrefix.parse("198.51.100.0/24")), false, false, true, false);
        site = new TestSite(network, timers, directory, ConfigEdit.withTrusted(TestSite.config(directory), trusted));
        mapServer.forget();
        site.start();
    }

    /** Of the site's prefix, as the data plane has it. */
    private int version() {
        return site.dataPlane.entry("10.3.0.0/24").orElseThrow() instanceof Forwarding.Local(int version)
                ? version
                : -1;
    }

    private int registered(String eid) {
        seconds(61);
        return registers().stream()
                .flatMap(register -> register.records().stream())
                .filter(one -> one.eid().equals(IpAddress.parse(eid)))
                .reduce((first, second) -> second)
                .orElseThrow()
                .mapVersion();
    }

    private long smrs() {
        return otherXtr.received(MapRequest.class).stream()
                .filter(received -> received.message().has(Flag.SMR))
                .count();
    }

    private void arrives(int destinationVersion) {
        int word0 = LispHeader.withMapVersions(0, destinationVersion);
        site.dataPlane.happens(e -> e.onDestinationVersion(0, EID, PEER, word0));
        timers.run();
    }

    private void learnVersion(int version) {
        EidPrefix prefix = EidPrefix.parse(REMOTE);
        learn(
                "10.2.0.2",
                new EidRecord(
                        15,
                        prefix.length(),
                        Action.NO_ACTION,
                        true,
                        version,
                        prefix.toAddress(),
                        List.of(RlocRecord.unicast(PEER, 1, 100, true))));
    }

    @Test
    @Conformance("C211")
    void shouldCountAVersionForEachChangeOfItsLocatorsAndKeepItOverRestarts() {
        int first = version();
        assertThat(first).isBetween(1, 0xfff);
        assertThat(registered("10.3.0.0")).isEqualTo(first);
        restart();
        assertThat(version()).isEqualTo(first);

        site.drain(TestSite.RLOC, true);
        assertThat(version()).isEqualTo(MapVersion.next(first));
        assertThat(registered("10.3.0.0")).isEqualTo(MapVersion.next(first));
        restart();
        assertThat(version()).as("it is still drained").isEqualTo(MapVersion.next(first));
        site.drain(TestSite.RLOC, false);
        assertThat(version()).isEqualTo(MapVersion.next(MapVersion.next(first)));
    }

    @Test
    void shouldGiveNoVersionToHostsThatMove() {
        site.seen(TestSite.VM, TestSite.VM_MAC);
        assertThat(registered(TestSite.VM)).isZero();
        assertThat(site.dataPlane.entry(TestSite.VM)).contains(new Forwarding.Local());
    }

    @Test
    @Conformance("C215")
    void shouldTellAnItrTenTimesAndThenRefuseItsPacketsUntilItHasLearned() {
        int old = version();
        site.drain(TestSite.RLOC, true);
        arrives(old);
        assertThat(smrs()).isEqualTo(1);
        for (int i = 0; i < 95; i++) {
            assertThat(site.dataPlane.refused).isEmpty();
            advance(Duration.ofMillis(100));
            arrives(old);
            if (!site.dataPlane.refused.isEmpty()) {
                break;
            }
        }
        assertThat(site.dataPlane.refused).containsExactly(PEER);
        long told = smrs();
        assertThat(told).as("one in three seconds").isBetween(3L, 5L);
        for (int i = 0; i < 50; i++) {
            seconds(1);
            arrives(old);
        }
        assertThat(smrs() - told).isBetween(1L, 4L);
        seconds(61);
        assertThat(site.dataPlane.refused).isEmpty();
    }

    @Test
    @Conformance("C214")
    void shouldNotTellAnItrWithANewerVersion() {
        arrives(MapVersion.next(version()));
        seconds(10);
        assertThat(smrs()).isZero();
        assertThat(site.counter("mapVersionsNewer")).isEqualTo(1);
    }

    @Test
    @Conformance("C216")
    void shouldAskForAMappingThatItsSiteSaysIsOld() {
        learnVersion(7);
        assertThat(site.dataPlane.entry(REMOTE)).hasValueSatisfying(forwarding -> assertThat(forwarding)
                .isInstanceOfSatisfying(Forwarding.Remote.class, remote -> assertThat(remote.mapVersion())
                        .isEqualTo(7)));
        int asked = resolver.encapsulatedRequests().size();
        for (int version : new int[] {0, 6, 7, 8, 8}) {
            site.dataPlane.happens(e ->
                    e.onSourceVersion(0, IpAddress.parse("10.2.0.9"), PEER, LispHeader.withMapVersions(version, 1)));
        }
        timers.run();
        assertThat(resolver.encapsulatedRequests()).hasSize(asked + 1);
        assertThat(lastRequest().records())
                .containsExactly(new MapRequest.RequestedEid(false, 24, IpAddress.parse("10.2.0.0")));
    }
}
