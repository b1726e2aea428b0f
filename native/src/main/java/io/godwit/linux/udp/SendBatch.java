package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.ffi.SocketAddress;

/** The sending half of a socket. One thread. */
final class SendBatch implements AutoCloseable {
    /** Control messages of a send, in this order; the last one only with segmentation. */
    private static final int HOP_LIMIT = 0;

    private static final int TRAFFIC_CLASS = 1;
    private static final int SEGMENT = 2;
    /** UDP_MAX_SEGMENTS of older kernels; 128 since Linux 6.9. */
    private static final int MAX_SEGMENTS = 64;

    private final boolean ipv6;
    private final MessageArray messages = new MessageArray();
    /** UDP_SEGMENT sizes of the messages, 0 for plain datagrams. */
    private final int[] segmentSizes = new int[MessageArray.CAPACITY];

    private final MessageSender sender;
    private final SegmentSender segmentSender;

    private volatile boolean segmentation;
    private int count;
    /** Whether any message of the batch has segments. */
    private boolean segmented;

    private int lastErrors;
    private int lastErrno;

    SendBatch(MessageSender sender, boolean ipv6, boolean segmentation) {
        this.ipv6 = ipv6;
        this.segmentation = segmentation;
        this.sender = sender;
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
        if (count == MessageArray.CAPACITY) {
            return false;
        }
        int index = count++;
        messages.payload(index, payload, length);
        long name = messages.nameAddress(index);
        if (ipv6) {
            SocketAddress.putIpv6(name, destination, destinationLow, port);
        } else {
            SocketAddress.putIpv4(name, (int) destinationLow, port);
        }
        messages.control(index, HOP_LIMIT, hopLimit);
        messages.control(index, TRAFFIC_CLASS, trafficClass);
        int segments = segmentSize < length ? segmentSize : 0;
        if (segments != segmentSizes[index]) {
            segmentSizes[index] = segments;
            messages.control(index, SEGMENT, segments);
            messages.controlLength(index, (segments > 0 ? SEGMENT + 1 : SEGMENT) * MessageArray.CONTROL_SPACE);
        }
        segmented |= segments > 0;
        return true;
    }

    /** See {@link io.godwit.linux.UdpBatchSocket#flush}. */
    int flush() {
        int sent = 0;
        int next = 0;
        lastErrors = 0;
        lastErrno = 0;
        while (next < count && lastErrno != Errno.EAGAIN) {
            if (mustSplit(next)) {
                sent += sendSegments(next++);
                continue;
            }
            int run = runLength(next);
            int done = sender.send(messages, next, run);
            sent += done;
            next += done;
            if (done < run) {
                sent += sendRefused(next, sender.errno());
                next++;
            }
        }
        // The sender has waited in vain for room: waiting again for each of the rest would stall this thread.
        lastErrors += count - next;
        count = 0;
        segmented = false;
        return sent;
    }

    private boolean mustSplit(int index) {
        int size = segmented ? segmentSizes[index] : 0;
        return size > 0 && (!segmentation || messages.payloadLength(index) > size * MAX_SEGMENTS);
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
            return refuse(errno);
        }
        int sent = sendSegments(index);
        if (sent > 0) {
            segmentation = false;
        }
        return sent;
    }

    private int sendSegments(int index) {
        int errno = segmentSender.send(messages, index, segmentSizes[index], SEGMENT * MessageArray.CONTROL_SPACE);
        return errno == 0 ? 1 : refuse(errno);
    }

    private int refuse(int errno) {
        lastErrors++;
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
        messages.close();
    }
}
