package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Mapping;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.MapRegister;
import io.godwit.testing.Conformance;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A map-server that ends without notice, as by kill -9, and another that begins with what it left. */
class RestartTest {
    private static final String EID = "10.0.0.5";

    @TempDir
    Path state;

    @Test
    void shouldAnswerAsBeforeAtOnce() {
        World before = new World(state);
        before.xtr(1).register(EID);
        before.xtr(2).send(before.xtr(4).record("[7]10.0.0.0/24", before.xtr(5).rlocV6));
        World after = new World(state);
        assertThat(after.server.database().size()).isEqualTo(2);
        assertThat(holders(after, EID)).containsExactly("192.0.2.1");
        assertThat(holders(after, "[7]10.0.0.0/24")).containsExactly("2001:db8::5");
        TestXtr itr = after.xtr(3);
        itr.ask(EID);
        assertThat(TestXtr.locators(itr.lastReply().records().getFirst())).containsExactly("192.0.2.1");
    }

    @Test
    @Conformance({"C151", "C152"})
    void shouldRefuseAReplayOfWhatItAcceptedBefore() {
        World before = new World(state);
        TestXtr a = before.xtr(1);
        a.register(EID);
        byte[] refresh = a.register(EID).signed(a.record(EID, a.rloc));
        World after = new World(state);
        TestXtr replayer = after.xtr(1);
        replayer.sendRaw(refresh);
        assertThat(after.count(Counter.MAP_REGISTERS_REFUSED)).isEqualTo(1);
        replayer.nonce = a.nonce;
        replayer.register(EID);
        assertThat(replayer.notifies()).hasSize(1);
    }

    @Test
    void shouldGiveEachRegistrationALifetimeAndThenForgetIt() {
        new World(state).xtr(1).register(EID);
        World after = new World(state);
        after.advance(179);
        assertThat(holders(after, EID)).isNotEmpty();
        after.advance(2);
        assertThat(holders(after, EID)).isEmpty();
        assertThat(holders(new World(state), EID)).isEmpty();
    }

    @Test
    void shouldStillKnowWhoLostAnEidAndItsEpoch() {
        World before = new World(state);
        before.xtr(1).register(EID);
        before.xtr(2).register(EID);
        World after = new World(state);
        assertThat(after.server.database().get(EidPrefix.parse(EID)))
                .get()
                .extracting(Mapping::epoch)
                .isEqualTo(2);
        TestXtr late = after.xtr(1);
        late.nonce += 10;
        late.register(EID);
        assertThat(holders(after, EID)).containsExactly("192.0.2.2");
        late.acknowledgeAll();
        World third = new World(state);
        TestXtr returned = third.xtr(1);
        returned.nonce += 20;
        returned.register(EID);
        assertThat(holders(third, EID)).containsExactly("192.0.2.1");
    }

    @Test
    void shouldKeepWhatSeveralXtrsMerged() {
        World before = new World(state);
        for (TestXtr xtr : List.of(before.xtr(1), before.xtr(2))) {
            xtr.flags = EnumSet.of(MapRegister.Flag.MERGE, MapRegister.Flag.PROXY_REPLY);
            xtr.register(EID);
        }
        assertThat(holders(new World(state), EID)).containsExactly("192.0.2.1", "192.0.2.2");
    }

    @Test
    void shouldPublishToThoseWhoSubscribedBefore() {
        World before = new World(state);
        before.xtr(1).register(EID);
        TestXtr first = before.xtr(3);
        first.subscribe(EID).acknowledgeAll();
        before.xtr(2).register(EID);
        long last = first.lastNotify().nonce();
        World after = new World(state);
        assertThat(after.server.subscriptions()).isEqualTo(1);
        TestXtr itr = after.xtr(3);
        after.xtr(4).register(EID);
        assertThat(itr.notifies()).singleElement().satisfies(notify -> assertThat(notify.nonce())
                .isGreaterThan(last));
        assertThat(itr.lastIsSignedWith(World.KEY)).isTrue();
        itr.acknowledgeAll();
        assertThat(after.count(Counter.MAP_NOTIFIES_ACKNOWLEDGED)).isEqualTo(1);
    }

    @Test
    void shouldTakeASubscribersNextRequestButNoneOfBefore() {
        World before = new World(state);
        before.xtr(1).register(EID);
        TestXtr itr = before.xtr(3);
        itr.subscribe(EID).acknowledgeAll();
        World after = new World(state);
        TestXtr later = after.xtr(3);
        later.nonce = itr.nonce - 1;
        later.subscribe(EID);
        assertThat(later.notifies()).isEmpty();
        assertThat(after.count(Counter.SUBSCRIPTIONS_DROPPED_REPLAYED)).isEqualTo(1);
        later.subscribe(EID);
        assertThat(later.notifies()).hasSize(1);
    }

    @Test
    void shouldForgetSubscriptionsThatEndedButNotTheirNonces() {
        World before = new World(state);
        before.xtr(1).register(EID);
        TestXtr itr = before.xtr(3);
        itr.subscribe(EID).acknowledgeAll().forget();
        itr.send(itr.subscription(EID, NoAddress.INSTANCE), World.SERVER);
        itr.acknowledgeAll();
        assertThat(before.server.subscriptions()).isZero();
        World after = new World(state);
        assertThat(after.server.subscriptions()).isZero();
        TestXtr later = after.xtr(3);
        later.nonce = itr.nonce - 1;
        later.subscribe(EID);
        assertThat(later.inbox).isEmpty();
    }

    @Test
    void shouldIgnoreARecordThatTheCrashTore() throws IOException {
        World before = new World(state);
        before.xtr(1).register(EID);
        before.xtr(2).register("10.0.0.6");
        Path file = journals().getLast();
        try (RandomAccessFile octets = new RandomAccessFile(file.toFile(), "rw")) {
            int first = octets.readInt();
            octets.seek(8 + first + 8 + 20); // within the second record
            octets.write(0xff);
        }
        World after = new World(state);
        assertThat(holders(after, EID)).isNotEmpty();
        assertThat(holders(after, "10.0.0.6")).isEmpty();
    }

    @Test
    void shouldRemoveFilesThatAreNotNeededAnyMore() throws IOException {
        for (int i = 0; i < 3; i++) {
            World world = new World(state);
            TestXtr xtr = world.xtr(1);
            xtr.nonce += i;
            xtr.register("10.0.0." + i);
            world.advance(1);
        }
        assertThat(journals()).hasSize(1);
        assertThat(new World(state).server.database().size()).isEqualTo(3);
    }

    @Test
    void shouldAppendEveryChangeToTheAuditLog() throws IOException {
        World before = new World(state);
        before.xtr(1).register(EID).register(EID);
        before.xtr(2).register(EID);
        before.advance(1);
        World after = new World(state);
        after.advance(181);
        assertThat(Files.readAllLines(state.resolve("changes.jsonl")))
                .hasSize(3)
                .first()
                .isEqualTo(
                        "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"registered\",\"eid\":\"10.0.0.5/32\",\"epoch\":1,"
                            + "\"old\":[],\"new\":[\"192.0.2.1\"],\"by\":\"00000000000000000000000000000001\",\"site\":\"cloud\"}");
        assertThat(Files.readAllLines(state.resolve("changes.jsonl")))
                .element(1)
                .asString()
                .contains("\"kind\":\"moved\"", "\"epoch\":2", "\"old\":[\"192.0.2.1\"],\"new\":[\"192.0.2.2\"]");
    }

    private List<Path> journals() throws IOException {
        try (Stream<Path> all = Files.list(state)) {
            return all.filter(file -> file.toString().endsWith(".journal"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> holders(World world, String eid) {
        return world.server
                .database()
                .get(EidPrefix.parse(eid))
                .map(Mapping::view)
                .map(TestXtr::locators)
                .orElse(List.of());
    }
}
