package io.godwit.mapserver.rehearsal;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.agrona.DirectBuffer;

/** Keeps what a map-server sends, for the rehearsal to answer; a copy takes the way through sockets, to ourselves, where nobody reads it. */
final class RehearsalTransport implements ControlTransport {
    private static final int PORT = 4342;

    private final IpAddress address;
    private final ControlTransport sockets;
    private final Endpoint nobody;
    private final Queue<Sent> sent = new ArrayDeque<>();
    private Handler handler = (buffer, offset, length, local, remote) -> {};

    /** A datagram. */
    record Sent(byte[] octets, Endpoint to) {}

    /** @param sockets on loopback addresses */
    RehearsalTransport(IpAddress address, ControlTransport sockets) {
        this.address = address;
        this.sockets = sockets;
        nobody = new Endpoint(sockets.localAddresses().getFirst(), sockets.localPort());
    }

    void deliver(DirectBuffer buffer, int length, Endpoint from) {
        handler.onDatagram(buffer, 0, length, address, from);
    }

    Queue<Sent> sent() {
        return sent;
    }

    @Override
    public List<IpAddress> localAddresses() {
        return List.of(address);
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
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        sent.add(new Sent(octets, remote));
        sockets.send(buffer, offset, length, nobody);
    }

    @Override
    public void send(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        send(buffer, offset, length, remote);
    }

    @Override
    public void close() {}
}
