package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.Octets;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.SharedExtension;
import io.godwit.testing.Conformance;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody should send. */
class GarbageTest {
    private static final int DATAGRAMS = 100_000;

    private final World world = new World();
    private final TestXtr xtr = world.xtr(1);
    private final Random random = new Random(4342);

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldCountEachRandomDatagramOnceAndKeepNothing() {
        xtr.register("10.0.0.5");
        List<byte[]> seeds = List.of(
                xtr.signed(xtr.record("10.0.0.6", xtr.rloc)),
                encode(World.ecm(World.request(7, "10.0.0.5", xtr.rloc), 4342)),
                encode(World.request(7, "10.0.0.5", xtr.rloc)));
        long before = handled();
        for (int i = 0; i < DATAGRAMS; i++) {
            xtr.sendRaw(i % 2 == 0 ? noise() : mutated(seeds.get(i / 2 % seeds.size())));
            if (i % 1000 == 0) {
                world.network.forget();
                xtr.forget();
            }
        }
        assertThat(handled() - before).isEqualTo(DATAGRAMS);
        assertThat(world.count(Counter.MAP_REPLIES_SENT)).isLessThan(DATAGRAMS / 10);
        assertThat(world.server.counters()).containsEntry("datagramsHandlerFailed", 0L);
        assertThat(world.server.database().size()).isEqualTo(1);
        assertThat(world.server.pendingNotifies()).isZero();
        assertThat(world.server.refusals().all().size()).isLessThan(20);
        xtr.forget();
        world.advance(10);
        xtr.nonce += 10_000;
        xtr.register("10.0.0.7");
        assertThat(xtr.notifies()).hasSize(1);
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
                + world.count(Counter.MAP_REQUESTS)
                + world.count(Counter.MAP_NOTIFY_ACKS)
                + world.count(Counter.MAP_REPLIES_RECEIVED)
                + world.count(Counter.MAP_NOTIFIES_RECEIVED)
                + world.count(Counter.UNEXPECTED_MESSAGES)
                + world.count(Counter.ECM_DROPPED_NOT_A_REQUEST);
    }

    private byte[] noise() {
        byte[] octets = new byte[random.nextInt(200)];
        random.nextBytes(octets);
        return octets;
    }

    private byte[] mutated(byte[] seed) {
        byte[] octets = seed.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt();
        }
        return octets;
    }

    private static byte[] encode(ControlMessage message) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[500]);
        byte[] octets = new byte[ControlCodec.encode(message, buffer, 0)];
        buffer.getBytes(0, octets);
        return octets;
    }
}
