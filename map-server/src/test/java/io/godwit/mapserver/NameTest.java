package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** RFC 9735: names as EIDs. Site {@code cloud} may register what begins with "ietf". */
class NameTest {
    private final World world = new World();
    private final TestXtr etr = world.xtr(1);
    private final TestXtr other = world.xtr(2);
    private final TestXtr itr = world.xtr(3);

    NameTest() {
        world.server.sites().add(world.server.sites().named("cloud").orElseThrow(), "ietf");
    }

    private static EidRecord record(TestXtr xtr, String name, int ttlMinutes) {
        DistinguishedName eid = new DistinguishedName(name);
        return new EidRecord(
                ttlMinutes,
                eid.maskLength(),
                Action.NO_ACTION,
                true,
                0,
                eid,
                List.of(RlocRecord.unicast(xtr.rloc, 1, 100, true)));
    }

    private EidRecord ask(String name) {
        itr.forget();
        DistinguishedName eid = new DistinguishedName(name);
        MapRequest request = new MapRequest(
                Set.of(),
                ++itr.nonce,
                NoAddress.INSTANCE,
                List.of(itr.rloc),
                List.of(new MapRequest.RequestedEid(false, eid.maskLength(), eid)),
                Optional.empty(),
                Optional.empty());
        itr.send(World.ecm(request, 4342), World.SERVER);
        return itr.lastReply().records().getFirst();
    }

    @Test
    @Conformance("C087")
    void shouldAnswerANameWithItsLongestRegisteredBeginning() {
        etr.send(record(etr, "ietf", 10));
        assertThat(etr.notifies()).as("the registration is confirmed").hasSize(1);
        EidRecord answer = ask("ietf.lisp");
        assertThat(answer.eid()).isEqualTo(new DistinguishedName("ietf"));
        assertThat(answer.maskLength()).isEqualTo(40);
        assertThat(answer.locators()).extracting(RlocRecord::locator).containsExactly(etr.rloc);
        other.send(record(other, "ietf.lisp", 10), record(other, "ietf.aaaa", 10));
        assertThat(ask("ietf.lisp").locators()).extracting(RlocRecord::locator).containsExactly(other.rloc);
        assertThat(ask("ietf.lisp").maskLength()).isEqualTo(80);
        assertThat(ask("ietf.lisp.more").maskLength()).isEqualTo(80);
        assertThat(ask("ietf.lis").maskLength()).isEqualTo(40);
        assertThat(ask("ietf").maskLength()).isEqualTo(40);
        assertThat(ask("ietf.zzzz").maskLength()).isEqualTo(40);
    }

    @Test
    void shouldAnswerNegativelyForNamesThatNobodyHas() {
        etr.send(record(etr, "ietf.a", 10));
        assertThat(ask("ietf.b").ttlMinutes()).isEqualTo(1);
        EidRecord foreign = ask("iet");
        assertThat(foreign.ttlMinutes()).isEqualTo(15);
        assertThat(foreign.action()).isEqualTo(Action.NATIVELY_FORWARD);
        assertThat(foreign.locators()).isEmpty();
    }

    @Test
    void shouldForgetNamesThatRunOutOrAreTakenBack() {
        etr.send(record(etr, "ietf.a", 10), record(etr, "ietf.b", 10));
        etr.send(record(etr, "ietf.a", 0));
        other.send(record(other, "ietf.b", 0));
        assertThat(ask("ietf.a").locators()).isEmpty();
        assertThat(ask("ietf.b").locators()).as("not the other's to take back").hasSize(1);
        world.advance(170);
        etr.send(record(etr, "ietf.b", 10));
        world.advance(170);
        assertThat(ask("ietf.b").locators()).hasSize(1);
        world.advance(20);
        assertThat(ask("ietf.b").locators()).isEmpty();
    }

    @Test
    void shouldRefuseNamesOfOthersAndForgedOnes() {
        etr.send(record(etr, "w3c", 10));
        etr.key = World.key(1, "guessed");
        etr.send(record(etr, "ietf.a", 10));
        assertThat(ask("w3c").locators()).isEmpty();
        assertThat(ask("ietf.a").locators()).isEmpty();
        assertThat(world.count(Counter.MAP_REGISTERS_REFUSED)).isEqualTo(2);
    }

    @Test
    void shouldSendRequestsOnWhereNoProxyReplyIsWanted() {
        etr.flags = Set.of(MapRegister.Flag.WANT_MAP_NOTIFY);
        etr.send(record(etr, "ietf", 10));
        etr.forget();
        DistinguishedName eid = new DistinguishedName("ietf.x");
        MapRequest request = new MapRequest(
                Set.of(),
                ++itr.nonce,
                NoAddress.INSTANCE,
                List.of(itr.rloc),
                List.of(new MapRequest.RequestedEid(false, eid.maskLength(), eid)),
                Optional.empty(),
                Optional.empty());
        itr.send(World.ecm(request, 4342), World.SERVER);
        assertThat(etr.inbox).hasSize(1);
    }
}
