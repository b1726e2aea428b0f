package io.godwit.xtr.control.mobility.channel;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.MoveChannelConfig;
import io.godwit.xtr.config.XtrId;
import io.godwit.xtr.control.core.TokenBucket;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Item;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Result;
import io.godwit.xtr.control.mobility.channel.MoveMessage.Verb;
import io.godwit.xtr.control.mobility.channel.MovePeer.Outstanding;
import io.godwit.xtr.control.mobility.channel.MovePeer.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Asks other xTRs and answers them. Each message is signed with the peer's key and holds the lives of both ends: what was signed for an
 * earlier life of the receiver is not obeyed, and within a life each sequence is obeyed once and answered as often as it comes. A request is
 * sent again until it is answered, for {@link #PATIENCE}. Owned by the control thread.
 */
public final class MoveChannel implements AutoCloseable {
    private static final Duration FIRST_WAIT = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration HELLO = Duration.ofSeconds(5);
    private static final int MAX_RESYNCS_A_SECOND = 200;

    /** Does what others ask. */
    @FunctionalInterface
    public interface Handler {
        /** @return one answer for each item, in their order */
        List<Item> onRequest(MovePeer peer, Verb verb, List<Item> items);
    }

    private final Timers timers;
    private final @Nullable ControlTransport transport;
    private final XtrId self;
    private final long life;
    private final List<MovePeer> peers = new ArrayList<>();
    private final Map<IpAddress, MovePeer> byRloc = new HashMap<>();
    private final Map<String, MovePeer> byName = new LinkedHashMap<>();
    private final Counters<ChannelCounter> counters = new Counters<>(ChannelCounter.class);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MoveCodec.MAX_LENGTH]);
    private final TokenBucket resyncs;
    private Handler handler = (peer, verb, items) -> List.of();
    private boolean flushing;
    private boolean closed;

    /** @param life greater than at each start before */
    public MoveChannel(Timers timers, ControlTransport transport, XtrId self, long life, MoveChannelConfig config) {
        this(timers, self, life, transport);
        for (MoveChannelConfig.PeerConfig peer : config.peers()) {
            add(peer, config.port(), transport);
        }
    }

    private MoveChannel(Timers timers, XtrId self, long life, @Nullable ControlTransport transport) {
        this.timers = timers;
        this.transport = transport;
        this.self = self;
        this.life = life;
        resyncs = new TokenBucket(timers, MAX_RESYNCS_A_SECOND);
    }

    /** Of an xTR that has no peers: nobody is asked, and nobody asks. */
    public static MoveChannel toNobody(Timers timers, XtrId self, long life) {
        return new MoveChannel(timers, self, life, null);
    }

    private void add(MoveChannelConfig.PeerConfig config, int port, ControlTransport transport) {
        IpAddress address = config.rlocs().stream()
                .filter(rloc -> transport.localAddresses().stream().anyMatch(own -> own.bits() == rloc.bits()))
                .findFirst()
                .orElse(config.rlocs().getFirst());
        MovePeer peer = new MovePeer(
                config.name(),
                config.rlocs(),
                new Endpoint(address, port),
                config.key().id(),
                config.key().read().secret());
        peers.add(peer);
        byName.put(peer.name(), peer);
        peer.rlocs().forEach(rloc -> byRloc.put(rloc, peer));
    }

    /** From now on others are answered. */
    public void start(Handler requests) {
        handler = requests;
        if (transport != null) {
            transport.handler(this::onDatagram);
        }
        peers.forEach(this::hello);
    }

    @Override
    public void close() {
        closed = true;
        if (transport != null) {
            transport.close();
        }
    }

    public List<MovePeer> peers() {
        return List.copyOf(peers);
    }

    /** Whose RLOC it is. */
    public Optional<MovePeer> peer(IpAddress rloc) {
        return Optional.ofNullable(byRloc.get(rloc));
    }

    public Optional<MovePeer> peer(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Map<String, Long> counters() {
        return counters.snapshot();
    }

    /** The answer to the empty question tells that it is there. */
    private void hello(MovePeer peer) {
        if (!closed) {
            transmit(peer, peer.add(Verb.QUERY, List.of(), timers.nanoTime()));
        }
    }

    // --- asking

    /** @param done gets the answer, or {@link Result#SILENT} when there is none; never within this call */
    public void send(MovePeer peer, Verb verb, Item item, Consumer<Item> done) {
        if (!peer.enqueue(new Waiting(verb, item, done))) {
            counters.increment(ChannelCounter.REQUESTS_NO_ROOM);
            timers.execute(() -> done.accept(item.answer(Result.SILENT, item.epoch())));
        }
        if (!flushing) {
            // What is asked within one turn goes in few messages.
            flushing = true;
            timers.execute(this::onEndOfTurn);
        }
    }

    private void onEndOfTurn() {
        flushing = false;
        flush();
    }

    /** What was asked goes now. */
    public void flush() {
        if (!closed && transport != null) {
            peers.forEach(this::flush);
            transport.flush();
        }
    }

    private void flush(MovePeer peer) {
        for (Outstanding next = peer.nextRequest(timers.nanoTime());
                next != null;
                next = peer.nextRequest(timers.nanoTime())) {
            transmit(peer, next);
        }
    }

    private void transmit(MovePeer peer, Outstanding request) {
        if (closed) {
            return;
        }
        if (timers.nanoTime() - request.sinceNanos >= PATIENCE.toNanos()) {
            giveUp(peer, request);
            return;
        }
        counters.increment(request.sent == 0 ? ChannelCounter.REQUESTS_SENT : ChannelCounter.REQUESTS_RETRANSMITTED);
        put(peer, request);
        long wait = Math.min(LONGEST_WAIT.toNanos(), FIRST_WAIT.toNanos() << Math.min(request.sent, 10));
        request.sent++;
        peer.up &= request.sent <= 3;
        request.timer = timers.after(Duration.ofNanos(wait), () -> transmit(peer, request));
    }

    private void put(MovePeer peer, Outstanding request) {
        put(peer, request.verb, peer.life(), request.sequence, request.items());
    }

    private void put(MovePeer peer, Verb verb, long peerLife, long sequence, List<Item> items) {
        MoveMessage message = new MoveMessage(verb, peer.keyId, self, life, peerLife, sequence, items);
        Objects.requireNonNull(transport).send(buffer, 0, MoveCodec.encode(message, peer.hmac, buffer), peer.endpoint);
    }

    private void giveUp(MovePeer peer, Outstanding request) {
        counters.increment(ChannelCounter.REQUESTS_UNANSWERED);
        peer.up = false;
        peer.end(request);
        request.asked.forEach(one ->
                one.done().accept(one.item().answer(Result.SILENT, one.item().epoch())));
        if (request.asked.isEmpty()) {
            hello(peer);
        }
        flush(peer);
    }

    // --- being asked, and being answered

    private void onDatagram(DirectBuffer datagram, int offset, int length, IpAddress local, Endpoint remote) {
        MovePeer peer = byRloc.get(remote.address());
        if (peer == null) {
            counters.increment(ChannelCounter.UNKNOWN_PEER);
        } else if (!MoveCodec.verify(datagram, offset, length, peer.hmac)) {
            counters.increment(ChannelCounter.BAD_AUTHENTICATION);
        } else {
            MoveCodec.decode(datagram, offset, length)
                    .filter(message -> message.keyId() == peer.keyId)
                    .ifPresentOrElse(
                            message -> onMessage(peer, message), () -> counters.increment(ChannelCounter.MALFORMED));
        }
    }

    private void onMessage(MovePeer peer, MoveMessage message) {
        boolean toThisLife = message.peerLife() == life;
        if (message.sender().equals(self) || message.life() < peer.life()) {
            counters.increment(ChannelCounter.REPLAYED);
        } else if (message.verb().isRequest()) {
            if (toThisLife) {
                onRequest(peer, message);
            } else if (resyncs.take()) {
                counters.increment(ChannelCounter.RESYNCS_SENT);
                put(peer, Verb.RESYNC, message.life(), message.sequence(), List.of());
            }
        } else {
            Outstanding request = toThisLife ? peer.outstanding(message.sequence()) : null;
            if (request == null) {
                counters.increment(ChannelCounter.REPLAYED);
            } else if (message.verb() == Verb.RESYNC) {
                onResync(peer, message);
            } else {
                onReply(peer, request, message);
            }
        }
    }

    private void onRequest(MovePeer peer, MoveMessage request) {
        if (request.life() > peer.life()) {
            peer.begins(request.life());
        }
        List<Item> answer = peer.answer(request.sequence());
        if (answer != null) {
            counters.increment(ChannelCounter.REQUESTS_REPEATED);
        } else if (peer.isTooOld(request.sequence())) {
            counters.increment(ChannelCounter.REPLAYED);
            return;
        } else {
            counters.increment(ChannelCounter.REQUESTS_RECEIVED);
            answer = request.items().isEmpty() ? List.of() : handler.onRequest(peer, request.verb(), request.items());
            peer.answered(request.sequence(), answer);
        }
        put(peer, Verb.REPLY, request.life(), request.sequence(), answer);
    }

    private void onResync(MovePeer peer, MoveMessage message) {
        if (message.life() > peer.life()) {
            peer.begins(message.life());
            peer.allOutstanding().forEach(request -> put(peer, request));
        }
    }

    private void onReply(MovePeer peer, Outstanding request, MoveMessage reply) {
        if (reply.items().size() != request.asked.size()) {
            counters.increment(ChannelCounter.MALFORMED);
            return;
        }
        counters.increment(ChannelCounter.REPLIES_RECEIVED);
        peer.up = true;
        if (request.sent == 1) {
            peer.roundTripNanos = timers.nanoTime() - request.sinceNanos;
        }
        peer.end(request);
        for (int i = 0; i < request.asked.size(); i++) {
            request.asked.get(i).done().accept(reply.items().get(i));
        }
        if (request.asked.isEmpty()) {
            timers.after(HELLO, () -> hello(peer));
        }
        flush(peer);
    }
}
