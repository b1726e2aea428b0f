package io.godwit.mapserver;

import static io.godwit.mapserver.TestXtr.locators;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.memory.Datagram;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Mapping;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.testing.Conformance;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An EID moves from one xTR to another. */
class MoveTest {
    private static final String EID = "10.0.0.5";

    private final World world = new World();
    private final TestXtr a = world.xtr(1);
    private final TestXtr b = world.xtr(2);
    private final TestXtr c = world.xtr(3);

    @Test
    @Conformance({"C173", "C254"})
    void shouldTellThePreviousLocatorsWhereTheEidIsNow() {
        a.send(a.record(EID, a.rloc, a.rlocV6));
        a.forget();
        b.register(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
        assertThat(a.notifies()).hasSize(2); // at both its locators
        assertThat(locators(a.lastNotify().records().getFirst())).containsExactly("192.0.2.2");
        assertThat(a.lastIsSignedWith(World.KEY)).isTrue();
        assertThat(b.notifies()).singleElement().satisfies(own -> assertThat(own.nonce())
                .isEqualTo(b.nonce));
    }

    @Test
    void shouldTellThePreviousLocatorsBeforeItConfirms() {
        a.register(EID);
        world.network.forget();
        b.register(EID);
        assertThat(world.network.sent().stream()
                        .filter(sent -> sent.from().equals(World.SERVER))
                        .map(sent -> sent.to().address()))
                .containsExactly(a.rloc, b.rloc);
    }

    @Test
    @Conformance("C168")
    void shouldRetransmitAfter3_3_3_6_12_24SecondsAndThenGiveUp() {
        a.register(EID);
        world.network.forget();
        b.register(EID);
        world.advance(300);
        assertThat(sentTo(a)).containsExactly(0L, 3L, 6L, 9L, 15L, 27L, 51L);
        assertThat(world.count(Counter.MAP_NOTIFIES_UNACKNOWLEDGED)).isEqualTo(1);
        assertThat(world.server.pendingNotifies()).isZero();
    }

    @Test
    @Conformance({"C168", "C169"})
    void shouldRetransmitUntilAValidAcknowledgement() {
        a.register(EID);
        world.network.forget();
        b.register(EID);
        MapNotify moved = a.lastNotify();
        world.advance(4);
        a.acknowledge(moved, World.key(1, "guessed"));
        a.acknowledge(moved, moved.nonce() + 1, World.KEY);
        world.advance(3);
        assertThat(sentTo(a)).containsExactly(0L, 3L, 6L);
        a.acknowledge(moved, World.KEY);
        world.advance(300);
        assertThat(sentTo(a)).containsExactly(0L, 3L, 6L);
        assertThat(world.count(Counter.MAP_NOTIFY_ACKS_FORGED)).isEqualTo(1);
        assertThat(world.count(Counter.MAP_NOTIFY_ACKS_UNKNOWN)).isEqualTo(1);
    }

    @Test
    void shouldAcceptAnAcknowledgementWithTheSitesOtherKey() {
        a.register(EID);
        b.register(EID);
        a.acknowledge(a.lastNotify(), World.NEW_KEY);
        assertThat(world.server.pendingNotifies()).isZero();
    }

    @Test
    @Conformance("C260")
    void shouldNotLetALateRegisterOfTheOldXtrStealTheEid() {
        a.register(EID);
        byte[] old = a.signed(a.record(EID, a.rloc));
        world.network.drop(to(a));
        b.register(EID);
        a.register(EID); // its periodic refresh, with a nonce of its own: it does not know yet
        assertThat(holders()).containsExactly("192.0.2.2");
        world.network.clearRules();
        a.sendRaw(old);
        world.advance(100);
        a.register(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
        assertThat(locators(a.lastNotify().records().getFirst())).containsExactly("192.0.2.2");
        assertThat(world.count(Counter.RECORDS_STALE)).isEqualTo(2);
    }

    @Test
    void shouldTellAnXtrThatMissedEveryMapNotifyWhenItRegistersAgain() {
        a.register(EID);
        world.network.drop(to(a));
        b.register(EID);
        world.advance(120); // the schedule is over
        b.register(EID);
        world.network.clearRules();
        a.forget();
        a.register(EID);
        assertThat(a.notifies()).hasSize(2); // the Map-Notify of the move once more, and the answer
        assertThat(a.notifies())
                .allSatisfy(notify ->
                        assertThat(locators(notify.records().getFirst())).containsExactly("192.0.2.2"));
        a.acknowledge(a.notifies().getFirst(), World.KEY);
        assertThat(world.server.pendingNotifies()).isZero();
    }

    @Test
    void shouldLetTheEidReturnOnceTheOldXtrKnewThatItHadLeft() {
        a.register(EID);
        b.register(EID);
        a.acknowledge(a.lastNotify(), World.KEY);
        b.forget();
        a.register(EID);
        assertThat(holders()).containsExactly("192.0.2.1");
        assertThat(locators(b.lastNotify().records().getFirst())).containsExactly("192.0.2.1");
    }

    @Test
    void shouldLetTheEidReturnToAnXtrThatWithdrewIt() {
        a.register(EID);
        world.network.drop(to(a));
        b.register(EID);
        a.withdraw(EID);
        assertThat(holders()).containsExactly("192.0.2.2");
        assertThat(world.server.pendingNotifies()).isZero();
        a.register(EID);
        assertThat(holders()).containsExactly("192.0.2.1");
    }

    @Test
    void shouldLetTheEidReturnWhenTheNewXtrIsGone() {
        a.register(EID);
        world.network.drop(to(a));
        b.register(EID);
        b.withdraw(EID);
        a.register(EID);
        assertThat(holders()).containsExactly("192.0.2.1");
    }

    @Test
    void shouldTellAllFormerXtrsOfTheLatestMoveOnly() {
        a.register(EID);
        b.register(EID);
        MapNotify first = a.lastNotify();
        c.register(EID);
        assertThat(world.server.pendingNotifies()).isEqualTo(2);
        assertThat(locators(a.lastNotify().records().getFirst())).containsExactly("192.0.2.3");
        assertThat(locators(b.lastNotify().records().getFirst())).containsExactly("192.0.2.3");
        a.acknowledge(first, World.KEY);
        assertThat(world.server.pendingNotifies()).isEqualTo(2);
        a.acknowledge(a.lastNotify(), World.KEY);
        b.acknowledge(b.lastNotify(), World.KEY);
        assertThat(world.server.pendingNotifies()).isZero();
    }

    @Test
    void shouldSurviveTwoMovesThatCross() {
        a.register(EID);
        world.network.drop(to(a).or(to(b)));
        b.register(EID);
        c.register(EID);
        b.register(EID);
        a.register(EID);
        assertThat(holders()).containsExactly("192.0.2.3");
    }

    @Test
    void shouldNotTakeSharedLocatorsOfOneSiteForAMove() {
        a.send(a.record(EID, a.rloc, b.rloc));
        a.forget();
        b.send(b.record(EID, a.rloc, b.rloc));
        a.send(a.record(EID, a.rloc, b.rloc));
        assertThat(world.count(Counter.MOVES)).isZero();
        assertThat(world.server.pendingNotifies()).isZero();
        assertThat(a.notifies()).hasSize(1);
    }

    @Test
    void shouldKeepMovesInOneInstanceFromAnother() {
        a.register("[7]" + EID);
        b.register(EID);
        assertThat(world.count(Counter.MOVES)).isZero();
        assertThat(world.server.database().size()).isEqualTo(2);
    }

    @Test
    void shouldTellOfEidsThatMoveTogetherInOneMapNotify() {
        registerAll(a, 0, 20);
        a.forget();
        registerAll(b, 0, 20);
        assertThat(a.notifies()).singleElement().satisfies(moved -> assertThat(moved.records())
                .hasSize(20)
                .allSatisfy(eid -> assertThat(locators(eid)).containsExactly("192.0.2.2")));
        assertThat(world.server.pendingNotifies()).isEqualTo(20);
        a.acknowledge(a.lastNotify(), World.KEY);
        assertThat(world.server.pendingNotifies()).isZero();
        registerAll(a, 0, 20); // it knew of each: they may return
        assertThat(world.count(Counter.MOVES)).isEqualTo(40);
        assertThat(world.count(Counter.RECORDS_STALE)).isZero();
    }

    @Test
    void shouldTellEachXtrOfItsOwnEids() {
        registerAll(a, 0, 10);
        registerAll(b, 10, 20);
        a.forget();
        b.forget();
        registerAll(c, 0, 20);
        assertThat(a.notifies()).singleElement().satisfies(moved -> assertThat(moved.records())
                .extracting(record -> record.eid().toString())
                .containsExactly(eids(0, 10)));
        assertThat(b.notifies()).singleElement().satisfies(moved -> assertThat(moved.records())
                .extracting(record -> record.eid().toString())
                .containsExactly(eids(10, 20)));
    }

    @Test
    void shouldNotTellInOneMapNotifyMoreThanAPacketHolds() {
        registerAll(a, 0, 60);
        a.forget();
        registerAll(b, 0, 60);
        assertThat(a.notifies().stream().flatMap(notify -> notify.records().stream()))
                .extracting(record -> record.eid().toString())
                .containsExactly(eids(0, 60));
        assertThat(a.notifies().stream().map(MapNotify::nonce)).doesNotHaveDuplicates();
        assertThat(a.raw).hasSizeBetween(2, 3).allSatisfy(octets -> assertThat(octets.length)
                .isLessThanOrEqualTo(1_400));
    }

    @Test
    void shouldRepeatOnlyWhatIsStillTrue() {
        registerAll(a, 0, 3);
        registerAll(b, 0, 3);
        MapNotify all = a.lastNotify();
        c.register("10.0.1.1");
        a.forget();
        world.advance(4);
        assertThat(a.notifies()).extracting(notify -> notify.records().size()).containsExactlyInAnyOrder(2, 1);
        assertThat(a.notifies().stream()
                        .filter(notify -> notify.nonce() == all.nonce())
                        .flatMap(notify -> notify.records().stream()))
                .extracting(record -> record.eid().toString())
                .containsExactly("10.0.1.0", "10.0.1.2");
        a.acknowledge(all, World.KEY);
        assertThat(world.server.pendingNotifies()).isEqualTo(2); // that c has one of them, to a and to b
    }

    @Test
    void shouldRecordEachChangeAsAnEvent() {
        a.register(EID);
        a.register(EID);
        b.register(EID);
        b.withdraw(EID);
        assertThat(world.server.events().since(0))
                .extracting(EventLog.Event::kind)
                .containsExactly("registered", "moved", "withdrawn");
        assertThat(world.server.events().since(1)).first().satisfies(moved -> {
            assertThat(moved.old()).containsExactly("192.0.2.1");
            assertThat(moved.now()).containsExactly("192.0.2.2");
            assertThat(moved.eid()).isEqualTo("10.0.0.5/32");
            assertThat(moved.by()).endsWith("0002");
        });
    }

    private static String[] eids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "10.0.1." + i).toArray(String[]::new);
    }

    private static void registerAll(TestXtr xtr, int from, int to) {
        xtr.send(Stream.of(eids(from, to)).map(eid -> xtr.record(eid, xtr.rloc)).toArray(EidRecord[]::new));
    }

    private List<String> holders() {
        return world.server
                .database()
                .get(EidPrefix.parse(EID))
                .map(Mapping::view)
                .map(TestXtr::locators)
                .orElse(List.of());
    }

    private static Predicate<Datagram> to(TestXtr xtr) {
        return datagram -> datagram.to().address().equals(xtr.rloc);
    }

    private List<Long> sentTo(TestXtr xtr) {
        return world.network.sent().stream()
                .filter(to(xtr))
                .map(sent -> Math.round(sent.sentAt() / 1e9))
                .toList();
    }
}
