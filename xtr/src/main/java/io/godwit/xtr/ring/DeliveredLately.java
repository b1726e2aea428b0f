package io.godwit.xtr.ring;

import io.godwit.linux.NativeMemory;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import org.agrona.UnsafeApi;

/**
 * Copies of what went to hosts of this site lately, as it was received. When one of them proves to be elsewhere and nobody had said that it would go, it was
 * gone already when the last of that came: what came since the host itself last sent something, or at least what came in the milliseconds that the news of its
 * arrival takes. That is taken in once more, and goes where the host is. Bounded by octets a millisecond and in all; beyond that nothing is kept, or not for so
 * long. Owned by the thread of stages 1 and 2.
 *
 * <pre>
 * record: | octets of the record (4) | of the packet, 0 when it was taken in once more (4) | milliseconds (8) | source high (8) | source low (8)
 *         | flags, TTL, traffic class (4) | instance (4) | LISP header (8) | packet, padded to a multiple of 8 |
 * </pre>
 */
public final class DeliveredLately implements AutoCloseable {
    /** What is copied costs a memory bus of a few gigabytes a second little, and more than this comes in floods only. */
    static final int OCTETS_A_MILLISECOND = 1 << 16;

    /** A guest that is migrated runs nowhere for some milliseconds, and then it takes some until its first frame is understood here. */
    static final int NEWS_MILLIS = 8;

    private static final int CAPACITY = 1 << 23;
    /** What came so shortly before the host sent something it may not have read by then. */
    private static final int UNREAD_MILLIS = 1;

    /** Looked at in one go: newer packets wait meanwhile. */
    private static final int LOOKED_AT = 4096;

    private static final int PACKET = 4;
    private static final int MILLIS = 8;
    private static final int SOURCE_HIGH = 16;
    private static final int SOURCE_LOW = 24;
    private static final int OUTER = 32;
    private static final int INSTANCE = 36;
    private static final int LISP = 40;
    private static final int DATA = LISP + LispHeader.LENGTH;
    private static final int OUTER_IPV6 = 0x1_0000;

    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_DESTINATION = 24;
    private static final int IPV6_VERSION = 6;

    private final int window;
    private final LastSpoken spoken;
    private final FibReader reader;
    private final CounterBlock counters;
    private final CoarseClock clock;
    private final NativeMemory memory = NativeMemory.allocate(CAPACITY);
    private final long base = memory.address();
    /** Octets ever written, and how many of them are overwritten. */
    private long head;

    private long tail;
    /** The millisecond that {@link #left} is of. */
    private long counted;

    private int left;
    /** What stands before it is too old. */
    private long fresh;

    private boolean looking;
    /** Something has changed since this look began. */
    private boolean lookAgain;

    private long lookAt;

    /** @param windowMillis how long copies are good for, of a host that last sent something then */
    public DeliveredLately(
            int windowMillis, LastSpoken spoken, FibReader reader, CounterBlock counters, CoarseClock clock) {
        window = windowMillis;
        this.spoken = spoken;
        this.reader = reader;
        this.counters = counters;
        this.clock = clock;
    }

    /** Copies a packet with the LISP header in front of it that is about to be delivered. */
    public void keep(PacketSlot slot, int instance) {
        long now = clock.millis();
        if (now != counted) {
            counted = now;
            left = OCTETS_A_MILLISECOND;
        }
        int size = DATA + slot.length + 7 & -8;
        if (size > left) {
            return;
        }
        left -= size;
        long record = base + place(size);
        UnsafeApi.putInt(record, size);
        UnsafeApi.putInt(record + PACKET, slot.length);
        UnsafeApi.putLong(record + MILLIS, now);
        UnsafeApi.putLong(record + SOURCE_HIGH, slot.sourceHigh);
        UnsafeApi.putLong(record + SOURCE_LOW, slot.sourceLow);
        int outer = (slot.sourceIpv6 ? OUTER_IPV6 : 0) | slot.receivedTtl << 8 | slot.receivedTrafficClass;
        UnsafeApi.putInt(record + OUTER, outer);
        UnsafeApi.putInt(record + INSTANCE, instance);
        UnsafeApi.copyMemory(slot.address - LispHeader.LENGTH, record + LISP, LispHeader.LENGTH + slot.length);
    }

    /** Room for so many octets in one piece, in place of the oldest. */
    private int place(int size) {
        int offset = (int) (head % CAPACITY);
        if (offset + size > CAPACITY) {
            int rest = CAPACITY - offset;
            makeRoom(rest);
            UnsafeApi.putInt(base + offset, rest);
            UnsafeApi.putInt(base + offset + PACKET, 0);
            head += rest;
            offset = 0;
        }
        makeRoom(size);
        head += size;
        return offset;
    }

    private void makeRoom(int size) {
        while (head + size - tail > CAPACITY) {
            tail += UnsafeApi.getInt(at(tail));
        }
    }

    /** The entry of a host has changed. */
    public void changed(int instance, boolean ipv6, long high, long low) {
        if (head == tail) {
            return;
        }
        reader.begin();
        boolean isGone = reader.lookup(instance, ipv6, high, low).isGone();
        reader.end();
        if (isGone) {
            look();
        }
    }

    /** The entries of many may have changed. */
    public void look() {
        if (looking) {
            lookAgain = true;
        } else {
            begin();
        }
    }

    private void begin() {
        looking = true;
        lookAgain = false;
        long since = clock.millis() - window;
        fresh = Math.max(fresh, tail);
        while (fresh < head && isDoneWith(at(fresh), since)) {
            fresh += UnsafeApi.getInt(at(fresh));
        }
        lookAt = fresh;
    }

    /** A record without a packet, at the end of the memory, may have no room for the rest. */
    private static boolean isDoneWith(long record, long since) {
        return UnsafeApi.getInt(record + PACKET) == 0 || UnsafeApi.getLong(record + MILLIS) < since;
    }

    private long at(long position) {
        return base + position % CAPACITY;
    }

    boolean hasWork() {
        return looking;
    }

    /** Puts at most {@code room} packets into the slots from {@code sequence} on; returns how many. */
    int poll(PacketRing ring, long sequence, int room) {
        if (!looking) {
            return 0;
        }
        int count = 0;
        long now = clock.millis();
        long since = now - window;
        lookAt = Math.max(lookAt, tail);
        reader.begin();
        for (int i = 0; i < LOOKED_AT && lookAt < head && count < room; i++) {
            long record = at(lookAt);
            if (!isDoneWith(record, since) && cameInVain(record, now)) {
                takeIn(record, ring.slot(sequence + count++));
            }
            lookAt += UnsafeApi.getInt(record);
        }
        reader.end();
        if (lookAt >= head) {
            looking = false;
            if (lookAgain) {
                begin();
            }
        }
        counters.add(Counter.RESENT_PACKETS, count);
        return count;
    }

    private boolean cameInVain(long record, long now) {
        int instance = UnsafeApi.getInt(record + INSTANCE);
        long packet = record + DATA;
        boolean ipv6 = Octets.getByte(packet) >>> 4 == IPV6_VERSION;
        long high = ipv6 ? Octets.getLong(packet + IPV6_DESTINATION) : 0;
        long low = ipv6
                ? Octets.getLong(packet + IPV6_DESTINATION + Long.BYTES)
                : Octets.getInt(packet + IPV4_DESTINATION) & 0xffff_ffffL;
        return reader.lookup(instance, ipv6, high, low).isGone()
                && UnsafeApi.getLong(record + MILLIS)
                        >= Math.min(now - NEWS_MILLIS, ranUntil(instance, high, low, now));
    }

    /** Of a host that was silent for longer than copies are good for nothing is known. */
    private long ranUntil(int instance, long high, long low, long now) {
        long last = spoken.last(instance, high, low, now);
        return last < now - window ? now : last - UNREAD_MILLIS;
    }

    private static void takeIn(long record, PacketSlot slot) {
        int length = UnsafeApi.getInt(record + PACKET);
        slot.placeHome();
        slot.arrived(length);
        slot.verdict = PacketSlot.AGAIN;
        slot.released = true;
        slot.sourceHigh = UnsafeApi.getLong(record + SOURCE_HIGH);
        slot.sourceLow = UnsafeApi.getLong(record + SOURCE_LOW);
        int outer = UnsafeApi.getInt(record + OUTER);
        slot.sourceIpv6 = (outer & OUTER_IPV6) != 0;
        slot.receivedTtl = outer >>> 8 & 0xff;
        slot.receivedTrafficClass = outer & 0xff;
        UnsafeApi.copyMemory(record + LISP, slot.address - LispHeader.LENGTH, LispHeader.LENGTH + length);
        UnsafeApi.putInt(record + PACKET, 0);
    }

    /** When its thread has ended. */
    @Override
    public void close() {
        memory.close();
    }
}
