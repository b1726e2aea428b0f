package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpSenders;
import io.godwit.linux.ffi.SocketAddress;
import java.util.List;

/**
 * Senders of the kernel: a datagram is laid out where its socket will send it from. All of it is native memory and local variables: the checks that arrays
 * come with would cost more than the work.
 *
 * <pre>
 * By socket: its messages, see {@link GatheredMessages}
 * </pre>
 */
final class GatheringSenders implements UdpSenders {
    private static final int NOTHING_LEFT = -1;

    private final boolean ipv6;
    private final GatheredMessages[] all;
    private final SegmentSender segmentSender = new SegmentSender();
    private final SendBatch batch;
    private final NativeMemory memory;
    private final long slab;
    /** Those before have nothing left to send. */
    private int next;

    /** See {@link GatheredMessages#addIpv4}. */
    private long closing;

    private int lastErrors;
    private int lastErrno;

    /** @param sockets at least one, all of the same batch */
    GatheringSenders(List<LinuxUdpSocket> sockets) {
        batch = sockets.getFirst().batch();
        ipv6 = batch.isIpv6();
        int count = sockets.size();
        memory = NativeMemory.allocate((long) count * GatheredMessages.STRIDE);
        slab = memory.address();
        closing = batch.segmentation() ? 0 : GatheredMessages.CLOSED;
        all = new GatheredMessages[count];
        for (int i = 0; i < count; i++) {
            all[i] = new GatheredMessages(memory, i, sockets.get(i), ipv6, segmentSender);
        }
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
        long envelope = UdpSenders.envelope(length, hopLimit, trafficClass);
        if (!ipv6) {
            return offerIpv4(socket, payload, SocketAddress.ipv4Word((int) destinationLow, port), envelope);
        }
        if (GatheredMessages.isFull(own(socket))) {
            return false;
        }
        all[socket].addIpv6(payload, envelope, SocketAddress.ipv6Head(port), destination, destinationLow, closing);
        return true;
    }

    private long own(int socket) {
        return slab + (long) socket * GatheredMessages.STRIDE;
    }

    @Override
    public boolean offerIpv4(int socket, long payload, long name, long envelope) {
        long own = own(socket);
        if (GatheredMessages.isFull(own)) {
            return false;
        }
        GatheredMessages.addIpv4(own, payload, envelope, name, closing);
        return true;
    }

    @Override
    public int flushNext() {
        for (int i = next; i < all.length; i++) {
            if (!GatheredMessages.isEmpty(own(i))) {
                next = i + 1;
                return flush(all[i]);
            }
        }
        next = 0;
        closing = batch.segmentation() ? 0 : GatheredMessages.CLOSED;
        return NOTHING_LEFT;
    }

    private int flush(GatheredMessages messages) {
        int count = messages.count();
        lastErrors = 0;
        int sent = messages.datagrams();
        boolean segmented = sent > count;
        MessageSender sender = messages.sender(segmented);
        int done = sender.send(messages.array(), 0, count);
        if (done < count) {
            sent = messages.datagrams(0, done) + afterRefusal(messages, sender, done);
        }
        messages.clear(count, segmented);
        return sent;
    }

    /** Message {@code refused} was; the ones behind it have not been tried. Returns the datagrams sent. */
    private int afterRefusal(GatheredMessages messages, MessageSender sender, int refused) {
        int sent = 0;
        int at = refused;
        while (at < messages.count()) {
            lastErrno = sender.errno();
            sent += again(messages, sender, at++);
            if (lastErrno == Errno.EAGAIN) {
                // The sender has waited in vain for room: waiting again for each of the rest would stall this thread.
                lastErrors += messages.datagrams(at, messages.count());
                return sent;
            }
            int done = sender.send(messages.array(), at, messages.count() - at);
            sent += messages.datagrams(at, at + done);
            at += done;
        }
        return sent;
    }

    /** A refused super-packet goes out datagram by datagram; if that works, UDP_SEGMENT itself was refused and is not tried again. */
    private int again(GatheredMessages messages, MessageSender sender, int index) {
        int datagrams = messages.datagrams(index, index + 1);
        int sent = 0;
        if (datagrams > 1 && (lastErrno == Errno.EIO || lastErrno == Errno.EINVAL)) {
            sent = messages.sendSingly(sender, index, datagrams);
            if (sent > 0) {
                batch.refuseSegmentation();
            }
        }
        lastErrors += datagrams - sent;
        return sent;
    }

    @Override
    public int lastErrors() {
        return lastErrors;
    }

    @Override
    public int lastErrno() {
        return lastErrno;
    }

    @Override
    public void close() {
        segmentSender.close();
        memory.close();
    }
}
