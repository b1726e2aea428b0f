package io.godwit.linux.udp;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpSenders;
import org.agrona.UnsafeApi;

/**
 * The messages of one socket of {@link GatheringSenders}, laid out for the kernel while its datagrams are offered: those that follow one another with one
 * envelope and one length share a message. What every datagram needs is in static methods over the native address {@code own}.
 *
 * <pre>
 *  0  messages times 2^32, plus octets of the vectors in use (64)
 *  8  of the last message: first octets of the socket address (64)
 * 16  of the same: envelope, see {@link UdpSenders#envelope} (64)
 * 64  the array
 * </pre>
 */
final class GatheredMessages {
    /** Octets from one socket's to the next one's: an odd multiple of 64, so that they do not meet in the processor's cache. */
    static final int STRIDE = 64 + MessageArray.BYTES;

    private static final int OPEN_NAME = 8;
    private static final int OPEN_ENVELOPE = 16;
    private static final int ARRAY = 64;
    /** Nothing continues the last message. */
    static final long CLOSED = -1;

    private static final int PLAIN_CONTROL = 2 * MessageArray.CONTROL_SPACE;
    private static final int LENGTH = 0xff_ffff;
    private static final int MESSAGES_SHIFT = 32;
    private static final long USED_MASK = 0xffff;
    private static final long MESSAGE = 1L << MESSAGES_SHIFT;
    /** UDP payload of the largest IPv4 packet. */
    private static final int MAX_OCTETS = 65_507;

    private final long own;
    private final MessageArray array;
    private final SegmentSender segmentSender;
    private final MessageSender sender;
    private final MessageSender plainSender;

    /** Number {@code number} of those in {@code slab}, for {@code socket}. */
    GatheredMessages(NativeMemory slab, int number, LinuxUdpSocket socket, boolean ipv6, SegmentSender segmentSender) {
        long offset = (long) number * STRIDE;
        this.own = slab.address() + offset;
        this.array = new MessageArray(slab.buffer(offset + ARRAY, MessageArray.BYTES));
        this.segmentSender = segmentSender;
        this.sender = socket.sender();
        this.plainSender = socket.plainSender();
        SendBatch.prepare(array, ipv6);
        clear(0, false);
    }

    // --- every datagram

    static boolean isFull(long own) {
        return (int) UnsafeApi.getLong(own) == MessageArray.CAPACITY * MessageArray.VECTOR;
    }

    static boolean isEmpty(long own) {
        return UnsafeApi.getLong(own) == 0;
    }

    /**
     * Takes in a datagram for an IPv4 address; there is room.
     *
     * @param closing {@link #CLOSED} when no datagram may join another, else 0
     */
    static void addIpv4(long own, long payload, long envelope, long name, long closing) {
        long before = UnsafeApi.getLong(own);
        takeIn(own, before, payload, envelope);
        if (name != UnsafeApi.getLong(own + OPEN_NAME) || !continues(own, before, envelope)) {
            start(own, before, name, envelope, closing);
        }
    }

    /** The same for an IPv6 address. */
    void addIpv6(long payload, long envelope, long name, long high, long low, long closing) {
        long before = UnsafeApi.getLong(own);
        takeIn(own, before, payload, envelope);
        boolean sameName = name == UnsafeApi.getLong(own + OPEN_NAME) && array.isTo(count() - 1, high, low);
        if (!sameName || !continues(own, before, envelope)) {
            start(own, before, name, envelope, closing);
            array.ipv6Name(count() - 1, high, low);
        }
    }

    private static void takeIn(long own, long before, long payload, long envelope) {
        MessageArray.vectorAt(own + ARRAY, before & USED_MASK, payload, envelope & LENGTH);
    }

    private static void start(long own, long before, long name, long envelope, long closing) {
        UnsafeApi.putLong(own, before + MESSAGE + MessageArray.VECTOR);
        long index = before >>> MESSAGES_SHIFT;
        long used = before & USED_MASK;
        if (index * MessageArray.VECTOR != used) {
            MessageArray.plain(own + ARRAY, index, used, PLAIN_CONTROL);
        }
        MessageArray.envelope(own + ARRAY, index, name, (int) (envelope >>> 32), (int) (envelope >>> 24) & 0xff);
        UnsafeApi.putLong(own + OPEN_NAME, name);
        UnsafeApi.putLong(own + OPEN_ENVELOPE, envelope | closing);
    }

    /** Whether the datagram taken in last, for the same first octets of an address, has become part of the last message; a shorter one does, as its end. */
    private static boolean continues(long own, long before, long envelope) {
        long open = UnsafeApi.getLong(own + OPEN_ENVELOPE);
        if (envelope != open && ((envelope ^ open) > LENGTH || envelope > open)) {
            return false;
        }
        long index = (before >>> MESSAGES_SHIFT) - 1;
        int pieces = MessageArray.vectorCount(own + ARRAY, index) + 1;
        int size = (int) open & LENGTH;
        if (pieces * size > MAX_OCTETS) {
            return false;
        }
        UnsafeApi.putLong(own, before + MessageArray.VECTOR);
        MessageArray.segment(own + ARRAY, index, pieces, size);
        if (envelope != open) {
            UnsafeApi.putLong(own + OPEN_ENVELOPE, CLOSED);
        }
        return true;
    }

    // --- once a batch

    MessageArray array() {
        return array;
    }

    /** @param segmented whether any message holds several datagrams */
    MessageSender sender(boolean segmented) {
        return segmented ? sender : plainSender;
    }

    /** Messages. */
    int count() {
        return (int) (UnsafeApi.getLong(own) >>> MESSAGES_SHIFT);
    }

    int datagrams() {
        return (int) UnsafeApi.getLong(own) / MessageArray.VECTOR;
    }

    /** Datagrams of the messages {@code from} to {@code to - 1}. */
    int datagrams(int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += array.vectorCount(i);
        }
        return sum;
    }

    /** Returns how many of the datagrams of a message were sent. */
    int sendSingly(MessageSender sender, int index, int datagrams) {
        return segmentSender.sendGathered(sender, array, index, datagrams, 1, PLAIN_CONTROL);
    }

    /** Back to none, of {@code count}: message n has vector n again. */
    void clear(int count, boolean segmented) {
        if (segmented) {
            for (int i = 0; i < count; i++) {
                MessageArray.plain(own + ARRAY, i, (long) i * MessageArray.VECTOR, PLAIN_CONTROL);
            }
        }
        UnsafeApi.putLong(own, 0);
        UnsafeApi.putLong(own + OPEN_ENVELOPE, CLOSED);
    }
}
