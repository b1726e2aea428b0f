package io.godwit.linux;

import io.godwit.linux.ffi.SocketAddress;
import io.godwit.linux.udp.UdpFactory;
import java.util.List;

/**
 * The sockets of one thread that send plain datagrams from a source port each: what all of them are about to send is gathered, then each socket sends its own, in
 * the order it was offered. Hot: no allocation.
 */
public interface UdpSenders extends AutoCloseable {
    /** Of sockets from {@link Network#openSenders}, or of any. Close it before them. */
    static UdpSenders of(List<UdpBatchSocket> sockets) {
        return UdpFactory.gathering(sockets);
    }

    /**
     * See {@link UdpBatchSocket#offer}.
     *
     * @param socket which of the sockets it leaves from
     * @return false when there is no room: flush first
     */
    boolean offer(
            int socket,
            long payload,
            int length,
            long destination,
            long destinationLow,
            int port,
            int hopLimit,
            int trafficClass);

    /** A destination for {@link #offerIpv4}, to be made once for many datagrams. */
    static long ipv4Name(int address, int port) {
        return SocketAddress.ipv4Word(address, port);
    }

    /** What {@link #offerIpv4} wants to know of a datagram: its length, plus traffic class times 2^24, plus TTL times 2^32. */
    static long envelope(int length, int ttl, int trafficClass) {
        return length + ((long) trafficClass << 24) + ((long) ttl << 32);
    }

    /** Of an {@link #envelope}. */
    static int length(long envelope) {
        return (int) envelope & 0xff_ffff;
    }

    /**
     * As {@link #offer}, for IPv4.
     *
     * @param name see {@link #ipv4Name}
     * @param envelope see {@link #envelope}
     */
    boolean offerIpv4(int socket, long payload, long name, long envelope);

    /**
     * Sends what one of the sockets was offered: to be called until nothing is left, before anything more is offered.
     *
     * @return datagrams sent; -1 when there was nothing left
     */
    int flushNext();

    /** Datagrams that the last {@link #flushNext} could not send. */
    int lastErrors();

    /** errno of the last of those. */
    int lastErrno();

    @Override
    void close();
}
