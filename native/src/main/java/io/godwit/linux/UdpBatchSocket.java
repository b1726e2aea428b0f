package io.godwit.linux;

import java.net.InetAddress;

/**
 * A UDP socket that sends and receives in batches: sendmmsg/recvmmsg, UDP_SEGMENT and UDP_GRO where the kernel grants them. Hot: no
 * allocation. One thread may send while another receives.
 */
public interface UdpBatchSocket extends Pollable {
    /** Datagrams (or super-packets) in one batch at the most. */
    int BATCH = 64;

    InetAddress localAddress();

    int localPort();

    /** Whether UDP_SEGMENT works; turned off for good when the kernel answers EIO or EINVAL to it. */
    boolean segmentation();

    boolean coalescing();

    // --- send

    /**
     * Adds a datagram to the batch; the memory stays in use until {@link #flush}.
     *
     * @param payload native address
     * @param destination IPv6 high half, or 0 for IPv4
     * @param destinationLow IPv6 low half, or the IPv4 address in the low 32 bits; big-endian values
     * @param hopLimit outer TTL or hop limit
     * @param trafficClass outer TOS or traffic class octet
     * @param segmentSize 0, or the UDP_SEGMENT size: {@code length} is then split by the kernel; with {@link UdpChecksum#AUTO} a size also
     *     says that the checksum must be a correct one, though one segment holds all
     * @return false when the batch is full: flush first
     */
    boolean offer(
            long payload,
            int length,
            long destination,
            long destinationLow,
            int port,
            int hopLimit,
            int trafficClass,
            int segmentSize);

    /**
     * Adds datagrams that share an envelope, each a header and a piece of one payload: header {@code i} stands at {@code headers + i *
     * headerLength}, and the payload is cut into pieces of {@code pieceLength}, the last with the rest. The kernel gathers them, so that
     * splitting a payload copies none of it. All memory stays in use until {@link #flush}.
     *
     * @param payloadLength gives at most 64 pieces, and 65,507 octets with the headers; each piece counts as an entry
     * @return false when the batch is full: flush first
     */
    boolean offerPieces(
            long headers,
            int headerLength,
            long payload,
            int payloadLength,
            int pieceLength,
            long destination,
            long destinationLow,
            int port,
            int hopLimit,
            int trafficClass);

    /**
     * Sends what was offered. Entries that follow one another with one envelope and one length may leave as a super-packet.
     *
     * @return entries sent; those refused are skipped, and {@link #lastErrors} and {@link #lastErrno} tell about them
     */
    int flush();

    /** Entries that the last flush could not send. */
    int lastErrors();

    /** errno of the last refused entry of the last flush, e.g. {@link Errno#EMSGSIZE}. */
    int lastErrno();

    // --- receive

    /**
     * Adds a buffer to receive into; with coalescing it should hold 64 KiB.
     *
     * @return its index in the batch, from 0
     */
    int addBuffer(long address, int capacity);

    /** Forgets the buffers added. */
    void clearBuffers();

    /**
     * Receives without waiting into the buffers added, in order.
     *
     * @return datagrams received, 0 when none, or -errno
     */
    int receive();

    int receivedLength(int index);

    /** Size of the segments of a coalesced datagram (the last one may be shorter), or 0 for a single datagram. */
    int receivedSegmentSize(int index);

    /** Whether the datagram was longer than its buffer. */
    boolean receivedTruncated(int index);

    /** High half of the IPv6 source address, 0 for IPv4. */
    long receivedSource(int index);

    /** Low half of the IPv6 source address, or the IPv4 address in the low 32 bits. */
    long receivedSourceLow(int index);

    int receivedSourcePort(int index);

    /** Outer TTL or hop limit. */
    int receivedHopLimit(int index);

    /** Outer TOS or traffic class octet. */
    int receivedTrafficClass(int index);
}
