package io.godwit.bench.mapping;

import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.Ipv4Address;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** Map-Registers of somebody who has no key: right in all but the MAC, each from another address. */
final class Forged {
    private static final int MAC_OFFSET = 16;
    private static final int MAC_OCTETS = 16;
    private static final int PORT = 4342;

    private Forged() {}

    /** How many of {@code count} were accepted. */
    static long accepted(int count) {
        Bed bed = new Bed();
        Datagrams genuine = new Messages().registers(0, 1, 1, 0);
        UnsafeBuffer message = new UnsafeBuffer(new byte[genuine.length(0)]);
        message.putBytes(0, genuine.buffer(0), genuine.offset(0), genuine.length(0));
        Random random = new Random(4342);
        for (int i = 0; i < count; i++) {
            for (int at = 0; at < MAC_OCTETS; at += Long.BYTES) {
                message.putLong(MAC_OFFSET + at, random.nextLong());
            }
            bed.transport.deliver(
                    message, 0, message.capacity(), new Endpoint(new Ipv4Address(random.nextInt()), PORT));
        }
        bed.check(count, bed.server.counters().getOrDefault("mapRegistersRefused", -1L), "refusals");
        return bed.server.database().size() + bed.transport.sent();
    }
}
