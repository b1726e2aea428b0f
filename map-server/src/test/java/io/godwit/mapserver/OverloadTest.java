package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.RateLimits;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.testing.Conformance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More than the map-server can do, and what is not meant well. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OverloadTest {
    private static final Endpoint XTR = at("192.0.2.1");
    private static final Endpoint ITR = at("192.0.2.50");
    /** Each is asked for four times in two seconds. */
    private static final int HOSTS = 500;

    /** IPv4 and UDP. */
    private static final int HEADERS = 28;

    private static final int NEGATIVES = 5_000;
    private static final LimitsConfig LIMITS = new LimitsConfig(
            1_000, 1_000, 100_000, 100, 100, 1_000, 2_000, new RateLimits(2_000, 100, NEGATIVES, 10, 10));

    private final Random random = new Random(4342);
    private final MessageAuthentication authentication = new MessageAuthentication();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2_000]);
    private final Wire wire = new Wire(LIMITS);
    private long nonce = 1_000;

    @Test
    void shouldAnswerItsItrsAndXtrsDuringAFloodOfMadeUpRequests() {
        for (int host = 0; host < HOSTS; host++) {
            register(host(host));
            wire.timers.advance(Duration.ofMillis(20));
        }
        int seconds = 2;
        int[] answered = new int[2];
        wire.receiver = (octets, length, to) -> {
            answered[0] += to.equals(ITR) ? 1 : 0;
            answered[1] += to.equals(XTR) ? 1 : 0;
        };
        for (int milli = 0; milli < seconds * 1_000; milli++) {
            for (int i = 0; i < 100; i++) {
                wire.deliver(madeUp(), new Endpoint(new Ipv4Address(random.nextInt()), random.nextInt(65_536)));
            }
            wire.deliver(request(host(milli % HOSTS), ITR.address()), ITR);
            if (milli % 100 == 0) {
                register(host(5));
            }
            wire.timers.advance(Duration.ofMillis(1));
        }
        assertThat(answered[0]).isEqualTo(seconds * 1_000);
        assertThat(answered[1]).isEqualTo(seconds * 10);
        assertThat(wire.count(Counter.MAP_REPLIES_NEGATIVE)).isLessThanOrEqualTo(NEGATIVES * (seconds + 1L));
        assertThat(wire.count(Counter.MAP_REPLIES_DROPPED_NEGATIVE_LIMITED)).isGreaterThan(100_000);
        assertThat(wire.server.solicitor().size()).isLessThanOrEqualTo(LIMITS.askers());
        assertThat(wire.server.database().size()).isEqualTo(HOSTS);
    }

    private static String host(int number) {
        return "10.0." + number / 250 + "." + number % 250;
    }

    @Test
    void shouldServeEveryItrOfAFloodOfDifferentRegisteredHosts() {
        for (int host = 0; host < 100; host++) {
            register("10.0.0." + host);
        }
        long before = wire.sent;
        for (int milli = 0; milli < 100; milli++) {
            for (int i = 0; i < 100; i++) {
                wire.deliver(madeUp(), new Endpoint(new Ipv4Address(random.nextInt()), 4342));
            }
            wire.deliver(request("10.0.0." + milli, ITR.address()), ITR);
            assertThat(wire.sent - before).as("before the flood is looked at").isEqualTo(1);
            wire.timers.advance(Duration.ofMillis(1));
            before = wire.sent;
        }
    }

    @Test
    void shouldAnswerAllRequestsOfABurstAndTheOthersAfterIt() {
        for (int host = 0; host < 50; host++) {
            register("10.0.0." + host);
        }
        List<Long> answered = new ArrayList<>();
        wire.receiver =
                (octets, length, to) -> answered.add(((MapReply) ControlCodec.decode(octets, 0, length)).nonce());
        long first = nonce + 1;
        wire.burst(() -> {
            for (int host = 0; host < 50; host++) {
                // Every tenth is for an EID that nobody has registered.
                wire.deliver(request((host % 10 == 9 ? "10.0.9." : "10.0.0.") + host, ITR.address()), ITR);
            }
        });
        List<Long> all = LongStream.range(first, first + 50).boxed().toList();
        assertThat(answered)
                .containsExactlyElementsOf(
                        all.stream().filter(one -> (one - first) % 10 != 9).toList());
        wire.timers.run();
        assertThat(answered).containsExactlyInAnyOrderElementsOf(all);
        assertThat(wire.count(Counter.MAP_REPLIES_NEGATIVE)).isEqualTo(5);
    }

    @Test
    void shouldHandleRegistrationsBeforeRequestsThatWaitAndDropWhatDoesNotFit() {
        for (int i = 0; i < 3_000; i++) {
            wire.deliver(madeUp(), new Endpoint(new Ipv4Address(i), 4342));
        }
        assertThat(wire.sent).isZero();
        register("10.0.0.5");
        assertThat(wire.sent).isEqualTo(1);
        assertThat(wire.count(Counter.MAP_REQUESTS_DROPPED_QUEUE_FULL)).isEqualTo(1_000);
        wire.timers.run();
        assertThat(wire.count(Counter.MAP_REPLIES_NEGATIVE)).isEqualTo(2_000);
    }

    @Test
    void shouldLimitOneSourceWithoutHoldingUpOthers() {
        register("10.0.0.5");
        for (int i = 0; i < 3_000; i++) {
            wire.deliver(madeUp(), ITR);
        }
        assertThat(wire.count(Counter.MAP_REQUESTS_DROPPED_SOURCE_LIMITED)).isEqualTo(1_000);
        long before = wire.sent;
        wire.deliver(request("10.0.0.5", IpAddress.parse("192.0.2.51")), at("192.0.2.51"));
        assertThat(wire.sent - before).isEqualTo(1);
        for (int i = 0; i < 150; i++) {
            register("10.0.0.5");
        }
        assertThat(wire.count(Counter.MAP_REGISTERS_DROPPED_SOURCE_LIMITED)).isEqualTo(51);
    }

    @Test
    void shouldNotAnswerASmallRequestWithMuch() {
        for (int i = 0; i < 12; i++) {
            register("10.0.7." + i);
        }
        register("10.0.7.0/24");
        for (String eid : List.of("10.0.7.200", "10.0.7.3", "10.77.0.1", "192.0.2.9")) {
            for (int records : new int[] {1, 2, 20, 200}) {
                byte[] request = requestOf(records, eid);
                long octets = wire.sentOctets;
                long datagrams = wire.sent;
                wire.deliver(request, at("192.0.2.60"));
                wire.timers.advance(Duration.ofSeconds(10));
                assertThat(wire.sent - datagrams).isLessThanOrEqualTo(1);
                assertThat(wire.sentOctets - octets + HEADERS)
                        .as(records + " records of " + eid)
                        .isLessThanOrEqualTo(10L * (request.length + HEADERS))
                        .isLessThanOrEqualTo(576);
            }
        }
    }

    @Test
    @Conformance("C179")
    void shouldTellItrsTheConfiguredActionForWhatNobodyHasRegistered() {
        List<EidRecord> answers = new ArrayList<>();
        wire.receiver = (octets, length, to) -> answers.add(
                ((MapReply) ControlCodec.decode(octets, 0, length)).records().getFirst());
        for (String eid : List.of("172.16.0.9", "172.16.1.9", "172.16.2.9")) {
            wire.deliver(request(eid, ITR.address()), ITR);
        }
        wire.timers.run();
        assertThat(answers)
                .extracting(EidRecord::action)
                .containsExactly(Action.DROP_POLICY_DENIED, Action.DROP_AUTH_FAILURE, Action.SEND_MAP_REQUEST);
        assertThat(answers).extracting(EidRecord::ttlMinutes).containsOnly(1);
    }

    @Test
    @Conformance("C073")
    void shouldTakeMessagesOfWhichOnlyOnePortIsTheControlPort() {
        wire.deliver(registration("10.0.0.5"), new Endpoint(XTR.address(), 50_123));
        wire.deliver(request("10.0.0.5", ITR.address()), new Endpoint(ITR.address(), 61_234));
        assertThat(wire.server.database().size()).isEqualTo(1);
        assertThat(wire.sent).isEqualTo(2);
    }

    /** 200,000 of them; {@code bench/run mapping} sends a million. */
    @Test
    @Conformance("C159")
    void shouldAcceptNoForgedRegister() {
        register("10.0.0.5");
        long before = wire.sent;
        byte[] genuine = registration("10.0.0.6");
        for (int i = 0; i < 200_000; i++) {
            wire.deliver(Forgery.of(genuine, i, random), new Endpoint(new Ipv4Address(random.nextInt()), 4342));
            if (i % 1_000 == 0) {
                wire.timers.advance(Duration.ofMillis(10));
            }
        }
        assertThat(wire.server.database().size()).isEqualTo(1);
        assertThat(wire.count(Counter.RECORDS_ACCEPTED)).isEqualTo(1);
        assertThat(wire.sent - before).isZero();
        assertThat(wire.server.refusals().all().size()).isLessThan(10);
        assertThat(wire.count(Counter.MAP_REGISTERS_REFUSED) + wire.count(Counter.MALFORMED))
                .isEqualTo(200_000);
    }

    /** Somebody asks for something. */
    private byte[] madeUp() {
        return request(new Ipv4Address(random.nextInt()).toString(), new Ipv4Address(random.nextInt()));
    }

    private byte[] request(String eid, IpAddress itr) {
        return wire.encode(World.ecm(World.request(++nonce, eid, itr), 4342));
    }

    private byte[] requestOf(int records, String eid) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return wire.encode(new MapRequest(
                Set.of(),
                ++nonce,
                NoAddress.INSTANCE,
                List.of(IpAddress.parse("192.0.2.60")),
                Collections.nCopies(records, new MapRequest.RequestedEid(false, 32, prefix.toAddress())),
                Optional.empty(),
                Optional.empty()));
    }

    private void register(String eid) {
        wire.deliver(registration(eid), XTR);
    }

    private byte[] registration(String eid) {
        EidPrefix prefix = EidPrefix.parse(eid);
        EidRecord record = new EidRecord(
                10,
                prefix.length(),
                Action.NO_ACTION,
                true,
                0,
                prefix.toAddress(),
                List.of(RlocRecord.unicast(XTR.address(), 1, 100, true)));
        MapRegister message = new MapRegister(
                Set.of(MapRegister.Flag.WANT_MAP_NOTIFY, MapRegister.Flag.PROXY_REPLY),
                ++nonce,
                AuthenticationData.UNSIGNED,
                List.of(record),
                Optional.of(new XtrIdentity(0, 1, 42)));
        byte[] octets = new byte[authentication.encodeSigned(message, World.KEY, buffer, 0)];
        buffer.getBytes(0, octets);
        return octets;
    }

    private static Endpoint at(String address) {
        return new Endpoint(IpAddress.parse(address), 4342);
    }
}
