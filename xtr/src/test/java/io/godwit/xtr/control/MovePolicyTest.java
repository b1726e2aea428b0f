package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.RLOC;
import static io.godwit.xtr.control.fake.TestSite.VM;
import static io.godwit.xtr.control.fake.TestSite.VM_MAC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.management.Routes.Refusal;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.MovesConfig;
import io.godwit.xtr.config.MovesConfig.RuleConfig;
import io.godwit.xtr.control.fake.TestSite;
import io.godwit.xtr.control.fake.TicketSigner;
import io.godwit.xtr.fib.Forwarding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may come to a site: by configuration and by signed tickets. */
class MovePolicyTest {
    private static final String HOLDER = "198.51.100.1";
    private static final String HOME_HOST = "10.1.0.200";

    private final VirtualTimers timers = new VirtualTimers();
    private final MemoryNetwork network = new MemoryNetwork(timers);

    @TempDir
    Path folder;

    private TestSite site(int perMinute, List<Path> keys) {
        return site(
                List.of(new RuleConfig(
                        EidPrefix.parse("10.1.0.0/28"), List.of(EidPrefix.parse("198.51.100.0/24")), perMinute)),
                keys);
    }

    private TestSite site(List<RuleConfig> rules, List<Path> keys) {
        MovesConfig moves = new MovesConfig(List.of(EidPrefix.parse("10.1.0.128/25")), rules, keys);
        return new TestSite(network, timers, folder, ConfigEdit.withMoves(TestSite.config(folder), moves)).start();
    }

    private String audit() throws Exception {
        return Files.readString(folder.resolve("state").resolve("moves.jsonl"));
    }

    @Test
    void shouldLetHomeHostsAppearAndNoOthers() throws Exception {
        TestSite site = site(0, List.of());

        site.seen(HOME_HOST, VM_MAC);
        site.seen(VM, VM_MAC);

        assertThat(site.state(HOME_HOST)).isEqualTo("local");
        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(site.counter("sightingsRefused")).isEqualTo(1);
        assertThat(site.eventKinds()).contains("move-refused");
        assertThat(audit()).contains("\"eid\":\"10.1.0.5/32\"", "\"decision\":\"refused\"", "moves.home");
    }

    private void arrives(TestSite site) {
        site.dataPlane.happens(e -> e.onArriving(0, IpAddress.parse(VM), IpAddress.parse(HOLDER)));
        timers.run();
    }

    /** Of which it is known that {@link #HOLDER} has it. */
    private void wasAway() {
        TestSite site = site(0, List.of());
        site.move(VM, "prepare", HOLDER);
        arrives(site);
        assertThat(site.move(VM, "rollback")).isEqualTo("away");
        site.stop();
    }

    @Test
    void shouldKeepAfterARestartWhatComesForAHostThatMayCome() {
        wasAway();
        TestSite site = site(0, List.of());
        assertThat(site.dataPlane.entry(VM + "/32")).containsInstanceOf(Forwarding.Expected.class);

        arrives(site);

        assertThat(site.state(VM)).isEqualTo("arriving");
        assertThat(site.probes).isNotEmpty();
    }

    @Test
    void shouldNotTakeAHostAfterARestartThatMayNotCome() throws Exception {
        wasAway();
        TestSite site = site(List.of(), List.of());

        arrives(site);
        site.seen(VM, VM_MAC);

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.dataPlane.entry(VM + "/32")).containsInstanceOf(Forwarding.Away.class);
        assertThat(audit()).contains("where it was before the restart", "\"decision\":\"refused\"");
    }

    @Test
    void shouldBelieveAfterAWhileThatItIsStillAway() {
        wasAway();
        TestSite site = site(0, List.of());

        timers.advance(Duration.ofSeconds(31));
        arrives(site);

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.dataPlane.entry(VM + "/32")).containsInstanceOf(Forwarding.Away.class);
    }

    @Test
    void shouldLetAHostComeThatARuleAllows() throws Exception {
        TestSite site = site(0, List.of());

        assertThat(site.move(VM, "prepare", HOLDER)).isEqualTo("expected");
        site.seen(VM, VM_MAC);

        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(audit()).contains("\"decision\":\"allowed\"");
    }

    @Test
    void shouldRefuseWhatNoRuleAllowsAndChangeNothing() {
        TestSite site = site(0, List.of());

        assertThatThrownBy(() -> site.move(VM, "prepare", "203.0.113.9"))
                .isInstanceOf(Refusal.class)
                .hasMessage("no rule of moves.rules lets 10.1.0.5/32 come from 203.0.113.9");
        assertThatThrownBy(() -> site.move("10.1.0.77", "prepare", HOLDER)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> site.move(VM, "commit"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no move of it is prepared");

        assertThat(site.state(VM)).isEqualTo("absent");
        assertThat(site.dataPlane.entry(VM)).isEmpty();
    }

    @Test
    void shouldLeaveAHostWhereItWasWhenItsComingBackIsRefused() {
        TestSite site = site(0, List.of());
        site.move(VM, "prepare", HOLDER);
        site.seen(VM, VM_MAC);
        site.move(VM, "switch", "203.0.113.9");
        timers.advance(Duration.ofSeconds(1));

        site.seen(VM, VM_MAC);

        assertThat(site.state(VM)).isEqualTo("away");
        assertThat(site.dataPlane.entry(VM)).get().isInstanceOf(Forwarding.Leaving.class);
    }

    @Test
    void shouldCountMovesAMinute() {
        TestSite site = site(2, List.of());
        site.move("10.1.0.2", "prepare", HOLDER);
        site.move("10.1.0.3", "prepare", HOLDER);
        site.move("10.1.0.3", "prepare", HOLDER);

        assertThatThrownBy(() -> site.move("10.1.0.4", "prepare", HOLDER))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("2 moves a minute");
        timers.advance(Duration.ofMinutes(1));
        assertThat(site.move("10.1.0.4", "prepare", HOLDER)).isEqualTo("expected");
    }

    // --- tickets

    private Optional<String> ticket(TicketSigner signer, String eid, String to, long epoch, Duration good) {
        return signer.ticket(
                eid,
                HOLDER,
                to,
                epoch,
                Instant.ofEpochMilli(timers.epochMillis()).plus(good));
    }

    private void refused(TestSite site, Optional<String> ticket, String reason) {
        assertThatThrownBy(() -> site.moveWith(ticket, VM, "prepare", HOLDER))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(reason);
        assertThat(site.state(VM)).isEqualTo("absent");
    }

    @Test
    void shouldAcceptATicketOnceAndLaterOnesAfterIt() {
        TicketSigner signer = new TicketSigner();
        TestSite site = site(0, List.of(signer.pem(folder)));
        Optional<String> first = ticket(signer, VM + "/32", RLOC, 7, Duration.ofMinutes(1));

        assertThat(site.moveWith(first, VM, "prepare", HOLDER)).isEqualTo("expected");
        assertThat(site.moveWith(first, VM, "prepare", HOLDER)).as("again").isEqualTo("expected");
        site.move(VM, "rollback");

        refused(site, first, "epoch 7 has been used");
        refused(site, ticket(signer, VM + "/32", RLOC, 6, Duration.ofMinutes(1)), "epoch 6 has been used");
        assertThat(site.moveWith(ticket(signer, VM + "/32", RLOC, 8, Duration.ofMinutes(1)), VM, "prepare", HOLDER))
                .isEqualTo("expected");
    }

    @Test
    void shouldRefuseTicketsThatAreMissingForgedExpiredOrForAnotherMove() {
        TicketSigner signer = new TicketSigner();
        TestSite site = site(0, List.of(signer.pem(folder)));

        refused(site, Optional.empty(), "needs a ticket");
        refused(site, Optional.of("nonsense"), "not signed");
        refused(site, Optional.of("%%%.%%%"), "not signed");
        refused(site, ticket(new TicketSigner(), VM + "/32", RLOC, 1, Duration.ofMinutes(1)), "not signed");
        refused(site, ticket(signer, VM + "/32", RLOC, 1, Duration.ofMinutes(-1)), "was good until");
        refused(site, ticket(signer, "10.1.0.6/32", RLOC, 1, Duration.ofMinutes(1)), "for another move");
        refused(site, ticket(signer, "[7]" + VM + "/32", RLOC, 1, Duration.ofMinutes(1)), "for another move");
        refused(site, ticket(signer, VM + "/32", "203.0.113.9", 1, Duration.ofMinutes(1)), "for another move");
    }
}
