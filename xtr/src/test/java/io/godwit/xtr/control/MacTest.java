package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.VM;
import static io.godwit.xtr.control.fake.TestSite.VM_MAC;
import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.config.DynamicEidConfig;
import io.godwit.xtr.control.fake.TestSite;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A RARP names a MAC only. */
class MacTest extends ControlPlaneTest {
    private static final MacAddress MAC = MacAddress.parse(VM_MAC);

    @BeforeEach
    void startSiteThatRegistersMacs() {
        site.stop();
        site = new TestSite(
                        network,
                        timers,
                        directory,
                        ConfigEdit.withDynamicEid(
                                site.config,
                                new DynamicEidConfig(
                                        EidPrefix.parse("10.1.0.0/24"), 0, "br-vm", Duration.ofSeconds(60), true)))
                .start();
        mapServer.forget();
    }

    private static EidRecord macRecord(String... hosts) {
        return eidRecord(
                VM_MAC + "/48",
                15,
                Stream.concat(
                                Stream.of(RlocRecord.unicast(IpAddress.parse(OTHER_RLOC), 1, 100, true)),
                                Arrays.stream(hosts)
                                        .map(host -> RlocRecord.unicast(
                                                new InstanceIdAddress(0, IpAddress.parse(host)), 255, 0, false)))
                        .toList());
    }

    private void rarp() {
        site.seen("br-vm", Optional.empty(), VM_MAC);
    }

    private Optional<EidRecord> registeredMac() {
        return registers().stream()
                .flatMap(register -> register.records().stream())
                .filter(one -> one.eid().equals(MAC))
                .reduce((first, last) -> last);
    }

    @Test
    void shouldRegisterTheMacWithItsHosts() {
        site.seen(VM, VM_MAC);
        site.seen("10.1.0.6", VM_MAC);

        assertThat(registeredMac().orElseThrow().locators())
                .extracting(RlocRecord::locator)
                .containsExactly(
                        IpAddress.parse(TestSite.RLOC),
                        IpAddress.parse(TestSite.RLOC6),
                        new InstanceIdAddress(0, IpAddress.parse(VM)),
                        new InstanceIdAddress(0, IpAddress.parse("10.1.0.6")));
        assertThat(registeredMac().orElseThrow().locators())
                .filteredOn(rloc -> rloc.locator() instanceof InstanceIdAddress)
                .extracting(RlocRecord::priority)
                .containsOnly(255);
    }

    @Test
    void shouldSayNoMoreOfTheMacOfAHostThatLeft() {
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", OTHER_RLOC);
        mapServer.forget();

        seconds(180);

        assertThat(registeredMac()).isEmpty();
    }

    /** The other site has said that the card is there; ours would be the last word if one followed for each address that leaves. */
    @Test
    void shouldSayNothingOfTheMacWhileItsHostLeavesWithOneAddressAfterTheOther() {
        site.seen(VM, VM_MAC);
        site.seen("10.1.0.6", VM_MAC);
        seconds(1);
        mapServer.forget();

        site.move(VM, "switch", OTHER_RLOC);
        seconds(1);
        assertThat(registeredMac()).isEmpty();
        site.move("10.1.0.6", "switch", OTHER_RLOC);
        seconds(180);

        assertThat(registeredMac()).isEmpty();
    }

    @Test
    void shouldDetectTheHostsOfAnUnknownMac() {
        rarp();
        assertThat(lastRequest().records().getFirst().eid()).isEqualTo(MAC);

        resolver.reply(lastRequest(), macRecord(VM, "10.2.0.5"));
        timers.run();

        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.state("10.2.0.5")).as("outside the dynamic prefix").isEqualTo("absent");
        assertThat(site.counter("sightingsOutsidePrefix")).isEqualTo(1);
        assertThat(registeredMac()).as("it is here now").isPresent();
    }

    @Test
    void shouldAskOnceForManyRarps() {
        for (int i = 0; i < 5; i++) {
            rarp();
        }

        assertThat(resolver.encapsulatedRequests()).hasSize(1);
        assertThat(site.counter("macsLookedUp")).isEqualTo(1);
    }

    @Test
    void shouldLimitLookUps() {
        for (int i = 0; i < 1_000; i++) {
            site.seen("br-vm", Optional.empty(), "52:54:00:bb:%02x:%02x".formatted(i >> 8, i & 255));
        }

        assertThat(site.counter("macsLookedUp")).isEqualTo(100);
        assertThat(site.counter("macLookupsRateLimited")).isEqualTo(900);
    }

    @Test
    void shouldNotBelieveAnAnswerThatNobodyAskedFor() {
        rarp();
        var request = lastRequest();
        seconds(4);

        resolver.reply(request, macRecord(VM));
        timers.run();

        assertThat(site.state(VM)).isEqualTo("absent");
    }
}
