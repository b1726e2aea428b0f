package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpSenders;
import io.godwit.linux.ffi.SocketAddress;
import java.util.List;
import org.agrona.UnsafeApi;

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
    private final LinuxUdpSocket[] sockets;
    private final GatheredMessages[] all;
    private final SegmentSender segmentSender = new SegmentSender();
    private final SendBatch batch;
    private final NativeMemory memory;
    private final long slab;
    /** Bit n: of the sockets n, n + 64 and so on, some have something to send. */
    private long waiting;

    private int next;
    /** See {@link GatheredMessages#addIpv4}. */
    private long closing;

    private int lastErrors;
    private int lastErrno;

    /** @param sockets at least one, all of the same batch */
    GatheringSenders(List<LinuxUdpSocket> sockets) {
        this.sockets = sockets.toArray(LinuxUdpSocket[]::new);
        batch = this.sockets[0].batch();
        ipv6 = batch.isIpv6();
        int count = this.sockets.length;
        memory = NativeMemory.allocate((long) count * GatheredMessages.STRIDE);
        slab = memory.address();
        closing = batch.segmentation() ? 0 : GatheredMessages.CLOSED;
        all = new GatheredMessages[count];
        for (int i = 0; i < count; i++) {
            all[i] = new GatheredMessages(memory, i, ipv6, segmentSender);
            all[i].clear();
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
        if (!ipv6) {
            long name = SocketAddress.ipv4Word((int) destinationLow, port);
            return offerIpv4(socket, payload, length, name, hopLimit << 8 | trafficClass);
        }
        int before = GatheredMessages.datagrams(slab + (long) socket * GatheredMessages.STRIDE);
        if (before == GatheredMessages.CAPACITY) {
            return false;
        }
        waiting |= 1L << socket;
        long name = SocketAddress.ipv6Head(port);
        int hops = hopLimit << 8 | trafficClass;
        all[socket].addIpv6(before, payload, length, name, destination, destinationLow, hops, closing);
        return true;
    }

    @Override
    public boolean offerIpv4(int socket, long payload, int length, long name, int hops) {
        long own = slab + (long) socket * GatheredMessages.STRIDE;
        int before = GatheredMessages.datagrams(own);
        if (before == GatheredMessages.CAPACITY) {
            return false;
        }
        waiting |= 1L << socket;
        GatheredMessages.addIpv4(own, before, payload, (long) length << 16 | hops, name, closing);
        return true;
    }

    @Override
    public int offerIpv4(long list, int count) {
        long memoryOfAll = slab;
        long closed = closing;
        long used = 0;
        int i = 0;
        long at = list;
        while (i < count) {
            long socket = UnsafeApi.getLong(at + SOCKET);
            long own = memoryOfAll + socket * GatheredMessages.STRIDE;
            int before = GatheredMessages.datagrams(own);
            if (before == GatheredMessages.CAPACITY) {
                break;
            }
            used |= 1L << socket;
            long payload = UnsafeApi.getLong(at + PAYLOAD);
            long key = UnsafeApi.getLong(at + LENGTH_AND_HOPS);
            GatheredMessages.addIpv4(own, before, payload, key, UnsafeApi.getLong(at + NAME), closed);
            i++;
            at += LISTED;
        }
        waiting |= used;
        return i;
    }

    @Override
    public int flushNext() {
        int index = nextWaiting();
        if (index == NOTHING_LEFT) {
            closing = batch.segmentation() ? 0 : GatheredMessages.CLOSED;
            return NOTHING_LEFT;
        }
        GatheredMessages messages = all[index];
        LinuxUdpSocket socket = sockets[index];
        lastErrors = 0;
        MessageSender sender = messages.segmented() ? socket.sender() : socket.plainSender();
        int count = messages.count();
        int done = sender.send(messages.array(), 0, count);
        int sent = done == count
                ? messages.datagrams()
                : messages.datagrams(0, done) + afterRefusal(messages, sender, done);
        messages.clear();
        return sent;
    }

    private int nextWaiting() {
        while (waiting != 0) {
            int index = Long.numberOfTrailingZeros(waiting) + next;
            if (index >= all.length) {
                waiting &= waiting - 1;
                next = 0;
                continue;
            }
            next += Long.SIZE;
            if (all[index].count() > 0) {
                return index;
            }
        }
        return NOTHING_LEFT;
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
