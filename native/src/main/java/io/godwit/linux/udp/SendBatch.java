package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.ffi.SocketAddress;

/** What one socket at a time is about to send, laid out for the kernel. One thread, whose sockets share it. */
final class SendBatch implements AutoCloseable {
    /** Control messages of a send, in this order; the last one only with segmentation. */
    private static final int HOP_LIMIT = 0;

    private static final int TRAFFIC_CLASS = 1;
    private static final int SEGMENT = 2;
    /** UDP_MAX_SEGMENTS of older kernels; 128 since Linux 6.9. */
    private static final int MAX_SEGMENTS = 64;
    /** UDP payload of the largest IPv4 packet. */
    private static final int MAX_OCTETS = 65_507;
    /** Of all messages of a batch together. */
    private static final int VECTORS = 64 * 130;

    private static final int CLOSED = -1;

    private final boolean ipv6;
    private final MessageArray messages = new MessageArray(VECTORS);
    /** Datagrams that a message counts as: one, unless something else was asked for in this batch. */
    private final int[] datagrams = new int[MessageArray.CAPACITY];
    /** Vectors of each datagram of a message; 0 when a message with segments is in one piece. */
    private final int[] vectorsEach = new int[MessageArray.CAPACITY];
    /** UDP_SEGMENT sizes of the messages, 0 for plain datagrams. */
    private final int[] segmentSizes = new int[MessageArray.CAPACITY];

    private final SegmentSender segmentSender = new SegmentSender();
    private volatile boolean segmentation;
    /** Who made it, until it has been given to sockets, and those. */
    private int users = 1;

    private int count;
    /** Whether any message of the batch is more than a plain datagram, or wants a correct checksum. */
    private boolean segmented;

    private int vectorCount;
    /** Length of the datagrams that the last message may be continued with, or {@link #CLOSED}. */
    private int openLength = CLOSED;

    /** First vector of the last message, while it is open. */
    private int openVector;

    /** Of its socket address, the first eight octets; and TTL and traffic class. */
    private long openName;

    private int openHops;
    private int lastErrors;
    private int lastErrno;

    SendBatch(boolean ipv6, boolean segmentation) {
        this.ipv6 = ipv6;
        this.segmentation = segmentation;
        for (int i = 0; i < MessageArray.CAPACITY; i++) {
            datagrams[i] = 1;
            vectorsEach[i] = 1;
        }
        prepare(messages, ipv6);
    }

    /** Writes what stays the same: the lengths of the addresses, and the headers of the control messages. */
    static void prepare(MessageArray messages, boolean ipv6) {
        for (int i = 0; i < MessageArray.CAPACITY; i++) {
            int level = ipv6 ? SocketOptions.SOL_IPV6 : SocketOptions.SOL_IP;
            messages.controlHeader(
                    i, HOP_LIMIT, level, ipv6 ? SocketOptions.IPV6_HOPLIMIT : SocketOptions.IP_TTL, Integer.BYTES);
            messages.controlHeader(
                    i, TRAFFIC_CLASS, level, ipv6 ? SocketOptions.IPV6_TCLASS : SocketOptions.IP_TOS, Integer.BYTES);
            messages.nameLength(i, ipv6 ? SocketAddress.IPV6_LENGTH : SocketAddress.IPV4_LENGTH);
            messages.controlLength(i, SEGMENT * MessageArray.CONTROL_SPACE);
            messages.controlHeader(i, SEGMENT, SocketOptions.SOL_UDP, SocketOptions.UDP_SEGMENT, Short.BYTES);
        }
    }

    boolean isIpv6() {
        return ipv6;
    }

    /** For one more socket, each of which closes it. */
    SendBatch share() {
        users++;
        return this;
    }

    boolean segmentation() {
        return segmentation;
    }

    void refuseSegmentation() {
        segmentation = false;
    }

    /** See {@link io.godwit.linux.UdpBatchSocket#offer}. */
    boolean offer(
            long payload,
            int length,
            long destination,
            long destinationLow,
            int port,
            int hopLimit,
            int trafficClass,
            int segmentSize) {
        long name = name(destinationLow, port);
        int hops = hopLimit << 8 | trafficClass;
        if (name == openName && joins(length, destination, destinationLow, hops, segmentSize)) {
            messages.vector(vectorCount++, payload, length);
            return true;
        }
        closeJoined();
        int index = count;
        int vector = vectorCount;
        if (index == MessageArray.CAPACITY || vector == VECTORS) {
            return false;
        }
        count = index + 1;
        vectorCount = vector + 1;
        messages.vector(vector, payload, length);
        if (vector != index) {
            messages.vectors(index, vector, 1);
        }
        envelope(index, name, destination, destinationLow, hopLimit, trafficClass);
        if (segmentSize > 0) {
            segmented = true;
            if (segmentSize < length) {
                vectorsEach[index] = 0;
                segment(index, segmentSize);
            }
        } else if (segmentation) {
            openLength = length;
            openVector = vector;
            openName = name;
            openHops = hops;
        }
        return true;
    }

    /** The first octets of the socket address that say where a datagram goes: all of IPv4, the port of IPv6. */
    private long name(long destinationLow, int port) {
        return ipv6 ? SocketAddress.ipv6Head(port) : SocketAddress.ipv4Word((int) destinationLow, port);
    }

    private void envelope(int index, long name, long destination, long destinationLow, int hopLimit, int trafficClass) {
        messages.envelope(index, name, hopLimit, trafficClass);
        if (ipv6) {
            messages.ipv6Name(index, destination, destinationLow);
        }
    }

    /** See {@link io.godwit.linux.UdpBatchSocket#offerPieces}. */
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
            int trafficClass) {
        closeJoined();
        if (count == MessageArray.CAPACITY || vectorCount + 2 * MAX_SEGMENTS > VECTORS) {
            return false;
        }
        int index = count++;
        envelope(index, name(destinationLow, port), destination, destinationLow, hopLimit, trafficClass);
        int first = vectorCount;
        int pieces = 0;
        for (int from = 0; from < payloadLength; from += pieceLength) {
            messages.vector(vectorCount++, headers + (long) pieces * headerLength, headerLength);
            messages.vector(vectorCount++, payload + from, Math.min(pieceLength, payloadLength - from));
            pieces++;
        }
        messages.vectors(index, first, 2 * pieces);
        datagrams[index] = pieces;
        vectorsEach[index] = 2;
        segmented = true;
        if (pieces > 1) {
            segment(index, headerLength + pieceLength);
        }
        return true;
    }

    private void segment(int index, int segmentSize) {
        segmentSizes[index] = segmentSize;
        messages.control(index, SEGMENT, segmentSize);
        messages.controlLength(index, (SEGMENT + 1) * MessageArray.CONTROL_SPACE);
    }

    // --- datagrams that follow one another with one envelope and one length leave as one super-packet

    /** Whether a datagram continues the last message, which has the same first octets of an address; a shorter one does, as its end. */
    private boolean joins(int length, long destination, long destinationLow, int hops, int segmentSize) {
        int pieces = vectorCount - openVector;
        if (length > openLength
                || hops != openHops
                || segmentSize != 0
                || pieces >= MAX_SEGMENTS
                || pieces * openLength + length > MAX_OCTETS
                || vectorCount == VECTORS
                || (ipv6 && !messages.isTo(count - 1, destination, destinationLow))) {
            return false;
        }
        if (length < openLength) {
            vectorCount++;
            closeJoined();
            vectorCount--;
        }
        return true;
    }

    private void closeJoined() {
        int pieces = vectorCount - openVector;
        if (openLength != CLOSED && pieces > 1) {
            int index = count - 1;
            messages.vectors(index, openVector, pieces);
            datagrams[index] = pieces;
            segmented = true;
            segment(index, openLength);
        }
        openLength = CLOSED;
    }

    // --- out

    /**
     * See {@link io.godwit.linux.UdpBatchSocket#flush}.
     *
     * @param sender of the socket
     * @param plainSender for batches in which nothing wants a checksum; another one when those leave without
     */
    int flush(MessageSender sender, MessageSender plainSender) {
        closeJoined();
        int sent = 0;
        int next = 0;
        lastErrors = 0;
        lastErrno = 0;
        // Not one sender for each kind: a batch of both would cost a system call at each change.
        MessageSender by = segmented ? sender : plainSender;
        while (next < count && lastErrno != Errno.EAGAIN) {
            if (mustSplit(next)) {
                sent += sendSegments(next++, sender);
                continue;
            }
            int run = runLength(next);
            int done = by.send(messages, next, run);
            sent += entries(next, next + done);
            next += done;
            if (done < run) {
                sent += sendRefused(next, by.errno(), sender);
                next++;
            }
        }
        // The sender has waited in vain for room: waiting again for each of the rest would stall this thread.
        lastErrors += entries(next, count);
        clear();
        return sent;
    }

    private void clear() {
        if (segmented) {
            for (int i = 0; i < count; i++) {
                datagrams[i] = 1;
                vectorsEach[i] = 1;
                messages.vectors(i, i, 1);
                if (segmentSizes[i] > 0) {
                    segmentSizes[i] = 0;
                    messages.controlLength(i, SEGMENT * MessageArray.CONTROL_SPACE);
                }
            }
            segmented = false;
        }
        count = 0;
        vectorCount = 0;
    }

    private int entries(int from, int to) {
        if (!segmented) {
            return to - from;
        }
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += datagrams[i];
        }
        return sum;
    }

    private boolean mustSplit(int index) {
        int size = segmented ? segmentSizes[index] : 0;
        return size > 0
                && (!segmentation
                        || (vectorsEach[index] == 0
                                && messages.vectorLength(messages.firstVector(index)) > size * MAX_SEGMENTS));
    }

    private int runLength(int from) {
        if (!segmented) {
            return count - from;
        }
        int to = from + 1;
        while (to < count && !mustSplit(to)) {
            to++;
        }
        return to - from;
    }

    /** A refused super-packet goes out segment by segment; if that works, UDP_SEGMENT itself was refused and is not tried again. */
    private int sendRefused(int index, int errno, MessageSender sender) {
        boolean offloadRefused = errno == Errno.EIO || errno == Errno.EINVAL;
        if (!offloadRefused || segmentSizes[index] == 0) {
            return refuse(errno, datagrams[index]);
        }
        int sent = sendSegments(index, sender);
        if (sent > 0) {
            segmentation = false;
        }
        return sent;
    }

    private int sendSegments(int index, MessageSender sender) {
        int control = SEGMENT * MessageArray.CONTROL_SPACE;
        if (vectorsEach[index] == 0) {
            int errno = segmentSender.send(sender, messages, index, segmentSizes[index], control);
            return errno == 0 ? 1 : refuse(errno, 1);
        }
        int wanted = datagrams[index];
        int sent = segmentSender.sendGathered(sender, messages, index, wanted, vectorsEach[index], control);
        if (sent < wanted) {
            refuse(sender.errno(), wanted - sent);
        }
        return sent;
    }

    private int refuse(int errno, int entries) {
        lastErrors += entries;
        lastErrno = errno;
        return 0;
    }

    int lastErrors() {
        return lastErrors;
    }

    int lastErrno() {
        return lastErrno;
    }

    @Override
    public void close() {
        users--;
        if (users == 0) {
            segmentSender.close();
            messages.close();
        }
    }
}
