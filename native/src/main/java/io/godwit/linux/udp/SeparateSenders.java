package io.godwit.linux.udp;

import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpSenders;
import io.godwit.linux.ffi.SocketAddress;
import java.util.BitSet;
import java.util.List;

/** Sockets of any kind, each with a batch of its own. */
final class SeparateSenders implements UdpSenders {
    private final UdpBatchSocket[] sockets;
    /** Which have something to send. */
    private final BitSet waiting;

    private int last;

    SeparateSenders(List<UdpBatchSocket> sockets) {
        this.sockets = sockets.toArray(UdpBatchSocket[]::new);
        waiting = new BitSet(this.sockets.length);
    }

    @Override
    public boolean offer(
            int socket,
            long payload,
            int length,
            long destination,
            long destinationLow,
            int port,
            int hopLimit,
            int trafficClass) {
        waiting.set(socket);
        return sockets[socket].offer(payload, length, destination, destinationLow, port, hopLimit, trafficClass, 0);
    }

    @Override
    public boolean offerIpv4(int socket, long payload, long name, long envelope) {
        long destination = SocketAddress.ipv4OfWord(name) & 0xffff_ffffL;
        int port = SocketAddress.portOfIpv4Word(name);
        int length = UdpSenders.length(envelope);
        int trafficClass = (int) (envelope >>> 24) & 0xff;
        return offer(socket, payload, length, 0, destination, port, (int) (envelope >>> 32), trafficClass);
    }

    @Override
    public int flushNext() {
        int socket = waiting.nextSetBit(0);
        if (socket < 0) {
            return socket;
        }
        waiting.clear(socket);
        last = socket;
        return sockets[socket].flush();
    }

    @Override
    public int lastErrors() {
        return sockets[last].lastErrors();
    }

    @Override
    public int lastErrno() {
        return sockets[last].lastErrno();
    }

    @Override
    public void close() {
        // Nothing of its own.
    }
}
