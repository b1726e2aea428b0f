package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.ffi.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The sending half of a socket. One thread. */
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
    private final int[] firstVectors = new int[MessageArray.CAPACITY];
    /** Datagrams that a message counts as. */
    private final int[] datagrams = new int[MessageArray.CAPACITY];
    /** Vectors of each datagram of a message; 0 when a message with segments is in one piece. */
    private final int[] vectorsEach = new int[MessageArray.CAPACITY];
    /** UDP_SEGMENT sizes of the messages, 0 for plain datagrams. */
    private final int[] segmentSizes = new int[MessageArray.CAPACITY];

    private final MessageSender sender;
    /** For batches in which nothing wants a checksum; another one when those leave without. */
    private final MessageSender plainSender;

    private final boolean twoSenders;

    private final SegmentSender segmentSender;

    private volatile boolean segmentation;
    private int count;
    /** Whether any message of the batch has segments, or wants a correct checksum. */
    private boolean segmented;

    private int vectorCount;
    /** Length of the datagrams that the last message may be continued with, or {@link #CLOSED}. */
    private int openLength = CLOSED;

    private long openDestination;
    private long openDestinationLow;
    private long openEnvelope;
    private int openOctets;
    private int lastErrors;
    private int lastErrno;

    /** @param plainSender for batches without super-packets, if another one than {@code sender} */
    SendBatch(MessageSender sender, @Nullable MessageSender plainSender, boolean ipv6, boolean segmentation) {
        this.ipv6 = ipv6;
        this.segmentation = segmentation;
        this.sender = sender;
        this.plainSender = plainSender == null ? sender : plainSender;
        this.twoSenders = plainSender != null;
        this.segmentSender = new SegmentSender(sender);
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

    boolean segmentation() {
        return segmentation;
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
        long envelope = (long) port << 16 | hopLimit << 8 | trafficClass;
        if (segmentSize == 0 && joins(length, destination, destinationLow, envelope)) {
            messages.vector(vectorCount++, payload, length);
            return true;
        }
        if (count == MessageArray.CAPACITY || vectorCount == VECTORS) {
            return false;
        }
        int index = open(destination, destinationLow, port, hopLimit, trafficClass);
        firstVectors[index] = vectorCount;
        messages.vector(vectorCount, payload, length);
        messages.vectors(index, vectorCount++, 1);
        boolean segmentedHere = segmentSize > 0 && segmentSize < length;
        datagrams[index] = 1;
        vectorsEach[index] = segmentedHere ? 0 : 1;
        segment(index, segmentedHere ? segmentSize : 0);
        segmented |= segmentSize > 0;
        openFor(segmentSize == 0 && segmentation ? length : CLOSED, destination, destinationLow, envelope);
        return true;
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
        int index = open(destination, destinationLow, port, hopLimit, trafficClass);
        int first = vectorCount;
        int pieces = 0;
        for (int from = 0; from < payloadLength; from += pieceLength) {
            messages.vector(vectorCount++, headers + (long) pieces * headerLength, headerLength);
            messages.vector(vectorCount++, payload + from, Math.min(pieceLength, payloadLength - from));
            pieces++;
        }
        firstVectors[index] = first;
        messages.vectors(index, first, 2 * pieces);
        datagrams[index] = pieces;
        vectorsEach[index] = 2;
        segment(index, pieces > 1 ? headerLength + pieceLength : 0);
        segmented = true;
        openLength = CLOSED;
        return true;
    }

    /** A message with its envelope. */
    private int open(long destination, long destinationLow, int port, int hopLimit, int trafficClass) {
        closeJoined();
        int index = count++;
        long name = messages.nameAddress(index);
        if (ipv6) {
            SocketAddress.putIpv6(name, destination, destinationLow, port);
        } else {
            SocketAddress.putIpv4(name, (int) destinationLow, port);
        }
        messages.control(index, HOP_LIMIT, hopLimit);
        messages.control(index, TRAFFIC_CLASS, trafficClass);
        return index;
    }

    private void segment(int index, int segmentSize) {
        segmented |= segmentSize > 0;
        if (segmentSize != segmentSizes[index]) {
            segmentSizes[index] = segmentSize;
            messages.control(index, SEGMENT, segmentSize);
            messages.controlLength(index, (segmentSize > 0 ? SEGMENT + 1 : SEGMENT) * MessageArray.CONTROL_SPACE);
        }
    }

    // --- datagrams that follow one another with one envelope and one length leave as one super-packet

    private void openFor(int length, long destination, long destinationLow, long envelope) {
        openLength = length;
        openDestination = destination;
        openDestinationLow = destinationLow;
        openEnvelope = envelope;
        openOctets = length;
    }

    /** Whether a datagram continues the last message; a shorter one does, as its end. */
    private boolean joins(int length, long destination, long destinationLow, long envelope) {
        if (length > openLength
                || destinationLow != openDestinationLow
                || destination != openDestination
                || envelope != openEnvelope
                || openOctets + length > MAX_OCTETS
                || vectorCount == VECTORS
                || vectorCount - firstVectors[count - 1] == MAX_SEGMENTS) {
            return false;
        }
        openOctets += length;
        if (length < openLength) {
            vectorCount++;
            closeJoined();
            vectorCount--;
        }
        return true;
    }

    private void closeJoined() {
        if (openLength == CLOSED) {
            return;
        }
        int index = count - 1;
        int pieces = vectorCount - firstVectors[index];
        if (pieces > 1) {
            messages.vectors(index, firstVectors[index], pieces);
            datagrams[index] = pieces;
            segment(index, openLength);
        }
        openLength = CLOSED;
    }

    // --- out

    /** See {@link io.godwit.linux.UdpBatchSocket#flush}. */
    int flush() {
        closeJoined();
        int sent = 0;
        int next = 0;
        lastErrors = 0;
        lastErrno = 0;
        // Not one sender for each kind: a batch of both would cost a system call at each change.
        MessageSender by = segmented ? sender : plainSender;
        while (next < count && lastErrno != Errno.EAGAIN) {
            if (mustSplit(next)) {
                sent += sendSegments(next++);
                continue;
            }
            int run = runLength(next);
            int done = by.send(messages, next, run);
            sent += entries(next, next + done);
            next += done;
            if (done < run) {
                sent += sendRefused(next, by.errno());
                next++;
            }
        }
        // The sender has waited in vain for room: waiting again for each of the rest would stall this thread.
        lastErrors += entries(next, count);
        count = 0;
        vectorCount = 0;
        segmented = false;
        return sent;
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
                                && messages.vectorLength(firstVectors[index]) > size * MAX_SEGMENTS));
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
    private int sendRefused(int index, int errno) {
        boolean offloadRefused = errno == Errno.EIO || errno == Errno.EINVAL;
        if (!offloadRefused || segmentSizes[index] == 0) {
            return refuse(errno, datagrams[index]);
        }
        int sent = sendSegments(index);
        if (sent > 0) {
            segmentation = false;
        }
        return sent;
    }

    private int sendSegments(int index) {
        int control = SEGMENT * MessageArray.CONTROL_SPACE;
        if (vectorsEach[index] == 0) {
            int errno = segmentSender.send(messages, index, firstVectors[index], segmentSizes[index], control);
            return errno == 0 ? 1 : refuse(errno, 1);
        }
        int wanted = datagrams[index];
        int sent =
                segmentSender.sendGathered(messages, index, firstVectors[index], wanted, vectorsEach[index], control);
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
        segmentSender.close();
        sender.close();
        if (twoSenders) {
            plainSender.close();
        }
        messages.close();
    }
}
