package io.godwit.mapserver.notify;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ExpiryWheel;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Unsolicited Map-Notifies: sent again after 3, 3, 3, 6, 12 and 24 seconds until a valid Map-Notify-Ack comes (RFC 9301 section 5.7). There
 * is one for each xTR and EID-prefix: a newer one takes the place of an older. All share one wheel.
 */
public final class MapNotifier {
    /** Nonces that are used before the next ones are reserved. */
    private static final int RESERVE = 1 << 16;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int[] WAIT_SECONDS = {3, 3, 3, 6, 12, 24};
    /** How long an xTR must be quiet before {@link #remind} repeats what it has not acknowledged. */
    private static final long REMIND_NANOS = SECOND_NANOS / 2;

    private static final long TICK_NANOS = 100_000_000L;
    private static final int WHEEL_SLOTS = 512;

    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final int capacity;
    /** The first of a chain for each EID-prefix: nearly always there is one. */
    private final Map<EidPrefix, Pending> pending = new HashMap<>();

    private final Long2ObjectHashMap<Pending> byNonce = new Long2ObjectHashMap<>();
    private final ExpiryWheel<Pending> wheel;
    private final LongConsumer reserver;
    private long nextNonce;
    /** A later run begins here. */
    private long reserved;

    private static final class Pending {
        private final EidPrefix prefix;
        private final Registrant to;
        private final List<Endpoint> destinations;
        private final EidRecord record;
        private final long nonce;
        private long sentNanos;
        private int waits;
        /** Of the same EID-prefix, to another xTR. */
        private @Nullable Pending next;

        private int timer = ExpiryWheel.NONE;

        Pending(EidPrefix prefix, Registrant to, List<Endpoint> destinations, EidRecord record, long nonce) {
            this.prefix = prefix;
            this.to = to;
            this.destinations = destinations;
            this.record = record;
            this.nonce = nonce;
        }
    }

    /** What an xTR acknowledged. */
    public record Acknowledged(EidPrefix prefix, XtrKey xtr) {}

    /**
     * @param capacity Map-Notifies that wait at once; those beyond are not sent
     * @param lastReserved what an earlier run gave to {@code reserver} last
     * @param reserver gets a nonce that the next ones are not above
     */
    public MapNotifier(
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            int capacity,
            long lastReserved,
            LongConsumer reserver) {
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        this.capacity = capacity;
        wheel = new ExpiryWheel<>(TICK_NANOS, WHEEL_SLOTS, timers.nanoTime());
        this.reserver = reserver;
        // Above those of an earlier run, though the wall clock may have been set back since: xTRs drop what is not
        // newer
        // than what they have seen.
        nextNonce = Math.max(timers.epochMillis() << 20, lastReserved);
        reserve();
    }

    private void reserve() {
        reserved = nextNonce + RESERVE;
        reserver.accept(reserved);
    }

    private long nextNonce() {
        if (nextNonce == reserved) {
            reserve();
        }
        return nextNonce++;
    }

    public int pending() {
        return byNonce.size();
    }

    /** Tells the xTR, at each of the locators that are IP addresses, what {@code record} says about {@code prefix}. */
    public void notify(EidPrefix prefix, Registrant to, List<IpAddress> locators, EidRecord record) {
        cancel(prefix, to.xtr());
        List<Endpoint> destinations = new ArrayList<>(locators.size());
        for (IpAddress address : locators) {
            if (out.canReach(address)) {
                destinations.add(new Endpoint(address, ControlCodec.PORT));
            }
        }
        if (destinations.isEmpty()) {
            return;
        }
        if (byNonce.size() >= capacity) {
            counters.increment(Counter.MAP_NOTIFIES_DROPPED_QUEUE_FULL);
            return;
        }
        Pending fresh = new Pending(prefix, to, destinations, record, nextNonce());
        fresh.next = pending.put(prefix, fresh);
        byNonce.put(fresh.nonce, fresh);
        send(fresh);
        fresh.timer = wheel.start(fresh, timers.nanoTime() + WAIT_SECONDS[0] * SECOND_NANOS);
    }

    /**
     * The xTR shows that it does not know yet: repeats what waits for its acknowledgement, at once.
     *
     * @return false when nothing waits
     */
    public boolean remind(EidPrefix prefix, XtrKey xtr) {
        Pending waiting = find(prefix, xtr);
        if (waiting == null) {
            return false;
        }
        if (timers.nanoTime() - waiting.sentNanos >= REMIND_NANOS) {
            counters.increment(Counter.MAP_NOTIFIES_RETRANSMITTED);
            send(waiting);
        }
        return true;
    }

    /** The xTRs that something about {@code prefix} waits for. */
    public Set<XtrKey> waitingFor(EidPrefix prefix) {
        Set<XtrKey> all = new HashSet<>();
        for (Pending one = pending.get(prefix); one != null; one = one.next) {
            all.add(one.to.xtr());
        }
        return all;
    }

    private @Nullable Pending find(EidPrefix prefix, XtrKey xtr) {
        Pending one = pending.get(prefix);
        while (one != null && !one.to.xtr().equals(xtr)) {
            one = one.next;
        }
        return one;
    }

    public void cancel(EidPrefix prefix, XtrKey xtr) {
        Pending waiting = find(prefix, xtr);
        if (waiting != null) {
            remove(waiting);
        }
    }

    public void cancel(EidPrefix prefix) {
        for (Pending one = pending.get(prefix); one != null; one = pending.get(prefix)) {
            remove(one);
        }
    }

    /** Whom a Map-Notify-Ack frees: nobody, when its nonce is not one that waits or it is not signed by the xTR's site. */
    public Optional<Acknowledged> onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length) {
        counters.increment(Counter.MAP_NOTIFY_ACKS);
        Pending waiting = byNonce.get(ack.nonce());
        if (waiting == null) {
            counters.increment(Counter.MAP_NOTIFY_ACKS_UNKNOWN);
            return Optional.empty();
        }
        Optional<AuthenticationKey> key = waiting.to.site().key(ack.authentication());
        if (key.isEmpty() || !out.verify(buffer, offset, length, key.get())) {
            counters.increment(Counter.MAP_NOTIFY_ACKS_FORGED);
            return Optional.empty();
        }
        counters.increment(Counter.MAP_NOTIFIES_ACKNOWLEDGED);
        remove(waiting);
        return Optional.of(new Acknowledged(waiting.prefix, waiting.to.xtr()));
    }

    /**
     * Sends again what is due, looking at {@code limit} at most.
     *
     * @return whether nothing that is due is left
     */
    public boolean poll(int limit) {
        return wheel.poll(timers.nanoTime(), limit, this::retransmit);
    }

    private void retransmit(Pending waiting) {
        waiting.timer = ExpiryWheel.NONE;
        if (waiting.waits == WAIT_SECONDS.length) {
            counters.increment(Counter.MAP_NOTIFIES_UNACKNOWLEDGED);
            remove(waiting);
            return;
        }
        counters.increment(Counter.MAP_NOTIFIES_RETRANSMITTED);
        send(waiting);
        int wait = WAIT_SECONDS[Math.min(++waiting.waits, WAIT_SECONDS.length - 1)];
        waiting.timer = wheel.start(waiting, timers.nanoTime() + wait * SECOND_NANOS);
    }

    private void send(Pending waiting) {
        waiting.sentNanos = timers.nanoTime();
        MapNotify notify =
                new MapNotify(waiting.nonce, AuthenticationData.UNSIGNED, List.of(waiting.record), Optional.empty());
        for (Endpoint destination : waiting.destinations) {
            counters.increment(Counter.MAP_NOTIFIES_SENT);
            out.sendSigned(notify, waiting.to.key(), destination);
        }
    }

    private void remove(Pending waiting) {
        if (waiting.timer != ExpiryWheel.NONE) {
            wheel.cancel(waiting.timer);
        }
        byNonce.remove(waiting.nonce);
        Pending first = pending.get(waiting.prefix);
        if (first == waiting && waiting.next == null) {
            pending.remove(waiting.prefix);
        } else if (first == waiting) {
            pending.put(waiting.prefix, waiting.next);
        } else {
            while (first != null && first.next != waiting) {
                first = first.next;
            }
            if (first != null) {
                first.next = waiting.next;
            }
        }
        waiting.next = null;
    }

    /** The addresses among locators. */
    public static List<IpAddress> addresses(EidRecord record) {
        List<IpAddress> addresses = new ArrayList<>(record.locators().size());
        for (RlocRecord locator : record.locators()) {
            if (locator.locator() instanceof IpAddress address) {
                addresses.add(address);
            }
        }
        return addresses;
    }
}
