package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.VM;
import static io.godwit.xtr.control.fake.TestSite.VM_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRegister;
import io.godwit.xtr.fib.Forwarding;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Hosts with several addresses, and many hosts in one request. */
class ManyMovesTest extends ControlPlaneTest {
    private static final String SECOND = "10.1.0.6";
    private static final Optional<MacAddress> MAC = Optional.of(MacAddress.parse(VM_MAC));

    private void letsGo(String eid) {
        site.dataPlane.happens(e -> e.onArriving(0, IpAddress.parse(eid), IpAddress.parse(OTHER_RLOC)));
        timers.run();
    }

    /** It was here before, so its MAC is known. */
    private void expect(String eid) {
        site.seen(eid, VM_MAC);
        site.move(eid, "switch", OTHER_RLOC);
        site.move(eid, "prepare", OTHER_RLOC);
    }

    @Test
    void shouldBringAllAddressesThatItsHolderLetGoWhenAHostIsSeen() {
        List.of(VM, SECOND, "10.1.0.7").forEach(this::expect);
        letsGo(VM);
        letsGo(SECOND);
        seconds(1);

        site.seen(VM, VM_MAC);

        assertThat(site.state(VM)).isEqualTo("local");
        assertThat(site.state(SECOND)).isEqualTo("local");
        assertThat(site.state("10.1.0.7")).as("its holder has it still").isEqualTo("expected");
    }

    @Test
    void shouldSwitchAndCommitManyInOneRequestAndTellTheHostOnceWhoIsElsewhere() {
        List<String> eids = IntStream.range(2, 152).mapToObj(i -> "10.1.0." + i).toList();
        site.moveAll(eids, "commit", MAC);
        site.seen("10.1.0.200", "52:54:00:aa:00:99");
        site.move("10.1.0.200", "switch", OTHER_RLOC);

        site.moveAll(eids, "switch", Optional.empty(), OTHER_RLOC);
        assertThat(eids)
                .allSatisfy(eid -> assertThat(site.dataPlane.entry(eid)).get().isInstanceOf(Forwarding.Leaving.class));

        int before = registers().size();
        site.told.clear();
        site.moveAll(eids, "commit", MAC);
        assertThat(eids).allSatisfy(eid -> assertThat(site.state(eid)).isEqualTo("local"));
        assertThat(site.told).filteredOn(told -> told.startsWith(VM_MAC)).containsExactly(VM_MAC + ": 10.1.0.200 here");
        List<MapRegister> fresh = registers().subList(before, registers().size());
        assertThat(fresh.stream().flatMap(r -> r.records().stream()).map(EidRecord::eid))
                .containsExactlyInAnyOrderElementsOf(eids.stream()
                        .map(eid -> EidPrefix.parse(eid).toAddress())
                        .toList());
        assertThat(fresh).hasSizeLessThan(20);
    }
}
