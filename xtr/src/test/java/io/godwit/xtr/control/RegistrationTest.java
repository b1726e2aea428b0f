package io.godwit.xtr.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.config.KeyConfig;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapRegister.Flag;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import io.godwit.xtr.config.MapServerConfig;
import io.godwit.xtr.control.etr.RegistrationAgent.MapServerView;
import io.godwit.xtr.control.etr.RegistrationAgent.RegistrationView;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RegistrationTest extends ControlPlaneTest {

    private String state(String eid) {
        List<RegistrationView> views = site.get("/v1/registrations");
        return views.stream()
                .filter(v -> v.eid().equals(eid))
                .map(RegistrationView::state)
                .collect(Collectors.joining());
    }

    private List<Long> secondsOfRegisters(String eid) {
        return mapServer.received(MapRegister.class).stream()
                .filter(r -> r.message().records().stream()
                        .anyMatch(e -> e.ttlMinutes() != 0 && e.eid().equals(IpAddress.parse(eid))))
                .map(r -> r.at() / 1_000_000_000)
                .toList();
    }

    @Test
    @Conformance({"C145", "C163", "C132"})
    void shouldRegisterItsPrefixesEverySixtySeconds() {
        seconds(425);

        assertThat(secondsOfRegisters("10.3.0.0")).contains(60L, 120L, 180L, 240L, 300L, 360L, 420L);
        Peer.Received<MapRegister> received =
                mapServer.received(MapRegister.class).getFirst();
        MapRegister register = received.message();
        assertThat(received.authentic()).isTrue();
        assertThat(register.flags()).contains(Flag.WANT_MAP_NOTIFY, Flag.PROXY_REPLY);
        assertThat(register.identity())
                .hasValueSatisfying(id -> assertThat(id.siteId()).isEqualTo(7));
        assertThat(register.records().getFirst().locators())
                .extracting(RlocRecord::locator)
                .containsExactly(IpAddress.parse(TestSite.RLOC), IpAddress.parse(TestSite.RLOC6));
        assertThat(register.records().getFirst().locators()).noneMatch(RlocRecord::probed);
        assertThat(state("10.3.0.0/24")).isEqualTo("registered");
    }

    @Test
    @Conformance("C147")
    void shouldRegisterQuicklyForFiveMinutesAfterTheStart() {
        seconds(500);

        assertThat(secondsOfRegisters("10.3.0.0"))
                .containsExactly(
                        20L, 40L, 60L, 80L, 100L, 120L, 140L, 160L, 180L, 200L, 220L, 240L, 260L, 280L, 300L, 360L,
                        420L, 480L);
    }

    @Test
    @Conformance("C158")
    void shouldSendTheMacInTheConfiguredLength() {
        assertThat(macLengths()).containsOnly(16);
        MapServerConfig server = site.config.mapServers().getFirst();
        KeyConfig key = server.key();
        for (boolean full : new boolean[] {true, false}) {
            site.stop();
            mapServer.forget();
            KeyConfig edited = new KeyConfig(key.id(), key.algorithm(), key.file(), full);
            site = new TestSite(
                            network,
                            timers,
                            directory,
                            ConfigEdit.withMapServer(site.config, new MapServerConfig(server.address(), edited, true)))
                    .start();
            assertThat(macLengths()).containsOnly(full ? 32 : 16);
            assertThat(state("10.3.0.0/24")).isEqualTo("registered");
        }
    }

    private List<Integer> macLengths() {
        seconds(60);
        return registers().stream()
                .map(register -> register.authentication().mac().length)
                .toList();
    }

    @Test
    @Conformance({"C146", "C150"})
    void shouldRepeatUnansweredRegistersWithGrowingNonces() {
        site.stop();
        mapServer.confirms = false;
        mapServer.forget();
        site = new TestSite(network, timers, directory).start();
        seconds(250);

        assertThat(secondsOfRegisters("10.3.0.0")).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L, 243L);
        assertThat(registers()).extracting(MapRegister::nonce).isSorted().doesNotHaveDuplicates();
        assertThat(state("10.3.0.0/24")).isEqualTo("silent");
        List<MapServerView> servers = ((XtrApi.StatusView) site.get("/v1/status")).mapServers();
        assertThat(servers).singleElement().satisfies(s -> assertThat(s.answering())
                .isFalse());
    }

    @Test
    @Conformance("C150")
    void shouldUseGreaterNoncesAfterARestart() {
        seconds(61);
        long last = registers().getLast().nonce();
        mapServer.forget();
        site.stop();
        site = new TestSite(network, timers, directory).start();

        assertThat(registers()).isNotEmpty().allMatch(register -> register.nonce() > last);
    }

    @Test
    void shouldRegisterADetectedHostAtOnce() {
        site.seen(TestSite.VM, TestSite.VM_MAC);

        assertThat(registers()).hasSize(1);
        assertThat(registers().getFirst().records())
                .extracting(EidRecord::eid)
                .containsExactly(IpAddress.parse(TestSite.VM));
    }

    @Test
    @Conformance("C074")
    void shouldSplitManyEidsOverMessagesOf576Octets() {
        for (int i = 2; i < 202; i++) {
            site.seen("10.1.0." + i, "52:54:00:00:00:" + String.format("%02x", i));
        }
        network.forget();
        seconds(61);

        List<Integer> lengths = network.sent().stream()
                .filter(d -> d.to().address().equals(IpAddress.parse(TestSite.MAP_SERVER)))
                .map(d -> d.payload().length + 28)
                .toList();
        assertThat(lengths).hasSizeGreaterThan(10).allMatch(length -> length <= 576);
        assertThat(registers().stream()
                        .flatMap(r -> r.records().stream())
                        .map(EidRecord::eid)
                        .distinct())
                .hasSize(201);
    }

    @Test
    void shouldShowWhatAMapServerRefuses() {
        mapServer.confirms = false;
        site.seen(TestSite.VM, TestSite.VM_MAC);
        MapRegister register = registers().getFirst();
        mapServer.confirm(
                new MapRegister(
                        register.flags(), register.nonce(), register.authentication(), List.of(), register.identity()),
                mapServer.received(MapRegister.class).getFirst().from());
        timers.run();

        assertThat(state("10.1.0.5/32")).isEqualTo("refused");
    }

    @Test
    void shouldTakeEverythingBackWhenItStops() {
        site.seen(TestSite.VM, TestSite.VM_MAC);
        mapServer.forget();
        site.stop();

        List<EidRecord> records =
                registers().stream().flatMap(r -> r.records().stream()).toList();
        assertThat(records).isNotEmpty().allMatch(r -> r.ttlMinutes() == 0);
        assertThat(records)
                .extracting(EidRecord::eid)
                .contains(IpAddress.parse(TestSite.VM), IpAddress.parse("10.3.0.0"));
    }
}
