package io.godwit.daemon.net;

import io.godwit.packet.address.IpAddress;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Sends and receives control datagrams on UDP port 4342. Owned by the control thread. */
public interface ControlTransport extends AutoCloseable {

    /** Receives datagrams, on the control thread. The buffer is only valid during the call. */
    @FunctionalInterface
    interface Handler {
        void onDatagram(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote);

        /** Datagrams that were received together follow: until {@link #onBurstEnd}, their answers may wait for each other. */
        default void onBurst() {}

        /** There are no more of them. A transport that does not call these two does neither. */
        default void onBurstEnd() {}
    }

    /** The addresses bound, IPv4 before IPv6; wildcard addresses are possible. */
    List<IpAddress> localAddresses();

    int localPort();

    void handler(Handler handler);

    /** Sends from an address bound of the family of {@code remote}. Never throws; what cannot be sent is counted. */
    void send(DirectBuffer buffer, int offset, int length, Endpoint remote);

    /** As above, from the given address, which must be one of those bound or have come with a datagram. */
    void send(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote);

    /** What was sent leaves now; otherwise it waits for what else is sent in this turn of the control thread, and for turns before it. */
    default void flush() {}

    /** {@link TransportCounter}s by name, for {@code godwit show counters}. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close();
}
