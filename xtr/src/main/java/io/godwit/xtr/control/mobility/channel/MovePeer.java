package io.godwit.xtr.control.mobility.channel;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Item;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Verb;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/** Another xTR on the channel: what is on its way there, and what has come from there. Its state changes within {@link MoveChannel} only. */
public final class MovePeer {
    private static final int MAX_OUTSTANDING = 64;
    private static final int MAX_WAITING = 20_000;
    /** Requests whose answers are remembered; older ones are refused. More than may be outstanding. */
    private static final int WINDOW = 256;

    /** Something to ask, and whom to tell the answer. */
    record Waiting(Verb verb, Item item, Consumer<Item> done) {}

    /** A request without its answer. */
    static final class Outstanding {
        final long sequence;
        final Verb verb;
        final List<Waiting> asked;
        final long sinceNanos;
        int sent;
        Timers.@Nullable Timer timer;

        Outstanding(long sequence, Verb verb, List<Waiting> asked, long sinceNanos) {
            this.sequence = sequence;
            this.verb = verb;
            this.asked = asked;
            this.sinceNanos = sinceNanos;
        }

        List<Item> items() {
            return asked.stream().map(Waiting::item).toList();
        }
    }

    private final String name;
    private final List<IpAddress> rlocs;
    final Endpoint endpoint;
    final int keyId;
    final Mac hmac;
    private final Map<Long, Outstanding> outstanding = new LinkedHashMap<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long lastSequence;

    private long life;
    private long highestReceived;
    private final Map<Long, List<Item>> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<Item>> eldest) {
            return size() > WINDOW;
        }
    };

    boolean up;
    long roundTripNanos;

    MovePeer(String name, List<IpAddress> rlocs, Endpoint endpoint, int keyId, byte[] secret) {
        this.name = name;
        this.rlocs = List.copyOf(rlocs);
        this.endpoint = endpoint;
        this.keyId = keyId;
        hmac = MoveCodec.hmac(secret);
    }

    public String name() {
        return name;
    }

    /** Of its hosts. */
    public List<IpAddress> rlocs() {
        return rlocs;
    }

    /** Whether it answered last. */
    public boolean isUp() {
        return up;
    }

    /** Of the last answer that needed no retransmission; 0 when there was none. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    // --- to it

    boolean enqueue(Waiting one) {
        return waiting.size() < MAX_WAITING && waiting.add(one);
    }

    /** The next request that may be sent: items of one verb, as many as fit; null when none waits or too many are outstanding. */
    @Nullable
    Outstanding nextRequest(long nowNanos) {
        if (waiting.isEmpty() || outstanding.size() >= MAX_OUTSTANDING) {
            return null;
        }
        Verb verb = waiting.element().verb();
        List<Waiting> asked = new ArrayList<>();
        int room = MoveCodec.ROOM;
        while (!waiting.isEmpty()
                && waiting.element().verb() == verb
                && MoveCodec.length(waiting.element().item()) <= room) {
            Waiting next = waiting.remove();
            room -= MoveCodec.length(next.item());
            asked.add(next);
        }
        return add(verb, asked, nowNanos);
    }

    Outstanding add(Verb verb, List<Waiting> asked, long nowNanos) {
        Outstanding request = new Outstanding(++lastSequence, verb, List.copyOf(asked), nowNanos);
        outstanding.put(request.sequence, request);
        return request;
    }

    @Nullable
    Outstanding outstanding(long sequence) {
        return outstanding.get(sequence);
    }

    List<Outstanding> allOutstanding() {
        return List.copyOf(outstanding.values());
    }

    /** It is answered, or nobody waits for the answer any more. */
    void end(Outstanding request) {
        outstanding.remove(request.sequence);
        if (request.timer != null) {
            request.timer.cancel();
        }
    }

    // --- from it

    long life() {
        return life;
    }

    /** It has started anew: its sequences begin again. */
    void begins(long newLife) {
        life = newLife;
        highestReceived = 0;
        answers.clear();
    }

    /** The answer that the request has had, null when it has had none. */
    @Nullable
    List<Item> answer(long sequence) {
        return answers.get(sequence);
    }

    boolean isTooOld(long sequence) {
        return sequence <= highestReceived - WINDOW;
    }

    void answered(long sequence, List<Item> items) {
        highestReceived = Math.max(highestReceived, sequence);
        answers.put(sequence, items);
    }
}
