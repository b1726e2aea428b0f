package io.godwit.mapserver.request;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.HostQuery;
import io.godwit.mapping.RateTable;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.Binding;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.intake.RequestQueue;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The short way of nearly all requests: one registered host, answered for its xTR. Those that were received together are looked up together:
 * where there are many EIDs a lookup is waiting for memory, and theirs wait at the same time.
 */
public final class HostRequests {
    /** What a burst of datagrams brings, and more. */
    private static final int MOST = 16;
    /** Octets; whatever is longer goes the other way. */
    private static final int LONGEST = 512;

    private final MappingDatabase database;
    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final ReplyLimits limits;
    private final RequestQueue.Handler others;
    private final HostReplies replies = new HostReplies();
    private final HostQuery query = new HostQuery(MOST);
    private final @Nullable Binding[] bindings = new @Nullable Binding[MOST];
    private final Waiting[] waiting = new Waiting[MOST];
    private final UnsafeBuffer octets = new UnsafeBuffer(new byte[MOST * LONGEST]);
    private final boolean ipv4;
    private final boolean ipv6;
    private boolean bursting;

    /** A request, whose octets are kept too: it may turn out to be another's. */
    private static final class Waiting {
        private final PlainRequest plain;
        private int length;
        private @Nullable IpAddress local;
        private @Nullable Endpoint source;

        Waiting(DirectBuffer empty) {
            plain = new PlainRequest(empty);
        }
    }

    /** @param others gets what turns out not to be for a registered host; the buffer is only valid during the call */
    HostRequests(
            MappingDatabase database,
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            ReplyLimits limits,
            RequestQueue.Handler others) {
        this.database = database;
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        this.limits = limits;
        this.others = others;
        Arrays.setAll(waiting, i -> new Waiting(octets));
        ipv4 = out.canReach(new Ipv4Address(0));
        ipv6 = out.canReach(new Ipv6Address(0, 0));
    }

    /** Until {@link #onBurstEnd} answers may wait for each other. */
    public void onBurst() {
        bursting = true;
    }

    public void onBurstEnd() {
        bursting = false;
        answer();
    }

    /** Returns whether it is for one host, and so taken; if not, nothing has happened. */
    public boolean take(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint source) {
        int place = query.size();
        Waiting one = waiting[place];
        PlainRequest plain = one.plain;
        if (length > LONGEST || !plain.read(buffer, offset, length, source.port(), ipv4, ipv6)) {
            return false;
        }
        octets.putBytes(place * LONGEST, buffer, offset, length);
        one.length = length;
        one.local = local;
        one.source = source;
        query.add(plain.instanceId(), plain.width(), plain.high(), plain.low());
        if (!bursting || query.isFull()) {
            answer();
        }
        return true;
    }

    private void answer() {
        try {
            database.proxies(query, bindings);
            long now = timers.nanoTime();
            for (int i = 0; i < query.size(); i++) {
                Binding binding = bindings[i];
                if (binding == null) {
                    leave(waiting[i], i * LONGEST);
                } else {
                    answer(waiting[i].plain, binding, now);
                }
            }
        } finally {
            query.clear();
        }
    }

    private void leave(Waiting one, int offset) {
        IpAddress local = Objects.requireNonNull(one.local);
        others.onRequest(octets, offset, one.length, local, Objects.requireNonNull(one.source));
    }

    private void answer(PlainRequest plain, Binding binding, long nowNanos) {
        counters.increment(Counter.MAP_REQUESTS);
        IpAddress itr = plain.itr();
        long key = RateTable.key(plain.high(), plain.low(), plain.instanceId(), plain.width(), itr.hashCode());
        if (!limits.allow(itr, key, nowNanos)) {
            counters.increment(Counter.MAP_REPLIES_DROPPED_RATE_LIMITED);
            return;
        }
        counters.increment(Counter.MAP_REPLIES_SENT);
        int length = replies.write(plain, binding);
        out.transport().send(replies.buffer(), 0, length, new Endpoint(itr, plain.replyPort()));
    }
}
