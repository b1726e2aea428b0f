package io.godwit.cli.lig;

import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.RequestedEid;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends encapsulated Map-Requests (RFC 9301 section 5.8) from a port of its own and waits for the Map-Reply. */
public final class LigClient {
    private static final int MAX_DATAGRAM = 65_507;

    private record Sent(long nonce, long nanoTime) {}

    private final Question question;
    private final SecureRandom random = new SecureRandom();
    private final List<Sent> sent = new ArrayList<>();
    private final ByteBuffer memory = ByteBuffer.allocate(MAX_DATAGRAM);

    public LigClient(Question question) {
        this.question = question;
    }

    /** The address of this machine that packets to {@code remote} leave from. */
    public static IpAddress localAddressTowards(IpAddress remote) throws IOException {
        try (DatagramChannel probe = DatagramChannel.open(family(remote))) {
            probe.connect(new InetSocketAddress(remote.toInetAddress(), ControlCodec.PORT));
            return IpAddress.of(((InetSocketAddress) probe.getLocalAddress()).getAddress());
        }
    }

    /**
     * Asks until an answer comes or all attempts have failed; an answer to an earlier attempt counts too.
     *
     * @param onAttempt told the number of each attempt, from 1
     */
    public Optional<Reply> ask(IntConsumer onAttempt) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open(family(question.local()));
                Selector selector = Selector.open()) {
            channel.bind(new InetSocketAddress(question.local().toInetAddress(), 0));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            for (int attempt = 1; attempt <= question.attempts(); attempt++) {
                onAttempt.accept(attempt);
                send(channel);
                Optional<Reply> reply = await(channel, selector);
                if (reply.isPresent()) {
                    return reply;
                }
            }
        }
        return Optional.empty();
    }

    private static StandardProtocolFamily family(IpAddress address) {
        return address.isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    private void send(DatagramChannel channel) throws IOException {
        int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        Sent request = new Sent(random.nextLong(), System.nanoTime());
        sent.add(request);
        UnsafeBuffer buffer = new UnsafeBuffer(memory);
        int length = ControlCodec.encode(encapsulated(request.nonce, port), buffer, 0);
        channel.send(
                memory.clear().limit(length),
                new InetSocketAddress(question.resolver().toInetAddress(), question.resolverPort()));
    }

    /** The inner header carries EIDs or RLOCs (RFC 9301 section 5.8): RLOCs where the EID is of another family than ours. */
    private EncapsulatedControlMessage encapsulated(long nonce, int port) {
        MapRequest request = new MapRequest(
                Set.of(),
                nonce,
                question.source(),
                List.of(question.local()),
                List.of(new RequestedEid(false, question.maskLength(), question.eid())),
                Optional.empty(),
                Optional.empty());
        LispAddress inner = question.eid() instanceof InstanceIdAddress instance ? instance.address() : question.eid();
        IpAddress destination =
                inner instanceof IpAddress ip && ip.bits() == question.local().bits() ? ip : question.resolver();
        return new EncapsulatedControlMessage(
                false, question.local(), destination, port, ControlCodec.PORT, request, 0);
    }

    private Optional<Reply> await(DatagramChannel channel, Selector selector) throws IOException {
        long deadline = System.nanoTime() + question.timeout().toNanos();
        for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
            selector.select(Math.max(1, left / 1_000_000));
            selector.selectedKeys().clear();
            InetSocketAddress from = (InetSocketAddress) channel.receive(memory.clear());
            if (from != null) {
                Optional<Reply> reply = match(IpAddress.of(from.getAddress()), System.nanoTime());
                if (reply.isPresent()) {
                    return reply;
                }
            }
        }
        return Optional.empty();
    }

    /** Only a nonce of ours makes a Map-Reply an answer; whatever else comes is ignored. */
    private Optional<Reply> match(IpAddress from, long now) {
        if (ControlCodec.decode(new UnsafeBuffer(memory), 0, memory.position()) instanceof MapReply reply) {
            for (int i = 0; i < sent.size(); i++) {
                if (sent.get(i).nonce == reply.nonce()) {
                    return Optional.of(new Reply(reply, from, now - sent.get(i).nanoTime, i + 1));
                }
            }
        }
        return Optional.empty();
    }
}
