package io.godwit.linux.udp;

import org.agrona.UnsafeApi;

/**
 * The messages of one socket's turn, see {@link GatheringSenders}: datagrams that follow one another with one envelope and one length share one.
 *
 * <pre>
 * A note, 64 octets: payload (64), first octets of the socket address (64), length | TTL | traffic class (64), IPv6 address (128)
 * </pre>
 */
final class GatheredMessages implements AutoCloseable {
    static final int NOTE_SHIFT = 6;
    static final int NAME = 8;
    static final int KEY = 16;
    static final int HIGH = 24;
    static final int LOW = 32;

    private static final int SEGMENT = 2;
    private static final int PLAIN_CONTROL = SEGMENT * MessageArray.CONTROL_SPACE;
    private static final int HOPS = 0xffff;
    /** UDP payload of the largest IPv4 packet. */
    private static final int MAX_OCTETS = 65_507;

    private final boolean ipv6;
    private final MessageArray array = new MessageArray();
    private final SegmentSender segmentSender = new SegmentSender();
    private int count;
    private boolean segmented;

    GatheredMessages(boolean ipv6) {
        this.ipv6 = ipv6;
        SendBatch.prepare(array, ipv6);
    }

    /** Lays out the notes that {@code chosen} has a bit for. */
    void layOut(long notes, long chosen, boolean joining) {
        int index = -1;
        int vector = 0;
        int pieces = 0;
        boolean joined = false;
        long openName = 0;
        long openKey = -1;
        for (long rest = chosen; rest != 0; rest &= rest - 1) {
            long note = notes + ((long) Long.numberOfTrailingZeros(rest) << NOTE_SHIFT);
            long name = UnsafeApi.getLong(note + NAME);
            long key = UnsafeApi.getLong(note + KEY);
            array.vector(vector, UnsafeApi.getLong(note), key >>> 16);
            if (name == openName && joining && joins(note, key, openKey, index, pieces)) {
                pieces++;
                joined = true;
                array.segment(index, pieces, (int) (openKey >>> 16));
                openKey = key == openKey ? openKey : -1;
            } else {
                index++;
                pieces = 1;
                openName = name;
                openKey = key;
                array.plain(index, vector, PLAIN_CONTROL);
                array.envelope(index, name, (int) (key >>> 8) & 0xff, (int) key & 0xff);
                if (ipv6) {
                    array.ipv6Name(index, UnsafeApi.getLong(note + HIGH), UnsafeApi.getLong(note + LOW));
                }
            }
            vector++;
        }
        count = index + 1;
        segmented = joined;
    }

    /** Whether a datagram continues message {@code index}, whose first octets of an address are the same; a shorter one does, as its end. */
    private boolean joins(long note, long key, long openKey, int index, int pieces) {
        return (key == openKey || (key < openKey && (key & HOPS) == (openKey & HOPS)))
                && (pieces + 1) * (openKey >>> 16) <= MAX_OCTETS
                && (!ipv6 || array.isTo(index, UnsafeApi.getLong(note + HIGH), UnsafeApi.getLong(note + LOW)));
    }

    MessageArray array() {
        return array;
    }

    int count() {
        return count;
    }

    /** Whether any message holds several datagrams. */
    boolean segmented() {
        return segmented;
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

    @Override
    public void close() {
        segmentSender.close();
        array.close();
    }
}
