package io.godwit.linux;

import io.godwit.linux.ffi.SocketAddress;
import io.godwit.linux.udp.UdpFactory;
import java.util.List;
import org.agrona.UnsafeApi;

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

    /**
     * As {@link #offer}, for IPv4.
     *
     * @param name see {@link #ipv4Name}
     * @param hops TTL in the higher octet, traffic class in the lower one
     */
    boolean offerIpv4(int socket, long payload, int length, long name, int hops);

    /** Octets from one datagram of a list to the next one; what is behind {@link #SOCKET} and its eight octets is the caller's. */
    int LISTED = 64;

    /** Where a datagram of a list has its {@link #ipv4Name}. */
    int NAME = 0;
    /** Where it has the native address of its payload. */
    int PAYLOAD = 8;
    /** Where it has its length, times 65,536, plus TTL times 256 and traffic class. */
    int LENGTH_AND_HOPS = 16;
    /** Where it has the number of the socket that it leaves from. */
    int SOCKET = 24;

    /**
     * As {@link #offerIpv4} for each of {@code count} datagrams listed in native memory, with 64 bits for each of the above.
     *
     * @return how many were taken: fewer than {@code count} when there is no room: flush first
     */
    default int offerIpv4(long list, int count) {
        for (int i = 0; i < count; i++) {
            long at = list + (long) i * LISTED;
            long key = UnsafeApi.getLong(at + LENGTH_AND_HOPS);
            int socket = (int) UnsafeApi.getLong(at + SOCKET);
            long payload = UnsafeApi.getLong(at + PAYLOAD);
            if (!offerIpv4(socket, payload, (int) (key >>> 16), UnsafeApi.getLong(at + NAME), (int) key & 0xffff)) {
                return i;
            }
        }
        return count;
    }

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
