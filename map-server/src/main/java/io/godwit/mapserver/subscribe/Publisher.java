package io.godwit.mapserver.subscribe;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ExpiryWheel;
import io.godwit.mapserver.Counter;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Map-Notifies to subscribers, sent again after 3, 3, 3, 6, 12 and 24 seconds until a valid Map-Notify-Ack comes (RFC 9437 section 6, RFC
 * 9301 section 5.7), each time to the next of the ITR-RLOCs. Of one EID-prefix only the latest news waits for a subscriber.
 */
final class Publisher {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int[] WAIT_SECONDS = {3, 3, 3, 6, 12, 24};
    private static final long TICK_NANOS = 100_000_000L;
    private static final int WHEEL_SLOTS = 512;

    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final int capacity;
    private final BiConsumer<Subscription, Boolean> silent;
    private final Map<Acknowledgement, News> byAck = new HashMap<>();
    private final Map<Topic, News> byTopic = new HashMap<>();
    private final ExpiryWheel<News> wheel;

    /** What a Map-Notify-Ack repeats of the Map-Notify. */
    private record Acknowledgement(long nonce, EidPrefix eid) {}

    private record Topic(Subscription subscriber, EidPrefix eid) {}

    private static final class News {
        private final Topic topic;
        private final EidRecord record;
        private final long nonce;
        private final boolean confirmation;
        private int sent;
        private int timer = ExpiryWheel.NONE;

        News(Topic topic, EidRecord record, long nonce, boolean confirmation) {
            this.topic = topic;
            this.record = record;
            this.nonce = nonce;
            this.confirmation = confirmation;
        }
    }

    /**
     * @param capacity Map-Notifies that wait at once; those beyond are sent once
     * @param silent is told of a subscriber that never acknowledged, and whether it was the confirmation of its subscription
     */
    Publisher(
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            int capacity,
            BiConsumer<Subscription, Boolean> silent) {
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        this.capacity = capacity;
        this.silent = silent;
        wheel = new ExpiryWheel<>(TICK_NANOS, WHEEL_SLOTS, timers.nanoTime());
    }

    int pending() {
        return byAck.size();
    }

    /** Confirms a subscription, with the nonce of its request. */
    void confirm(Subscription subscription, EidPrefix eid, EidRecord record) {
        start(new News(new Topic(subscription, eid), record, subscription.nonce(), true));
    }

    /** Tells of a change, with the subscription's next nonce. */
    void publish(Subscription subscription, EidPrefix eid, EidRecord record) {
        counters.increment(Counter.PUBLICATIONS);
        start(new News(new Topic(subscription, eid), record, subscription.nextNonce(), false));
    }

    /** Once, without waiting for an acknowledgement. */
    void tell(Subscription subscription, EidRecord record, IpAddress to) {
        send(subscription, record, subscription.nonce(), to);
    }

    private void start(News news) {
        News older = byTopic.get(news.topic);
        if (older != null) {
            remove(older);
        }
        if (byAck.size() >= capacity) {
            counters.increment(Counter.MAP_NOTIFIES_DROPPED_QUEUE_FULL);
            transmit(news);
            return;
        }
        byTopic.put(news.topic, news);
        byAck.put(new Acknowledgement(news.nonce, news.topic.eid()), news);
        transmit(news);
        news.timer = wheel.start(news, timers.nanoTime() + WAIT_SECONDS[0] * SECOND_NANOS);
    }

    private void transmit(News news) {
        List<IpAddress> rlocs = news.topic.subscriber().rlocs();
        if (!rlocs.isEmpty()) {
            send(
                    news.topic.subscriber(),
                    news.record,
                    news.nonce,
                    rlocs.get(news.sent / WAIT_SECONDS.length % rlocs.size()));
        }
        news.sent++;
    }

    private void send(Subscription to, EidRecord record, long nonce, IpAddress rloc) {
        counters.increment(Counter.MAP_NOTIFIES_SENT);
        MapNotify notify = new MapNotify(nonce, AuthenticationData.UNSIGNED, List.of(record), Optional.empty());
        out.sendSigned(notify, to.site().keys().getFirst(), new Endpoint(rloc, ControlCodec.PORT));
    }

    /** Whether the Map-Notify-Ack names one that waits here; it is taken as an answer only when the subscriber's site signed it. */
    boolean onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length) {
        News news = ack.records().isEmpty() || byAck.isEmpty() ? null : find(ack);
        if (news == null) {
            return false;
        }
        counters.increment(Counter.MAP_NOTIFY_ACKS);
        Optional<AuthenticationKey> key = news.topic.subscriber().site().key(ack.authentication());
        if (key.isEmpty() || !out.verify(buffer, offset, length, key.get())) {
            counters.increment(Counter.MAP_NOTIFY_ACKS_FORGED);
        } else {
            counters.increment(Counter.MAP_NOTIFIES_ACKNOWLEDGED);
            remove(news);
        }
        return true;
    }

    private @Nullable News find(MapNotifyAck ack) {
        EidRecord record = ack.records().getFirst();
        return EidPrefix.of(record.eid(), record.maskLength())
                .map(eid -> byAck.get(new Acknowledgement(ack.nonce(), eid)))
                .orElse(null);
    }

    /** Forgets what waits for a subscriber that is one no more. */
    void cancel(Subscription subscription) {
        byTopic.values().stream()
                .filter(news -> news.topic.subscriber() == subscription)
                .toList()
                .forEach(this::remove);
    }

    /** Sends again what is due, looking at {@code limit} at most; returns whether nothing that is due is left. */
    boolean poll(int limit) {
        return wheel.poll(timers.nanoTime(), limit, this::retransmit);
    }

    private void retransmit(News news) {
        news.timer = ExpiryWheel.NONE;
        if (news.sent > WAIT_SECONDS.length) {
            counters.increment(Counter.MAP_NOTIFIES_UNACKNOWLEDGED);
            remove(news);
            silent.accept(news.topic.subscriber(), news.confirmation);
            return;
        }
        counters.increment(Counter.MAP_NOTIFIES_RETRANSMITTED);
        transmit(news);
        int wait = WAIT_SECONDS[Math.min(news.sent - 1, WAIT_SECONDS.length - 1)];
        news.timer = wheel.start(news, timers.nanoTime() + wait * SECOND_NANOS);
    }

    private void remove(News news) {
        if (news.timer != ExpiryWheel.NONE) {
            wheel.cancel(news.timer);
            news.timer = ExpiryWheel.NONE;
        }
        byAck.remove(new Acknowledgement(news.nonce, news.topic.eid()), news);
        byTopic.remove(news.topic, news);
    }
}
