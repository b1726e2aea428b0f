package io.godwit.mapserver.subscribe;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ExpiryWheel;
import io.godwit.mapping.RateTable;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.intake.SourceLimits;
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
import java.util.stream.Stream;
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
    private final Outcome outcome;
    private final RateTable pace;
    /** Nearly always one: nonces are random. But who subscribes chooses them. */
    private final Map<Acknowledgement, List<News>> byAck = new HashMap<>();

    private final Map<Topic, News> byTopic = new HashMap<>();
    private final ExpiryWheel<News> wheel;
    /** Changes of an earlier one are not told any more. */
    private int term;

    /** What a Map-Notify-Ack repeats of the Map-Notify. */
    private record Acknowledgement(long nonce, EidPrefix eid) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Acknowledgement one && one.nonce == nonce && one.eid.equals(eid);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(nonce) * 31 + eid.hashCode();
        }
    }

    /** @param proposal that is to be confirmed, if any */
    private record Topic(Subscription subscriber, EidPrefix eid, Optional<Proposal> proposal) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Topic topic
                    && topic.subscriber == subscriber
                    && topic.eid.equals(eid)
                    && topic.proposal.equals(proposal);
        }

        @Override
        public int hashCode() {
            return subscriber.xtr().hashCode() * 31 + eid.hashCode();
        }
    }

    /** Is told how it ended. */
    interface Outcome {
        /** One of its nonces was used. */
        void used(Subscription subscription);

        /** The xTR proved that it sent the request. */
        void confirmed(Subscription subscription, Proposal proposal);

        /** It never acknowledged anything: the confirmation of a proposal, or, without one, a change. */
        void silent(Subscription subscription, Optional<Proposal> proposal);
    }

    /** Waits for its acknowledgement; those of a subscription are a chain, so that its end costs no more than what waits for it. */
    static final class News {
        private final Topic topic;
        private final EidRecord record;
        private final int term;
        private long nonce;
        private int sent;
        private int timer = ExpiryWheel.NONE;
        private @Nullable News next;
        private @Nullable News previous;

        private News(Topic topic, EidRecord record, long nonce, int term) {
            this.topic = topic;
            this.record = record;
            this.nonce = nonce;
            this.term = term;
        }
    }

    /**
     * @param capacity Map-Notifies that wait at once; those beyond are sent once
     * @param perSecond Map-Notifies sent; those beyond wait a little
     */
    Publisher(
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            int capacity,
            int perSecond,
            Outcome outcome) {
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        this.capacity = capacity;
        this.outcome = outcome;
        pace = SourceLimits.table(1, perSecond);
        wheel = new ExpiryWheel<>(TICK_NANOS, WHEEL_SLOTS, timers.nanoTime());
    }

    int pending() {
        return byTopic.size();
    }

    /** Asks whoever subscribed to confirm it, with the nonce of the request. */
    void confirm(Subscription subscription, Proposal proposal, EidRecord record) {
        start(new News(
                new Topic(subscription, subscription.prefix(), Optional.of(proposal)), record, proposal.nonce(), term));
    }

    /** Tells of a change, with the subscription's next nonce. */
    void publish(Subscription subscription, EidPrefix eid, EidRecord record) {
        counters.increment(Counter.PUBLICATIONS);
        start(new News(new Topic(subscription, eid, Optional.empty()), record, nextNonce(subscription), term));
    }

    private long nextNonce(Subscription subscription) {
        long nonce = subscription.nextNonce();
        outcome.used(subscription);
        return nonce;
    }

    /** Once, without waiting for an acknowledgement. */
    void tell(Subscription subscription, long nonce, EidRecord record, IpAddress to) {
        send(subscription, record, nonce, to);
    }

    private void start(News news) {
        News older = byTopic.get(news.topic);
        if (older != null) {
            remove(older);
        }
        if (byTopic.size() >= capacity) {
            counters.increment(Counter.MAP_NOTIFIES_DROPPED_QUEUE_FULL);
            transmit(news);
            return;
        }
        byTopic.put(news.topic, news);
        chain(news);
        remember(news);
        if (pace.allow(0, timers.nanoTime())) {
            transmit(news);
            news.timer = wheel.start(news, timers.nanoTime() + WAIT_SECONDS[0] * SECOND_NANOS);
        } else {
            counters.increment(Counter.PUBLICATIONS_DELAYED);
            news.timer = wheel.start(news, timers.nanoTime() + TICK_NANOS);
        }
    }

    private static void chain(News news) {
        Subscription subscriber = news.topic.subscriber();
        news.next = subscriber.waiting();
        if (news.next != null) {
            news.next.previous = news;
        }
        subscriber.waiting(news);
    }

    private static void unchain(News news) {
        if (news.next != null) {
            news.next.previous = news.previous;
        }
        if (news.previous != null) {
            news.previous.next = news.next;
        } else if (news.topic.subscriber().waiting() == news) {
            news.topic.subscriber().waiting(news.next);
        }
        news.next = null;
        news.previous = null;
    }

    private static List<News> joined(List<News> some, List<News> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static List<IpAddress> rlocs(Topic topic) {
        return topic.proposal().map(Proposal::rlocs).orElseGet(topic.subscriber()::rlocs);
    }

    private void transmit(News news) {
        Topic topic = news.topic;
        List<IpAddress> rlocs = rlocs(topic);
        if (!rlocs.isEmpty()) {
            send(
                    topic.subscriber(),
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
    boolean onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length, IpAddress source) {
        News news = ack.records().isEmpty() || byAck.isEmpty() ? null : find(ack, source);
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
            Topic topic = news.topic;
            topic.proposal().ifPresent(proposal -> outcome.confirmed(topic.subscriber(), proposal));
        }
        return true;
    }

    /** That which went to where the acknowledgement comes from. */
    private @Nullable News find(MapNotifyAck ack, IpAddress source) {
        EidRecord record = ack.records().getFirst();
        Optional<EidPrefix> eid = EidPrefix.of(record.eid(), record.maskLength());
        if (eid.isPresent()) {
            for (News news : byAck.getOrDefault(new Acknowledgement(ack.nonce(), eid.get()), List.of())) {
                if (rlocs(news.topic).contains(source)) {
                    return news;
                }
            }
        }
        return null;
    }

    /** Forgets what waits for a subscriber that is one no more; the others' do not matter. */
    void cancel(Subscription subscription) {
        for (News news = subscription.waiting(); news != null; news = subscription.waiting()) {
            remove(news);
        }
    }

    /** Leaves changes to another member of the cluster: what waits is forgotten when its turn comes. */
    void cancelChanges() {
        term++;
    }

    /** Sends again what is due, looking at {@code limit} at most; returns whether nothing that is due is left. */
    boolean poll(int limit) {
        return wheel.poll(timers.nanoTime(), limit, this::retransmit);
    }

    private void retransmit(News news) {
        news.timer = ExpiryWheel.NONE;
        if (news.term != term && news.topic.proposal().isEmpty()) {
            remove(news);
            return;
        }
        if (news.sent > WAIT_SECONDS.length) {
            counters.increment(Counter.MAP_NOTIFIES_UNACKNOWLEDGED);
            remove(news);
            outcome.silent(news.topic.subscriber(), news.topic.proposal());
            return;
        }
        if (!pace.allow(0, timers.nanoTime())) {
            counters.increment(Counter.PUBLICATIONS_DELAYED);
            news.timer = wheel.start(news, timers.nanoTime() + TICK_NANOS);
            return;
        }
        counters.add(Counter.MAP_NOTIFIES_RETRANSMITTED, news.sent == 0 ? 0 : 1);
        if (news.topic.proposal().isEmpty()
                && news.nonce != news.topic.subscriber().nonce()) {
            // Newer ones went out meanwhile, and the xTR drops what comes with an older nonce than theirs.
            renumber(news);
        }
        transmit(news);
        int wait = WAIT_SECONDS[Math.min(news.sent - 1, WAIT_SECONDS.length - 1)];
        news.timer = wheel.start(news, timers.nanoTime() + wait * SECOND_NANOS);
    }

    private void renumber(News news) {
        forget(news);
        news.nonce = nextNonce(news.topic.subscriber());
        remember(news);
    }

    private void remember(News news) {
        byAck.merge(new Acknowledgement(news.nonce, news.topic.eid()), List.of(news), Publisher::joined);
    }

    private void remove(News news) {
        if (news.timer != ExpiryWheel.NONE) {
            wheel.cancel(news.timer);
            news.timer = ExpiryWheel.NONE;
        }
        unchain(news);
        forget(news);
        byTopic.remove(news.topic, news);
    }

    private void forget(News news) {
        byAck.computeIfPresent(new Acknowledgement(news.nonce, news.topic.eid()), (ack, all) -> {
            if (all.size() == 1 && all.getFirst() == news) {
                return null;
            }
            return all.stream().filter(other -> other != news).toList();
        });
    }
}
