package io.godwit.mapserver;

import static io.godwit.mapserver.TestXtr.locators;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Map-Request: proxy replies, negative replies, forwarding. */
class RequestTest {
    private final World world = new World();
    private final TestXtr etr = world.xtr(1);
    private final TestXtr other = world.xtr(2);
    private final TestXtr itr = new TestXtr(world, 50, 4342);

    @Test
    @Conformance({"C114", "C117", "C119", "C175"})
    void shouldAnswerForAnEtrThatAsksForIt() {
        IpAddress low = IpAddress.parse("192.0.2.0");
        etr.send(etr.record("10.0.0.5", etr.rlocV6, etr.rloc, low));
        itr.ask("10.0.0.5");
        MapReply reply = itr.lastReply();
        EidRecord record = reply.records().getFirst();
        assertThat(reply.nonce()).isEqualTo(itr.nonce);
        assertThat(reply.probe()).isFalse();
        assertThat(record.authoritative()).isFalse();
        assertThat(record.ttlMinutes()).isEqualTo(10);
        assertThat(locators(record)).containsExactly("192.0.2.0", "192.0.2.1", "2001:db8::1");
        assertThat(record.locators()).noneMatch(RlocRecord::local).noneMatch(RlocRecord::probed);
    }

    @Test
    @Conformance("C115")
    void shouldReplyToTheItrsRlocAndTheInnerSourcePort() {
        TestXtr elsewhere = new TestXtr(world, 51, 50_123);
        etr.register("10.0.0.5");
        MapRequest request = World.request(7, "10.0.0.5", elsewhere.rloc);
        itr.send(World.ecm(request, 50_123), World.SERVER); // a map-resolver's ECM comes from somewhere else
        assertThat(itr.replies()).isEmpty();
        assertThat(elsewhere.replies()).hasSize(1);
        assertThat(world.network.sent().getLast().from()).isEqualTo(World.SERVER);
    }

    @Test
    void shouldReplyToAnIpv6Itr() {
        etr.register("10.0.0.5");
        itr.send(World.ecm(World.request(7, "10.0.0.5", itr.rlocV6), 4342), World.SERVER_V6);
        assertThat(itr.replies()).hasSize(1);
    }

    @Test
    void shouldAnswerARequestThatIsNotEncapsulated() {
        etr.register("10.0.0.5");
        itr.send(World.request(7, "10.0.0.5", itr.rloc), World.SERVER);
        assertThat(itr.replies()).hasSize(1);
    }

    @Test
    @Conformance("C094")
    void shouldAnswerEachRecordOfARequest() {
        etr.register("10.0.0.5").register("10.0.0.6");
        MapRequest one = World.request(7, "10.0.0.5", itr.rloc);
        MapRequest both = new MapRequest(
                Set.of(),
                7,
                NoAddress.INSTANCE,
                one.itrRlocs(),
                List.of(
                        one.records().getFirst(),
                        World.request(7, "10.0.0.6", itr.rloc).records().getFirst()),
                Optional.empty(),
                Optional.empty());
        itr.send(World.ecm(both, 4342), World.SERVER);
        assertThat(itr.lastReply().records())
                .extracting(record -> record.eid().toString())
                .containsExactly("10.0.0.5", "10.0.0.6");
    }

    @Test
    @Conformance("C176")
    void shouldForwardToARegisteredEtrWithTheInnerPacketUntouched() {
        etr.flags = EnumSet.of(MapRegister.Flag.WANT_MAP_NOTIFY);
        etr.register("10.0.0.5");
        etr.forget();
        world.network.forget();
        itr.ask("10.0.0.5");
        assertThat(itr.inbox).isEmpty();
        byte[] sent = world.network.sent().getFirst().payload();
        byte[] forwarded = etr.raw.getFirst();
        EncapsulatedControlMessage ecm =
                (EncapsulatedControlMessage) ControlCodec.decode(new UnsafeBuffer(sent), 0, sent.length);
        assertThat(Arrays.copyOfRange(forwarded, 4, forwarded.length))
                .isEqualTo(Arrays.copyOfRange(sent, ecm.innerOffset(), sent.length));
        assertThat(etr.inbox.getFirst()).isEqualTo(ecm);
    }

    @Test
    void shouldForwardToTheBestReachableLocator() {
        etr.flags = EnumSet.noneOf(MapRegister.Flag.class);
        EidRecord base = etr.record("10.0.0.5");
        etr.send(new EidRecord(
                10,
                32,
                Action.NO_ACTION,
                true,
                0,
                base.eid(),
                List.of(
                        new RlocRecord(1, 100, 255, 0, true, false, false, IpAddress.parse("192.0.2.77")),
                        new RlocRecord(255, 100, 255, 0, true, false, true, IpAddress.parse("192.0.2.78")),
                        RlocRecord.unicast(other.rloc, 2, 100, true),
                        RlocRecord.unicast(etr.rloc, 3, 100, true))));
        itr.ask("10.0.0.5");
        assertThat(other.inbox).singleElement().isInstanceOf(EncapsulatedControlMessage.class);
        assertThat(etr.inbox).isEmpty();
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldNotForwardToItselfForEver() {
        etr.flags = EnumSet.of(MapRegister.Flag.WANT_MAP_NOTIFY);
        etr.send(etr.record("10.0.0.5", World.SERVER.address()));
        itr.ask("10.0.0.5");
        assertThat(world.count(Counter.MAP_REQUESTS_FORWARDED)).isEqualTo(1);
        assertThat(world.count(Counter.DROPPED_FROM_ITSELF)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        // asked, answer, minutes
        "11.0.0.1, 11.0.0.0/8, 15", // known are 10.0/16, 10.8.0/24 and 10.9/16
        "10.1.0.1, 10.1.0.0/16, 15",
        "10.128.0.1, 10.128.0.0/9, 15",
        "192.0.2.1, 192.0.0.0/2, 15",
        "[9]10.0.0.1, [9]0.0.0.0/0, 15",
        "2001:db8:2::1, 2001:db8:2::/47, 15",
        "52:54:00:aa:bb:cc, 00:00:00:00:00:00/0, 15",
        // configured; registered are 10.0.0.5 and 10.0.1.0/24
        "10.8.0.9, 10.8.0.0/24, 1",
        "10.0.0.4, 10.0.0.4/32, 1",
        "10.0.0.9, 10.0.0.8/29, 1",
        "10.0.2.1, 10.0.2.0/23, 1",
        "10.0.128.1, 10.0.128.0/17, 1",
        "[7]10.0.0.5, [7]10.0.0.0/16, 1"
    })
    @Conformance({"C177", "C178", "C181"})
    void shouldAnswerNegativelyWithTheWidestHole(String eid, String prefix, int minutes) {
        etr.register("10.0.0.5").register("10.0.1.0/24");
        itr.ask(eid);
        EidRecord record = itr.lastReply().records().getFirst();
        assertThat(record.eid() + "/" + record.maskLength()).isEqualTo(prefix);
        assertThat(record.ttlMinutes()).isEqualTo(minutes);
        assertThat(record.action()).isEqualTo(Action.NATIVELY_FORWARD);
        assertThat(record.locators()).isEmpty();
        assertThat(record.authoritative()).isFalse();
    }

    @Test
    @Conformance({"C112", "C113"})
    void shouldListMoreSpecificsOfTheBestMatch() {
        etr.register("2001:db8:1::/48").register("2001:db8:1:1::/64");
        etr.ttlMinutes = 3;
        etr.register("2001:db8:1:2::/64");
        itr.ask("2001:db8:1:1::9");
        assertThat(prefixes(itr.lastReply())).containsExactly("2001:db8:1:1::/64");
        itr.ask("2001:db8:1:3::9");
        assertThat(prefixes(itr.lastReply()))
                .hasSize(3)
                .startsWith("2001:db8:1::/48")
                .contains("2001:db8:1:1::/64", "2001:db8:1:2::/64");
        assertThat(itr.lastReply().records()).extracting(EidRecord::ttlMinutes).containsOnly(3);
    }

    @Test
    void shouldNarrowTheAnswerWhenTooManyMoreSpecificsWouldHaveToBeListed() {
        etr.register("10.0.0.0/16");
        for (int host = 0; host < 100; host++) {
            other.register("10.0.0." + host);
        }
        itr.ask("10.0.0.200");
        assertThat(prefixes(itr.lastReply())).containsExactly("10.0.0.128/25");
        assertThat(locators(itr.lastReply().records().getFirst())).containsExactly("192.0.2.1");
        itr.ask("10.0.200.1");
        assertThat(prefixes(itr.lastReply())).containsExactly("10.0.128.0/17");
        itr.ask("10.0.0.7");
        assertThat(prefixes(itr.lastReply())).containsExactly("10.0.0.7/32");
    }

    @ParameterizedTest
    @EnumSource(
            value = MapRequest.Flag.class,
            names = {"PROBE", "SMR", "DO_NOT_REPLY"})
    @Conformance("C135")
    void shouldNotAnswer(MapRequest.Flag flag) {
        etr.register("10.0.0.5");
        itr.send(World.ecm(World.request(7, "10.0.0.5", itr.rloc, flag), 4342), World.SERVER);
        itr.send(World.request(7, "10.0.0.5", itr.rloc, flag), World.SERVER);
        assertThat(itr.inbox).isEmpty();
        // A probe in an ECM is malformed, and does not get as far as to be a request.
        assertThat(world.count(Counter.MAP_REQUESTS) + world.count(Counter.MALFORMED))
                .isEqualTo(2);
        assertThat(world.count(Counter.MAP_REPLIES_SENT)).isZero();
    }

    @Test
    @Conformance("C180")
    void shouldDropMapRepliesAndMapNotifies() {
        etr.register("10.0.0.5");
        itr.send(new MapReply(false, false, 7, List.of(etr.record("10.0.0.5", itr.rloc))), World.SERVER);
        itr.ask("10.0.0.5");
        assertThat(locators(itr.lastReply().records().getFirst())).containsExactly("192.0.2.1");
        assertThat(world.count(Counter.MAP_REPLIES_RECEIVED)).isEqualTo(1);
    }

    @Test
    @Conformance("C120")
    void shouldLimitRepliesForOneEidToOneRlocButNotOthers() {
        etr.register("10.0.0.0/16");
        for (int i = 0; i < 100; i++) {
            itr.ask("10.0.0.5");
        }
        assertThat(itr.replies()).hasSize(5);
        world.advance(3);
        itr.ask("10.0.0.5");
        assertThat(itr.replies()).hasSize(6);
        itr.forget();
        for (int host = 0; host < 250; host++) {
            itr.ask("10.0.1." + host);
        }
        assertThat(itr.replies()).hasSize(250);
        assertThat(world.count(Counter.MAP_REPLIES_DROPPED_RATE_LIMITED)).isEqualTo(95);
    }

    private static List<String> prefixes(MapReply reply) {
        return reply.records().stream()
                .map(record -> record.eid() + "/" + record.maskLength())
                .toList();
    }
}
