package io.godwit.bench.mapping;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Takes what a map-server sends, and counts it: everything up to the encoded datagram is the map-server's own work. */
final class SinkTransport implements ControlTransport {
    private static final int PORT = 4342;
    private final List<IpAddress> addresses = List.of(IpAddress.parse("192.0.2.100"), IpAddress.parse("2001:db8::100"));
    private Handler handler = (buffer, offset, length, local, remote) -> {};
    private long sent;
    private long octets;
    private long lastSentNanos;
    private @Nullable Receiver receiver;

    /** Sees what is sent; must not keep the buffer. */
    interface Receiver {
        void receive(DirectBuffer buffer, int offset, int length, Endpoint remote);
    }

    void receiver(@Nullable Receiver newReceiver) {
        receiver = newReceiver;
    }

    long sent() {
        return sent;
    }

    /** Of the payloads sent. */
    long octets() {
        return octets;
    }

    long lastSentNanos() {
        return lastSentNanos;
    }

    /** What is delivered until {@link #endBurst} came with one call of the kernel. */
    void beginBurst() {
        handler.onBurst();
    }

    void endBurst() {
        handler.onBurstEnd();
    }

    void deliver(DirectBuffer buffer, int offset, int length, Endpoint from) {
        handler.onDatagram(buffer, offset, length, addresses.getFirst(), from);
    }

    @Override
    public List<IpAddress> localAddresses() {
        return addresses;
    }

    @Override
    public int localPort() {
        return PORT;
    }

    @Override
    public void handler(Handler newHandler) {
        handler = newHandler;
    }

    @Override
    public void send(DirectBuffer buffer, int offset, int length, Endpoint remote) {
        sent++;
        octets += length;
        lastSentNanos = System.nanoTime();
        if (receiver != null) {
            receiver.receive(buffer, offset, length, remote);
        }
    }

    @Override
    public void send(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        send(buffer, offset, length, remote);
    }

    @Override
    public void close() {}
}
