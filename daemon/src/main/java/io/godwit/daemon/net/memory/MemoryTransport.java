package io.godwit.daemon.net.memory;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.TransportCounter;
import io.godwit.daemon.observe.Counters;
import io.godwit.packet.address.IpAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

final class MemoryTransport implements ControlTransport {
    private final MemoryNetwork network;
    private final List<IpAddress> addresses;
    private final int port;
    private final Counters<TransportCounter> counters = new Counters<>(TransportCounter.class);
    private Handler handler = (buffer, offset, length, local, remote) -> {};

    MemoryTransport(MemoryNetwork network, List<IpAddress> addresses, int port) {
        this.network = network;
        this.addresses = addresses.stream()
                .sorted(Comparator.comparingInt(IpAddress::bits))
                .toList();
        this.port = port;
    }

    @Override
    public List<IpAddress> localAddresses() {
        return addresses;
    }

    @Override
    public int localPort() {
        return port;
    }

    @Override
    public void handler(Handler handler) {
        this.handler = handler;
    }

    @Override
    public void send(DirectBuffer buffer, int offset, int length, Endpoint remote) {
        for (IpAddress address : addresses) {
            if (address.bits() == remote.address().bits()) {
                send(buffer, offset, length, address, remote);
                return;
            }
        }
        counters.increment(TransportCounter.SEND_NO_SOCKET);
    }

    @Override
    public void send(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        if (!addresses.contains(local) || local.bits() != remote.address().bits()) {
            counters.increment(TransportCounter.SEND_NO_SOCKET);
            return;
        }
        byte[] payload = new byte[length];
        buffer.getBytes(offset, payload);
        counters.increment(TransportCounter.SENT);
        network.send(new Endpoint(local, port), remote, payload);
    }

    void receive(Datagram datagram) {
        counters.increment(TransportCounter.RECEIVED);
        UnsafeBuffer buffer = new UnsafeBuffer(datagram.payload());
        handler.onDatagram(buffer, 0, buffer.capacity(), datagram.to().address(), datagram.from());
    }

    @Override
    public Map<String, Long> counters() {
        return counters.snapshot();
    }

    @Override
    public void close() {
        network.close(this);
    }
}
