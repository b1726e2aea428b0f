package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapserver.database.Mapping;
import io.godwit.packet.control.MapRegister;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several map-servers that keep one database. */
class ClusterTest {
    private static final String EID = "10.0.0.5";

    private final MemoryCluster cluster = new MemoryCluster(3);

    @Test
    void shouldConfirmWhatIsAgreedOnAndNotBefore() {
        cluster.pause();
        TestXtr xtr = cluster.xtr(1, 1);
        xtr.register(EID);
        xtr.sendRaw(xtr.signed(xtr.record(EID, xtr.rloc)));
        assertThat(xtr.notifies()).isEmpty();
        assertThat(holders(1)).isEmpty();
        cluster.resume();
        assertThat(xtr.notifies()).hasSize(1);
        for (int member = 0; member < 3; member++) {
            assertThat(holders(member)).containsExactly("192.0.2.1");
        }
    }

    @Test
    void shouldLeaveRefreshesWhereTheyComeButForTheirNonces() {
        TestXtr xtr = cluster.xtr(1, 1);
        xtr.register(EID);
        cluster.run();
        int octets = cluster.octets;
        for (int i = 0; i < 5; i++) {
            xtr.register(EID);
            cluster.advance(20);
        }
        assertThat(xtr.notifies()).hasSize(6);
        int nonce = 4 + 1 + 2 * Long.BYTES; // a length, a command, who and which
        assertThat(cluster.octets - octets).isLessThanOrEqualTo(5 * nonce);
    }

    @Test
    void shouldKeepWhatIsRefreshedAtAnyMember() {
        TestXtr xtr = cluster.xtr(2, 1);
        for (int i = 0; i < 12; i++) {
            xtr.register(EID);
            cluster.advance(60);
            assertThat(holders(0)).containsExactly("192.0.2.1");
        }
        assertThat(cluster.worlds.getFirst().count(Counter.REGISTRATIONS_EXPIRED))
                .isZero();
    }

    @Test
    void shouldExpireEverywhereWhatIsRefreshedNowhere() {
        cluster.xtr(1, 1).register(EID);
        cluster.advance(178);
        assertThat(holders(0)).isNotEmpty();
        cluster.advance(10);
        for (int member = 0; member < 3; member++) {
            assertThat(holders(member)).isEmpty();
        }
    }

    @Test
    void shouldExpireOneOfThoseThatMerge() {
        TestXtr silent = cluster.xtr(1, 1);
        TestXtr alive = cluster.xtr(2, 2);
        for (TestXtr xtr : List.of(silent, alive)) {
            xtr.flags = EnumSet.of(MapRegister.Flag.MERGE, MapRegister.Flag.PROXY_REPLY);
            xtr.register(EID);
            cluster.run();
        }
        for (int i = 0; i < 5; i++) {
            cluster.advance(60);
            alive.register(EID);
        }
        for (int member = 0; member < 3; member++) {
            assertThat(holders(member)).containsExactly("192.0.2.2");
        }
    }

    @Test
    void shouldGiveEverythingAWholeLifetimeWhenALeaderBegins() {
        TestXtr xtr = cluster.xtr(0, 1);
        xtr.register(EID);
        for (int i = 0; i < 4; i++) {
            cluster.advance(60);
            xtr.register(EID); // known to member 0 alone
        }
        cluster.lead(1);
        cluster.advance(170);
        assertThat(holders(2)).isNotEmpty();
        cluster.advance(20);
        assertThat(holders(2)).isEmpty();
    }

    @Test
    void shouldTakeTheSameMessageAgainWhenNobodyLed() {
        TestXtr xtr = cluster.xtr(1, 1);
        cluster.lead(-1);
        byte[] message = xtr.signed(xtr.record(EID, xtr.rloc));
        xtr.sendRaw(message);
        cluster.advance(3);
        assertThat(xtr.notifies()).isEmpty();
        assertThat(cluster.worlds.get(1).count(Counter.MAP_REGISTERS_NOT_AGREED))
                .isEqualTo(1);
        cluster.lead(2);
        xtr.sendRaw(message);
        cluster.advance(1);
        assertThat(xtr.notifies()).hasSize(1);
        assertThat(holders(0)).containsExactly("192.0.2.1");
    }

    @Test
    void shouldAnswerWithoutALeader() {
        cluster.xtr(1, 1).register(EID);
        cluster.run();
        cluster.lead(-1);
        TestXtr itr = cluster.xtr(2, 3);
        itr.ask(EID);
        assertThat(TestXtr.locators(itr.lastReply().records().getFirst())).containsExactly("192.0.2.1");
    }

    @Test
    void shouldTellThePreviousHolderFromTheLeaderAndTheNextLeader() {
        cluster.xtr(1, 1).register(EID);
        cluster.run();
        List<TestXtr> previous = List.of(cluster.xtr(0, 1), cluster.xtr(2, 1));
        cluster.xtr(1, 2).register(EID);
        cluster.run();
        assertThat(previous.getFirst().notifies()).hasSize(1);
        assertThat(previous.getLast().notifies()).isEmpty();
        cluster.lead(2);
        assertThat(previous.getLast().notifies()).hasSize(1);
        previous.getLast().acknowledgeAll();
        cluster.run();
        assertThat(cluster.get(0, EID)).get().extracting(Mapping::departures).isEqualTo(List.of());
    }

    @Test
    void shouldBeginWithASnapshotAndGoOnWithTheLog() {
        cluster.xtr(1, 1).register(EID);
        cluster.run();
        cluster.xtr(2, 2).register(EID);
        cluster.xtr(0, 3).register("[7]10.0.0.0/24");
        cluster.run();
        World late = cluster.add(cluster.snapshot());
        cluster.xtr(0, 4).register("10.0.0.9");
        cluster.run();
        assertThat(late.server.database().size()).isEqualTo(3);
        for (String eid : List.of(EID, "[7]10.0.0.0/24", "10.0.0.9")) {
            assertThat(cluster.get(3, eid).map(ClusterTest::content))
                    .isEqualTo(cluster.get(0, eid).map(ClusterTest::content))
                    .isPresent();
        }
    }

    private static List<Object> content(Mapping mapping) {
        return List.of(
                mapping.epoch(),
                mapping.view(),
                mapping.departures().stream().map(one -> one.locators()).toList());
    }

    private List<String> holders(int member) {
        return cluster.get(member, EID)
                .map(Mapping::view)
                .map(TestXtr::locators)
                .orElse(List.of());
    }
}
