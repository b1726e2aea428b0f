package io.godwit.mapserver;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A map-server with {@link World}'s sites, to which anybody may send from any address, and very much of it. */
final class Wire implements ControlTransport {
    /** Gets each datagram that the map-server sends. */
    interface Receiver {
        void onDatagram(DirectBuffer buffer, int length, Endpoint to);
    }

    final VirtualTimers timers = new VirtualTimers();
    final MapServer server;
    private final List<IpAddress> addresses = List.of(World.SERVER.address(), World.SERVER_V6.address());
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[65_507]);
    private Handler handler = (octets, offset, length, local, remote) -> {};
    Receiver receiver = (octets, length, to) -> {};
    long sent;
    long sentOctets;

    Wire(LimitsConfig limits) {
        server = new MapServer(World.sites(), limits, this, timers);
        server.start();
    }

    /** Delivers it, without running what it leaves to be done. */
    void deliver(byte[] datagram, Endpoint from) {
        handler.onDatagram(new UnsafeBuffer(datagram), 0, datagram.length, World.SERVER.address(), from);
    }

    /** What is delivered meanwhile was received together. */
    void burst(Runnable deliveries) {
        handler.onBurst();
        deliveries.run();
        handler.onBurstEnd();
    }

    byte[] encode(ControlMessage message) {
        byte[] octets = new byte[ControlCodec.encode(message, buffer, 0)];
        buffer.getBytes(0, octets);
        return octets;
    }

    long count(Counter counter) {
        return server.counter().get(counter);
    }

    @Override
    public List<IpAddress> localAddresses() {
        return addresses;
    }

    @Override
    public int localPort() {
        return World.SERVER.port();
    }

    @Override
    public void handler(Handler newHandler) {
        handler = newHandler;
    }

    @Override
    public void send(DirectBuffer octets, int offset, int length, Endpoint remote) {
        sent++;
        sentOctets += length;
        receiver.onDatagram(new UnsafeBuffer(octets, offset, length), length, remote);
    }

    @Override
    public void send(DirectBuffer octets, int offset, int length, IpAddress local, Endpoint remote) {
        send(octets, offset, length, remote);
    }

    @Override
    public void close() {}
}
