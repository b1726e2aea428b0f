package io.godwit.linux.udp;

import io.godwit.linux.NativeMemory;
import org.agrona.UnsafeApi;

/**
 * The messages of one socket of {@link GatheringSenders}, laid out for the kernel while its datagrams are offered: those that follow one another with one
 * envelope and one length share a message. What every datagram needs is in static methods over the native address {@code own}.
 *
 * <pre>
 * datagrams (32) | messages (32) | of the last message: first octets of the socket address (64), length, TTL and traffic class (64) | free
 * from 64 on: the array
 * </pre>
 */
final class GatheredMessages {
    static final int CAPACITY = MessageArray.CAPACITY;
    /** Octets from one socket's to the next one's: an odd multiple of 64, so that they do not meet in the processor's cache. */
    static final int STRIDE = 64 + MessageArray.BYTES;

    private static final int MESSAGES = 4;
    private static final int OPEN_NAME = 8;
    private static final int OPEN_KEY = 16;
    private static final int ARRAY = 64;
    /** Nothing continues the last message. */
    static final long CLOSED = -1;

    private static final int PLAIN_CONTROL = 2 * MessageArray.CONTROL_SPACE;
    private static final int HOPS = 0xffff;
    /** UDP payload of the largest IPv4 packet. */
    private static final int MAX_OCTETS = 65_507;

    private final long own;
    private final MessageArray array;
    private final SegmentSender segmentSender;

    /** Number {@code number} of those in {@code slab}. */
    GatheredMessages(NativeMemory slab, int number, boolean ipv6, SegmentSender segmentSender) {
        long offset = (long) number * STRIDE;
        this.own = slab.address() + offset;
        this.array = new MessageArray(slab.buffer(offset + ARRAY, MessageArray.BYTES));
        this.segmentSender = segmentSender;
        SendBatch.prepare(array, ipv6);
    }

    // --- every datagram

    static int datagrams(long own) {
        return UnsafeApi.getInt(own);
    }

    /**
     * Takes in a datagram for an IPv4 address, behind {@code before} others; there is room.
     *
     * @param key its length, times 65,536, plus TTL times 256 and traffic class
     * @param closing {@link #CLOSED} when no datagram may join another, else 0
     */
    static void addIpv4(long own, int before, long payload, long key, long name, long closing) {
        takeIn(own, before, payload, key >>> 16);
        if (name != UnsafeApi.getLong(own + OPEN_NAME) || !continues(own, key)) {
            start(own, before, name, key, closing);
        }
    }

    /** The same for an IPv6 address. */
    void addIpv6(int before, long payload, long length, long name, long high, long low, int hops, long closing) {
        long key = length << 16 | hops;
        takeIn(own, before, payload, length);
        boolean sameName = name == UnsafeApi.getLong(own + OPEN_NAME) && array.isTo(count() - 1, high, low);
        if (!sameName || !continues(own, key)) {
            start(own, before, name, key, closing);
            array.ipv6Name(count() - 1, high, low);
        }
    }

    private static void takeIn(long own, int before, long payload, long length) {
        MessageArray.vector(own + ARRAY, before, payload, length);
        UnsafeApi.putInt(own, before + 1);
    }

    private static void start(long own, int vector, long name, long key, long closing) {
        int index = UnsafeApi.getInt(own + MESSAGES);
        UnsafeApi.putInt(own + MESSAGES, index + 1);
        if (index != vector) {
            MessageArray.plain(own + ARRAY, index, vector, PLAIN_CONTROL);
        }
        MessageArray.envelope(own + ARRAY, index, name, (int) key >>> 8 & 0xff, (int) key & 0xff);
        UnsafeApi.putLong(own + OPEN_NAME, name);
        UnsafeApi.putLong(own + OPEN_KEY, key | closing);
    }

    /** Whether the datagram taken in last, for the same first octets of an address, has become part of the last message; a shorter one does, as its end. */
    private static boolean continues(long own, long key) {
        long openKey = UnsafeApi.getLong(own + OPEN_KEY);
        if (key != openKey && (key > openKey || (key & HOPS) != (openKey & HOPS))) {
            return false;
        }
        int index = UnsafeApi.getInt(own + MESSAGES) - 1;
        int pieces = MessageArray.vectorCount(own + ARRAY, index) + 1;
        int size = (int) (openKey >>> 16);
        if (pieces * size > MAX_OCTETS) {
            return false;
        }
        MessageArray.segment(own + ARRAY, index, pieces, size);
        if (key != openKey) {
            UnsafeApi.putLong(own + OPEN_KEY, CLOSED);
        }
        return true;
    }

    // --- once a batch

    MessageArray array() {
        return array;
    }

    /** Messages. */
    int count() {
        return UnsafeApi.getInt(own + MESSAGES);
    }

    int datagrams() {
        return datagrams(own);
    }

    /** Whether any message holds several datagrams. */
    boolean segmented() {
        return count() < datagrams(own);
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

    /** Back to none: message n has vector n again. */
    void clear() {
        if (segmented()) {
            for (int i = count() - 1; i >= 0; i--) {
                MessageArray.plain(own + ARRAY, i, i, PLAIN_CONTROL);
            }
        }
        UnsafeApi.putLong(own, 0);
        UnsafeApi.putLong(own + OPEN_KEY, CLOSED);
    }
}
