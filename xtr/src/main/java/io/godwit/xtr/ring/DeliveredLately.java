package io.godwit.xtr.ring;

import io.godwit.linux.NativeMemory;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import org.agrona.UnsafeApi;

/**
 * Copies of what went to hosts of this site in the last milliseconds, as it was received. When one of them proves to be elsewhere and nobody had said that
 * it would go, it was gone already when that came: so it is taken in once more, and goes where the host is. So much an announcement takes at least, from the host
 * that runs again to us. Bounded by octets a millisecond; beyond that nothing is kept. Owned by the thread of stages 1 and 2.
 *
 * <pre>
 * record: | octets of the record (4) | of the packet, 0 when it was taken in once more (4) | milliseconds (8) | source high (8) | source low (8)
 *         | flags, TTL, traffic class (4) | instance (4) | LISP header (8) | packet, padded to a multiple of 8 |
 * </pre>
 */
public final class DeliveredLately implements AutoCloseable {
    /** What is copied costs a memory bus of a few gigabytes a second little, and more than this comes in floods only. */
    static final int OCTETS_A_MILLISECOND = 1 << 16;

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
    private final FibReader reader;
    private final CounterBlock counters;
    private final CoarseClock clock;
    private final int capacity;
    private final NativeMemory memory;
    private final long base;
    /** Octets ever written, and how many of them are overwritten. */
    private long head;

    private long tail;
    /** The millisecond that {@link #left} is of. */
    private long counted;

    private int left;
    private boolean looking;
    private long lookAt;

    /** @param windowMillis how long copies are good for */
    public DeliveredLately(int windowMillis, FibReader reader, CounterBlock counters, CoarseClock clock) {
        window = windowMillis;
        this.reader = reader;
        this.counters = counters;
        this.clock = clock;
        // The first and the last millisecond are not whole, and one record does not fit at the end.
        capacity = (windowMillis + 3) * OCTETS_A_MILLISECOND;
        memory = NativeMemory.allocate(capacity);
        base = memory.address();
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
        int offset = (int) (head % capacity);
        if (offset + size > capacity) {
            int rest = capacity - offset;
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
        while (head + size - tail > capacity) {
            tail += UnsafeApi.getInt(base + tail % capacity);
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
        looking = true;
        lookAt = tail;
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
        long since = clock.millis() - window;
        lookAt = Math.max(lookAt, tail);
        reader.begin();
        while (lookAt < head && count < room) {
            long record = base + lookAt % capacity;
            if (UnsafeApi.getInt(record + PACKET) > 0
                    && UnsafeApi.getLong(record + MILLIS) >= since
                    && entry(record).isGone()) {
                takeIn(record, ring.slot(sequence + count++));
            }
            lookAt += UnsafeApi.getInt(record);
        }
        reader.end();
        looking = lookAt < head;
        counters.add(Counter.RESENT_PACKETS, count);
        return count;
    }

    private ForwardingEntry entry(long record) {
        int instance = UnsafeApi.getInt(record + INSTANCE);
        long packet = record + DATA;
        if (Octets.getByte(packet) >>> 4 == IPV6_VERSION) {
            long destination = packet + IPV6_DESTINATION;
            return reader.lookup(instance, Octets.getLong(destination), Octets.getLong(destination + Long.BYTES));
        }
        return reader.lookup(instance, Octets.getInt(packet + IPV4_DESTINATION));
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
