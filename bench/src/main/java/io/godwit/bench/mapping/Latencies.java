package io.godwit.bench.mapping;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MapNotify;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;

/** How long a Map-Request waits for its answer while the map-server has other things to do. */
final class Latencies {
    private static final int PORT = 4342;
    private static final long MEAN_GAP_NANOS = 50_000;
    private static final long CHANGE_NANOS = 20_000;

    private Latencies() {}

    /** Lookups that come at random moments while every registration expires in the same second; nanoseconds each. */
    static Histogram expiry(Bed loaded, int eids) {
        Datagrams requests = new Messages().requests(200_000, eids);
        loaded.timers.skip(Duration.ofSeconds(181));
        Histogram waits = new Histogram(3);
        Random random = new Random(7);
        Timers clock = loaded.timers;
        long due = clock.nanoTime();
        for (int i = 0; loaded.server.database().size() > 0; i = (i + 1) % requests.size()) {
            while (clock.nanoTime() < due) {
                loaded.timers.runOne();
            }
            requests.deliver(i, loaded.transport);
            waits.recordValue(clock.nanoTime() - due);
            due += (long) (-Math.log(1 - random.nextDouble()) * MEAN_GAP_NANOS);
        }
        return waits;
    }

    /** From the Map-Register of a change to the last of 1,000 subscribers' Map-Notifies; nanoseconds each. */
    static Histogram fanout(int changes) {
        Messages messages = new Messages();
        Bed bed = new Bed()
                .deliver(messages.registers(0, 1, 1, 0))
                .deliver(messages.confirmedSubscriptions(0, 1, Messages.XTRS));
        bed.check(Messages.XTRS, bed.server.subscriptions(), "subscribers");
        Histogram times = new Histogram(3);
        for (int change = 1; change <= changes; change++) {
            Datagrams register = messages.registers(0, 1, 1, change);
            long before = bed.transport.sent();
            long start = System.nanoTime();
            bed.deliver(register);
            times.recordValue(bed.transport.lastSentNanos() - start);
            if (bed.transport.sent() - before < Messages.XTRS) {
                throw new IllegalStateException("a change was not published to all: " + bed.server.counters());
            }
        }
        return times;
    }

    /**
     * Lookups at random moments while EIDs are registered anew and moved, 50,000 a second; the xTRs that lost them say that they know. Every
     * lookup counts from the moment when it was due.
     */
    static Histogram churn(Bed loaded, Datagrams changes, int eids) {
        Messages messages = new Messages();
        Acknowledger xtrs = new Acknowledger(loaded.transport);
        Histogram waits = new Histogram(3);
        Random random = new Random(7);
        Timers clock = loaded.timers;
        long start = clock.nanoTime();
        long due = start;
        for (int change = 0; change < changes.size(); ) {
            long now = clock.nanoTime();
            if (now >= due) {
                int length =
                        messages.request(change, random.nextInt(eids), Messages.itr(random.nextInt(1 << 20)), PORT);
                loaded.transport.deliver(messages.buffer(), 0, length, new Endpoint(Messages.itr(0), PORT));
                waits.recordValue(clock.nanoTime() - due);
                due += (long) (-Math.log(1 - random.nextDouble()) * MEAN_GAP_NANOS);
            } else if (!xtrs.acknowledgeOne() && now - start >= change * CHANGE_NANOS) {
                changes.deliver(change++, loaded.transport);
            } else {
                loaded.timers.runOne();
            }
        }
        loaded.transport.receiver(null);
        return waits;
    }

    /** The xTRs that are told that they lost an EID-prefix. */
    private static final class Acknowledger {
        private static final int MAP_NOTIFY = 4;

        private final SinkTransport transport;
        private final Messages messages = new Messages();
        private final ArrayDeque<MapNotify> open = new ArrayDeque<>();

        Acknowledger(SinkTransport transport) {
            this.transport = transport;
            transport.receiver(this::onSent);
        }

        /** One without an xTR-ID is no answer to a Map-Register. */
        private void onSent(DirectBuffer buffer, int offset, int length, Endpoint remote) {
            if (buffer.getByte(offset) >>> 4 == MAP_NOTIFY
                    && ControlCodec.decode(buffer, offset, length) instanceof MapNotify notify
                    && notify.identity().isEmpty()) {
                open.add(notify);
            }
        }

        boolean acknowledgeOne() {
            MapNotify notify = open.poll();
            if (notify != null) {
                int length = messages.acknowledgement(notify);
                transport.deliver(messages.buffer(), 0, length, new Endpoint(Messages.rloc(0), PORT));
            }
            return notify != null;
        }
    }
}
