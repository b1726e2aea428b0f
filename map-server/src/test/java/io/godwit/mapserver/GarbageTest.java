package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Octets;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.SharedExtension;
import io.godwit.testing.Conformance;
import io.godwit.testing.Mutations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody should send. */
class GarbageTest {
    private static final int DATAGRAMS = 100_000;
    private static final int MILLION = 1_000_000;
    /** IPv4 and UDP. */
    private static final int HEADERS = 28;

    private final World world = new World();
    private final TestXtr xtr = world.xtr(1);

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldCountEachRandomDatagramOnceAndKeepNothing() {
        xtr.register("10.0.0.5");
        Mutations garbage = new Mutations(4342, List.of(xtr.signed(xtr.record("10.0.0.6", xtr.rloc)), encode(ecm())));
        long before = handled();
        for (int i = 0; i < DATAGRAMS; i++) {
            xtr.sendRaw(garbage.next());
            if (i % 1000 == 0) {
                world.network.forget();
                xtr.forget();
            }
        }
        assertThat(handled() - before).isEqualTo(DATAGRAMS);
        assertThat(world.server.counters()).containsEntry("datagramsHandlerFailed", 0L);
        assertThat(world.server.database().size()).isLessThanOrEqualTo(2); // a genuine one is among them
        assertThat(world.server.refusals().all().size()).isLessThan(20);
        xtr.forget();
        world.advance(10);
        xtr.nonce += 10_000;
        xtr.register("10.0.0.7");
        assertThat(xtr.notifies()).hasSize(1);
    }

    /** Through the map-server's receive path, as fast as it goes: {@code bench/run fuzz} does the same to the codec for longer. */
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    @Conformance("C092")
    void shouldSurviveAMillionFuzzedPackets() {
        LimitsConfig limits = new LimitsConfig(100, 100, 100, 100, 100, 1_000);
        Wire wire = new Wire(limits);
        wire.deliver(xtr.signed(xtr.record("10.0.0.5", xtr.rloc)), new Endpoint(xtr.rloc, 4342));
        Mutations garbage = new Mutations(92, genuine());
        long octets = 0;
        for (int i = 0; i < MILLION; i++) {
            byte[] datagram = garbage.next();
            octets += datagram.length + HEADERS;
            wire.deliver(datagram, new Endpoint(new Ipv4Address(0x0a000000 + garbage.nextInt(1 << 16)), 4342));
            if (i % 100 == 0) {
                wire.timers.advance(Duration.ofMillis(1));
            }
        }
        wire.timers.advance(Duration.ofMinutes(5)); // what is sent again is sent again
        assertThat(wire.sent).isGreaterThan(1).isLessThan(MILLION);
        assertThat(wire.sentOctets + HEADERS * wire.sent).isLessThan(3 * octets);
        assertThat(wire.server.database().size()).isLessThanOrEqualTo(limits.mappings());
        assertThat(wire.server.subscriptions()).isLessThanOrEqualTo(limits.subscriptions());
        assertThat(wire.server.solicitor().size()).isLessThanOrEqualTo(limits.askers());
        assertThat(wire.server.pendingNotifies()).isLessThanOrEqualTo(2 * limits.pendingNotifies());
        assertThat(wire.server.refusals().all().size()).isLessThan(30);
        assertThat(wire.server.counters().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isGreaterThan(MILLION);
    }

    /** One of each kind. */
    private List<byte[]> genuine() {
        EidRecord record = xtr.record("10.0.0.5", xtr.rloc);
        return List.of(
                xtr.signed(record),
                xtr.signed(xtr.record("10.0.0.6", xtr.rloc, xtr.rlocV6), xtr.record("[7]10.0.0.0/24", xtr.rloc)),
                encode(ecm()),
                encode(World.request(7, "10.0.0.5", xtr.rloc)),
                encode(World.request(8, "10.0.0.5", xtr.rloc, MapRequest.Flag.SMR)),
                encode(World.request(8, "10.0.0.5", xtr.rloc, MapRequest.Flag.PROBE)),
                encode(World.ecm(xtr.subscription("10.0.0.5", xtr.rloc), 4342)),
                encode(new MapReply(false, false, 9, List.of(record))),
                encode(new MapNotify(9, AuthenticationData.UNSIGNED, List.of(record), xtr.identity)),
                encode(new MapNotifyAck(9, AuthenticationData.UNSIGNED, List.of(record), Optional.empty())),
                encode(new SharedExtension(1, Octets.parse("0x0102"))));
    }

    private EncapsulatedControlMessage ecm() {
        return World.ecm(World.request(7, "10.0.0.5", xtr.rloc), 4342);
    }

    @Test
    @Conformance("C081")
    void shouldIgnoreASharedExtensionOfUnknownSubType() {
        int before = xtr.inbox.size();
        xtr.sendRaw(encode(new SharedExtension(0x7ff, Octets.parse("0x0102"))));
        assertThat(world.count(Counter.UNEXPECTED_MESSAGES)).isEqualTo(1);
        assertThat(xtr.inbox).hasSize(before);
    }

    /** Each datagram is one of these. */
    private long handled() {
        return world.count(Counter.MALFORMED)
                + world.count(Counter.MAP_REGISTERS)
                + world.count(Counter.MAP_REGISTERS_DROPPED_SOURCE_LIMITED)
                + world.count(Counter.MAP_REQUESTS)
                + world.count(Counter.MAP_NOTIFY_ACKS)
                + world.count(Counter.MAP_REPLIES_RECEIVED)
                + world.count(Counter.MAP_NOTIFIES_RECEIVED)
                + world.count(Counter.UNEXPECTED_MESSAGES)
                + world.count(Counter.ECM_DROPPED_NOT_A_REQUEST);
    }

    private static byte[] encode(ControlMessage message) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[500]);
        byte[] octets = new byte[ControlCodec.encode(message, buffer, 0)];
        buffer.getBytes(0, octets);
        return octets;
    }
}
