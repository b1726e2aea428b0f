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
import io.godwit.mapserver.notify.Unacknowledged.Message;
import io.godwit.mapserver.notify.Unacknowledged.News;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;

/**
 * Unsolicited Map-Notifies: sent again after 3, 3, 3, 6, 12 and 24 seconds until a valid Map-Notify-Ack comes (RFC 9301 section 5.7). What
 * an xTR is told of an EID-prefix takes the place of what it was told before. All share one wheel.
 *
 * <p>What one Map-Register means to another xTR goes into one Map-Notify, or as few as hold it: a thousand hosts that move together are
 * some twenty messages to sign, to read and to acknowledge.
 */
public final class MapNotifier {
    /** Nonces that are used before the next ones are reserved. */
    private static final int RESERVE = 1 << 16;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int[] WAIT_SECONDS = {3, 3, 3, 6, 12, 24};
    /** How long an xTR must be quiet before {@link #remind} repeats what it has not acknowledged. */
    private static final long REMIND_NANOS = SECOND_NANOS / 2;

    /** Of records in one Map-Notify: with its head, which others' records have too, it fits into a packet. */
    private static final int MOST_OCTETS = 1_200;
    /** Messages that one with room is looked for among. */
    private static final int MOST_OPEN = 8;
    /** An EID-record's fields and an IPv4 EID; or an IPv6 EID with an instance. */
    private static final int RECORD_OCTETS = 16;

    private static final int LONG_RECORD_OCTETS = 38;
    /** A locator's fields and an IPv4 or an IPv6 address. */
    private static final int LOCATOR_OCTETS = 12;

    private static final int LONG_LOCATOR_OCTETS = 24;

    private static final long TICK_NANOS = 100_000_000L;
    private static final int WHEEL_SLOTS = 512;

    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final int capacity;
    private final Unacknowledged waiting = new Unacknowledged();
    /** Those that are being filled, in the order they will be sent. */
    private final List<Message> open = new ArrayList<>();

    private boolean holding;
    private final ExpiryWheel<Message> wheel;
    private final LongConsumer reserver;
    private long nextNonce;
    /** A later run begins here. */
    private long reserved;

    /** What an xTR acknowledged. */
    public record Acknowledged(EidPrefix prefix, XtrKey xtr) {}

    /**
     * @param capacity pieces of news that wait at once; those beyond are not sent
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

    /** Pieces of news that wait to be acknowledged. */
    public int pending() {
        return waiting.size();
    }

    /** Until {@link #release} news are gathered by whom they are for. */
    public void hold() {
        holding = true;
    }

    /** Sends what was gathered. */
    public void release() {
        holding = false;
        for (Message message : open) {
            if (!message.news.isEmpty()) {
                begin(message);
            }
        }
        open.clear();
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
        if (waiting.size() >= capacity) {
            counters.increment(Counter.MAP_NOTIFIES_DROPPED_QUEUE_FULL);
            return;
        }
        Message message = message(to, destinations, octets(record));
        waiting.add(prefix, record, message);
        if (!holding) {
            begin(message);
        }
    }

    /** One with room that goes to the same xTR. */
    private Message message(Registrant to, List<Endpoint> destinations, int octets) {
        for (int i = open.size() - 1; i >= Math.max(0, open.size() - MOST_OPEN); i--) {
            Message message = open.get(i);
            if (message.to.equals(to)
                    && message.destinations.equals(destinations)
                    && message.octets + octets <= MOST_OCTETS) {
                message.octets += octets;
                return message;
            }
        }
        Message fresh = new Message(to, destinations, nextNonce());
        fresh.sentNanos = timers.nanoTime();
        fresh.octets = octets;
        if (holding) {
            open.add(fresh);
        }
        return fresh;
    }

    /** As many as the record may take, where its addresses are IP addresses. */
    private static int octets(EidRecord record) {
        int octets = record.eid() instanceof Ipv4Address ? RECORD_OCTETS : LONG_RECORD_OCTETS;
        for (int i = 0; i < record.locators().size(); i++) {
            boolean plain = record.locators().get(i).locator() instanceof Ipv4Address;
            octets += plain ? LOCATOR_OCTETS : LONG_LOCATOR_OCTETS;
        }
        return octets;
    }

    private void begin(Message message) {
        waiting.await(message);
        send(message);
        message.timer = wheel.start(message, timers.nanoTime() + WAIT_SECONDS[0] * SECOND_NANOS);
    }

    /**
     * The xTR shows that it does not know yet: repeats what waits for its acknowledgement, at once.
     *
     * @return false when nothing waits
     */
    public boolean remind(EidPrefix prefix, XtrKey xtr) {
        News unknown = waiting.find(prefix, xtr);
        if (unknown == null) {
            return false;
        }
        if (timers.nanoTime() - unknown.message.sentNanos >= REMIND_NANOS) {
            counters.increment(Counter.MAP_NOTIFIES_RETRANSMITTED);
            send(unknown.message);
        }
        return true;
    }

    /** The xTRs that something about {@code prefix} waits for. */
    public Set<XtrKey> waitingFor(EidPrefix prefix) {
        return waiting.waitingFor(prefix);
    }

    public void cancel(EidPrefix prefix, XtrKey xtr) {
        News old = waiting.find(prefix, xtr);
        if (old != null) {
            remove(old);
        }
    }

    public void cancel(EidPrefix prefix) {
        for (News one = waiting.first(prefix); one != null; one = waiting.first(prefix)) {
            remove(one);
        }
    }

    /** What the xTR knows now: nothing, when the nonce of its Map-Notify-Ack is not one that waits or its site did not sign it. */
    public List<Acknowledged> onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length) {
        counters.increment(Counter.MAP_NOTIFY_ACKS);
        Message message = waiting.awaited(ack.nonce());
        if (message == null) {
            counters.increment(Counter.MAP_NOTIFY_ACKS_UNKNOWN);
            return List.of();
        }
        Optional<AuthenticationKey> key = message.to.site().key(ack.authentication());
        if (key.isEmpty() || !out.verify(buffer, offset, length, key.get())) {
            counters.increment(Counter.MAP_NOTIFY_ACKS_FORGED);
            return List.of();
        }
        counters.increment(Counter.MAP_NOTIFIES_ACKNOWLEDGED);
        List<Acknowledged> known = new ArrayList<>(message.news.size());
        for (News one : message.news) {
            known.add(new Acknowledged(one.prefix, message.to.xtr()));
        }
        removeAll(message);
        return known;
    }

    /**
     * Sends again what is due, looking at {@code limit} at most.
     *
     * @return whether nothing that is due is left
     */
    public boolean poll(int limit) {
        return wheel.poll(timers.nanoTime(), limit, this::retransmit);
    }

    private void retransmit(Message message) {
        message.timer = ExpiryWheel.NONE;
        if (message.waits == WAIT_SECONDS.length) {
            counters.increment(Counter.MAP_NOTIFIES_UNACKNOWLEDGED);
            removeAll(message);
            return;
        }
        counters.increment(Counter.MAP_NOTIFIES_RETRANSMITTED);
        send(message);
        int wait = WAIT_SECONDS[Math.min(++message.waits, WAIT_SECONDS.length - 1)];
        message.timer = wheel.start(message, timers.nanoTime() + wait * SECOND_NANOS);
    }

    private void send(Message message) {
        message.sentNanos = timers.nanoTime();
        MapNotify notify =
                new MapNotify(message.nonce, AuthenticationData.UNSIGNED, message.records(), Optional.empty());
        for (Endpoint destination : message.destinations) {
            counters.increment(Counter.MAP_NOTIFIES_SENT);
            out.sendSigned(notify, message.to.key(), destination);
        }
    }

    private void removeAll(Message message) {
        while (!message.news.isEmpty()) {
            remove(message.news.getLast());
        }
    }

    private void remove(News gone) {
        Message message = gone.message;
        if (waiting.remove(gone) && message.timer != ExpiryWheel.NONE) {
            wheel.cancel(message.timer);
            message.timer = ExpiryWheel.NONE;
        }
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
