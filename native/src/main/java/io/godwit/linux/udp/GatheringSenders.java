package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpSenders;
import io.godwit.linux.ffi.SocketAddress;
import java.util.List;
import org.agrona.UnsafeApi;

/**
 * Senders of the kernel: a datagram is noted in a few words, and laid out when its socket's turn comes. All of it is native memory and local variables: the
 * checks that arrays come with would cost more than the work.
 *
 * <pre>
 * Notes, see {@link GatheredMessages}
 * By socket: bit n is set when note n is its own (64)
 * Numbers of the sockets that have something to send (32 each)
 * </pre>
 */
final class GatheringSenders implements UdpSenders {
    private static final int CAPACITY = Long.SIZE;
    private static final int WAITING = CAPACITY << GatheredMessages.NOTE_SHIFT;
    private static final int MEMBERS = WAITING + (CAPACITY + 2) * Integer.BYTES;
    private static final int NOTHING_LEFT = -1;

    private final boolean ipv6;
    private final LinuxUdpSocket[] sockets;
    private final SendBatch batch;
    private final GatheredMessages messages;
    private final NativeMemory memory;
    private final long notes;
    private final long waiting;
    private final long members;
    private int count;
    private int waitingCount;
    private int next;
    private int lastErrors;
    private int lastErrno;

    /** @param sockets at least one, all of the same batch */
    GatheringSenders(List<LinuxUdpSocket> sockets) {
        this.sockets = sockets.toArray(LinuxUdpSocket[]::new);
        batch = this.sockets[0].batch();
        ipv6 = batch.isIpv6();
        messages = new GatheredMessages(ipv6);
        memory = NativeMemory.allocate(MEMBERS + (long) this.sockets.length * Long.BYTES);
        notes = memory.address();
        waiting = notes + WAITING;
        members = notes + MEMBERS;
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
        int number = count;
        if (number == CAPACITY) {
            return false;
        }
        count = number + 1;
        long note = notes + ((long) number << GatheredMessages.NOTE_SHIFT);
        UnsafeApi.putLong(note, payload);
        UnsafeApi.putLong(note + GatheredMessages.KEY, (long) length << 16 | hopLimit << 8 | trafficClass);
        if (ipv6) {
            UnsafeApi.putLong(note + GatheredMessages.NAME, SocketAddress.ipv6Head(port));
            UnsafeApi.putLong(note + GatheredMessages.HIGH, destination);
            UnsafeApi.putLong(note + GatheredMessages.LOW, destinationLow);
        } else {
            UnsafeApi.putLong(note + GatheredMessages.NAME, SocketAddress.ipv4Word((int) destinationLow, port));
        }
        long own = members + ((long) socket << 3);
        long before = UnsafeApi.getLong(own);
        UnsafeApi.putLong(own, before | 1L << number);
        // Without a jump, which nobody could predict: the place behind the last one is free.
        UnsafeApi.putInt(waiting + ((long) waitingCount << 2), socket);
        waitingCount += before == 0 ? 1 : 0;
        return true;
    }

    @Override
    public int flushNext() {
        int turn = next;
        if (turn == waitingCount) {
            count = 0;
            waitingCount = 0;
            next = 0;
            return NOTHING_LEFT;
        }
        next = turn + 1;
        int index = UnsafeApi.getInt(waiting + ((long) turn << 2));
        long own = members + ((long) index << 3);
        long rest = UnsafeApi.getLong(own);
        UnsafeApi.putLong(own, 0);
        messages.layOut(notes, rest, batch.segmentation());
        lastErrors = 0;
        LinuxUdpSocket socket = sockets[index];
        MessageSender sender = messages.segmented() ? socket.sender() : socket.plainSender();
        int laidOut = messages.count();
        int done = sender.send(messages.array(), 0, laidOut);
        return done == laidOut ? Long.bitCount(rest) : messages.datagrams(0, done) + afterRefusal(sender, done);
    }

    /** Message {@code refused} was; the ones behind it have not been tried. Returns the datagrams sent. */
    private int afterRefusal(MessageSender sender, int refused) {
        int sent = 0;
        int at = refused;
        while (at < messages.count()) {
            lastErrno = sender.errno();
            sent += again(sender, at++);
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
    private int again(MessageSender sender, int index) {
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
        messages.close();
        memory.close();
    }
}
