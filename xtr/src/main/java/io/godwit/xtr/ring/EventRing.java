package io.godwit.xtr.ring;

import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import java.util.Arrays;
import org.agrona.BufferUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * From one data thread to the control thread: bounded, rate limited for each EID, and it never blocks. What finds no room is counted.
 *
 * <pre>
 * | instance index (4) | families (4) | EID (16) | other address: source EID or outer source (16) | LISP header (8) |
 * </pre>
 */
public final class EventRing {
    public static final int MISS = 1;
    public static final int AWAY_TRAFFIC = 2;
    public static final int ARRIVING = 3;
    public static final int NOT_LOCAL = 4;
    /** A trusted peer sent a packet: its header may have a nonce. */
    public static final int PEER = 5;
    /** A trusted peer sent Locator-Status-Bits with a packet from the EID. */
    public static final int STATUS_BITS = 6;
    /** A trusted peer sent a packet from an EID that has no entry. */
    public static final int UNKNOWN_SOURCE = 7;

    /** A trusted peer sent a packet to the EID by another version of its mapping. */
    public static final int DESTINATION_VERSION = 8;
    /** A trusted peer sent a packet from the EID by a newer version of its mapping. */
    public static final int SOURCE_VERSION = 9;

    /** In a layer-2 instance a frame came from the site, from a MAC that is not known to be here; or from one that is, now and then. */
    public static final int SOURCE_MAC = 10;

    /** In the families field: the EID is IPv6. */
    public static final int EID_IPV6 = 1;
    /** In the families field: the other address is IPv6. */
    public static final int OTHER_IPV6 = 2;

    public static final int FAMILIES = 4;
    public static final int EID_HIGH = 8;
    public static final int EID_LOW = 16;
    public static final int OTHER_HIGH = 24;
    public static final int OTHER_LOW = 32;
    public static final int HEADER = 40;

    private static final int CAPACITY = 1 << 18;
    private static final int MESSAGE = 48;
    private static final int LIMITER_BITS = 13;
    private static final long INTERVAL_MILLIS = 250;

    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH, 128)));
    private final CounterBlock counters;
    private final Signal signal;
    /** Direct mapped: hash of an event told, and when. */
    private final long[] toldHash = new long[1 << LIMITER_BITS];

    private final long[] toldMillis = new long[1 << LIMITER_BITS];

    /** Whether the control thread has been told and has not looked since; shared by all rings of a data plane. */
    public static final class Signal {
        private volatile Runnable wakeUp = () -> {};
        private volatile boolean raised;

        /** Before the data threads start. */
        public void onRaised(Runnable action) {
            wakeUp = action;
        }

        /** Two data threads may both find it lowered: then the control thread is woken twice, which does no harm. */
        public void raise() {
            if (!raised) {
                raised = true;
                wakeUp.run();
            }
        }

        /** Control thread, before it looks. */
        public void lower() {
            raised = false;
        }
    }

    public EventRing(CounterBlock counters, Signal signal) {
        this.counters = counters;
        this.signal = signal;
        Arrays.fill(toldMillis, Long.MIN_VALUE / 2);
    }

    /** About the EID of {@code slot} and where it came from. */
    public boolean tell(int type, PacketSlot slot, long nowMillis) {
        return tell(
                type,
                slot.instance,
                slot.ipv6,
                slot.eidHigh,
                slot.eidLow,
                slot.sourceIpv6,
                slot.sourceHigh,
                slot.sourceLow,
                nowMillis);
    }

    /** False when the ring is full; an event held back by the rate limit counts as told. */
    public boolean tell(
            int type,
            int instance,
            boolean ipv6,
            long high,
            long low,
            boolean otherIpv6,
            long otherHigh,
            long otherLow,
            long nowMillis) {
        return tell(type, instance, ipv6, high, low, otherIpv6, otherHigh, otherLow, 0, nowMillis);
    }

    /** The same with the LISP header that came with it: another header is another event. */
    public boolean tell(
            int type,
            int instance,
            boolean ipv6,
            long high,
            long low,
            boolean otherIpv6,
            long otherHigh,
            long otherLow,
            long header,
            long nowMillis) {
        // A miss is about the EID, whoever asks for it; the others are about the pair.
        long hash =
                type == MISS ? hash(type, instance, high, low, 0) : hash(type, instance, high, low, otherLow + header);
        int index = (int) (hash >>> (Long.SIZE - LIMITER_BITS));
        if (toldHash[index] == hash && nowMillis - toldMillis[index] < INTERVAL_MILLIS) {
            counters.add(Counter.EVENTS_LIMITED, 1);
            return true;
        }
        int families = (ipv6 ? EID_IPV6 : 0) | (otherIpv6 ? OTHER_IPV6 : 0);
        if (!write(type, instance, families, high, low, otherHigh, otherLow, header)) {
            counters.add(Counter.EVENTS_LOST, 1);
            return false;
        }
        toldHash[index] = hash;
        toldMillis[index] = nowMillis;
        counters.add(Counter.EVENTS_SENT, 1);
        signal.raise();
        return true;
    }

    private boolean write(
            int type, int instance, int families, long high, long low, long otherHigh, long otherLow, long header) {
        int index = ring.tryClaim(type, MESSAGE);
        if (index < 0) {
            return false;
        }
        UnsafeBuffer buffer = (UnsafeBuffer) ring.buffer();
        buffer.putInt(index, instance);
        buffer.putInt(index + FAMILIES, families);
        buffer.putLong(index + EID_HIGH, high);
        buffer.putLong(index + EID_LOW, low);
        buffer.putLong(index + OTHER_HIGH, otherHigh);
        buffer.putLong(index + OTHER_LOW, otherLow);
        buffer.putLong(index + HEADER, header);
        ring.commit(index);
        return true;
    }

    private static long hash(int type, int instance, long high, long low, long other) {
        long h = (high * 0x9e37_79b9_7f4a_7c15L + low) * 0xbf58_476d_1ce4_e5b9L + other;
        h = (h ^ (h >>> 31)) * 0x94d0_49bb_1331_11ebL + ((long) instance << 3) + type;
        return (h ^ (h >>> 29)) * 0x9e37_79b9_7f4a_7c15L;
    }

    /** Control thread. Returns the number of events handed over. */
    public int read(MessageHandler handler, int limit) {
        return ring.read(handler, limit);
    }
}
