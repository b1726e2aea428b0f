package io.godwit.xtr.ring;

import io.godwit.linux.NativeMemory;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import org.agrona.concurrent.MessageHandler;

/**
 * The parking lot of one direction. Packets of an EID wait in order; one that comes while others wait goes behind them. When the EID's entry
 * has changed so that it wants them no longer, they go back into the ring through the source, with that entry: so they overtake nothing and
 * are overtaken by nothing. Bounded for each EID and in all, with a lifetime. Owned by the thread of stages 1 and 2.
 */
public final class Parking implements ReleaseQueue.Listener, AutoCloseable {
    private static final int COMMANDS = 256;
    private static final int SWEEP = 512;
    private static final int SWEEP_MILLIS = 10;
    /** The stage that parks. */
    private static final int DECISION = 2;

    /** What this direction does differently. */
    public interface Direction {
        /** Whether packets wait under {@code entry}. */
        boolean parks(ForwardingEntry entry);

        /** How many of those that wait under {@code entry} are delivered all the same. */
        default int ahead(ForwardingEntry entry) {
            return 0;
        }

        /** The entry of a host has changed, whether packets wait for it or not. */
        default void changed(int instance, boolean ipv6, long high, long low) {}

        /** The entries of many may have changed. */
        default void anythingChanged() {}

        /** Packets of an EID go on waiting although its entry has changed. */
        void stillWaiting(ForwardingEntry entry, int instance, boolean ipv6, long high, long low, Parked first);
    }

    /** The packet that has waited longest, to be looked into. */
    public interface Parked {
        /** Eight octets of it, big-endian. */
        long octets(int offset);
    }

    private final ParkedPackets packets;
    private final ParkedEids eids;
    private final ParkingLimits limits;
    private final ReleaseQueue changes = new ReleaseQueue();
    private final MessageHandler changeHandler = ReleaseQueue.handler(this);
    private final int[] released;
    private final FibReader reader;
    private final Direction direction;
    private final CounterBlock counters;
    private final CoarseClock clock;
    private final TapPoint tapPoint;
    /** Where a packet stands that a tap looks at once more; takes no memory before. */
    private final NativeMemory scratch = NativeMemory.allocate(RingLayout.SLOT_BYTES);

    private final PacketSlot last = new PacketSlot(scratch.buffer(), RingLayout.HEADROOM);
    private final Parked first = this::octetsOfFirst;
    private int firstPacket;
    private int releasedFrom;
    private int releasedCount;
    private int sweepAt;
    private long lastSweep;
    private volatile long parkedNow;
    private volatile long parkedBytes;
    private long parked;

    /** @param tapPoint of the thread */
    public Parking(
            ParkingLimits limits,
            FibReader reader,
            Direction direction,
            CounterBlock counters,
            CoarseClock clock,
            TapPoint tapPoint) {
        this.tapPoint = tapPoint.at(DECISION);
        this.limits = limits;
        this.reader = reader;
        this.direction = direction;
        this.counters = counters;
        this.clock = clock;
        packets = new ParkedPackets(limits.bytes());
        eids = new ParkedEids(limits.eids());
        released = new int[eids.capacity()];
    }

    /** Where the control thread tells of changes. */
    public ReleaseQueue changes() {
        return changes;
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return eids.size() == 0;
    }

    /** Whether packets of the slot's EID wait. */
    public boolean holds(PacketSlot slot) {
        return eids.size() > 0 && eids.find(slot.instance, slot.ipv6, slot.eidHigh, slot.eidLow) != ParkedEids.NONE;
    }

    /** Parks the packet until its EID's entry changes, or drops it. */
    public void park(PacketSlot slot, boolean arriving) {
        int queue = eids.find(slot.instance, slot.ipv6, slot.eidHigh, slot.eidLow);
        if (queue == ParkedEids.NONE) {
            queue = eids.add(slot.instance, slot.ipv6, slot.eidHigh, slot.eidLow);
        }
        if (queue == ParkedEids.NONE) {
            slot.drop(counters, DropReason.PARKING_FULL);
            return;
        }
        append(queue, slot, arriving);
        if (eids.count[queue] == 0 && !eids.releasing[queue]) {
            eids.remove(queue);
        }
    }

    /**
     * Parks a packet of an EID on its way here, or drops it. While every packet of the EID that is parked was let ahead, and those are fewer
     * than {@code ahead}, so is this one: then it is not done with, and is delivered.
     */
    public void parkArriving(PacketSlot slot, int ahead) {
        park(slot, true);
        if (ahead == 0 || slot.dropReason != PacketSlot.PARKED) {
            return;
        }
        int queue = eids.find(slot.instance, slot.ipv6, slot.eidHigh, slot.eidLow);
        if (eids.ahead[queue] < ahead && eids.ahead[queue] == eids.count[queue] - 1) {
            wentAhead(queue, eids.tail[queue]);
            slot.verdict = PacketSlot.DELIVER;
        }
    }

    private void wentAhead(int queue, int packet) {
        eids.ahead[queue]++;
        eids.lastAhead[queue] = packet;
        counters.add(Counter.AHEAD_PACKETS, 1);
    }

    /** Puts the packet behind those that wait for its EID, whose entry wants them no longer: they are on their way. */
    public void follow(PacketSlot slot) {
        int queue = eids.find(slot.instance, slot.ipv6, slot.eidHigh, slot.eidLow);
        release(queue);
        append(queue, slot, true);
    }

    private void append(int queue, PacketSlot slot, boolean arriving) {
        if (eids.count[queue] >= (arriving ? limits.packetsPerArriving() : limits.packetsPerMiss())) {
            slot.drop(counters, DropReason.PARKING_EID_FULL);
            return;
        }
        int packet = packets.add(slot, clock.millis() + (arriving ? limits.arrivingMillis() : limits.missMillis()));
        if (packet == ParkedPackets.NONE) {
            slot.drop(counters, DropReason.PARKING_FULL);
            return;
        }
        if (eids.count[queue]++ == 0) {
            eids.head[queue] = packet;
        } else {
            packets.link(eids.tail[queue], packet);
        }
        eids.tail[queue] = packet;
        slot.verdict = PacketSlot.DONE;
        slot.dropReason = PacketSlot.PARKED;
        parked++;
        counters.add(Counter.PARKED_PACKETS, 1);
    }

    // --- back into the ring

    /** Whether there is anything to do in {@link #poll}. */
    public boolean hasWork() {
        return releasedCount > 0 || !changes.isEmpty();
    }

    /** Puts at most {@code room} packets that need not wait longer into the slots from {@code sequence} on; returns how many. */
    public int poll(PacketRing ring, long sequence, int room) {
        if (!changes.isEmpty()) {
            changes.poll(changeHandler, this, COMMANDS);
        }
        int count = 0;
        if (releasedCount > 0) {
            reader.begin();
            while (releasedCount > 0 && count < room) {
                count += drain(released[releasedFrom], ring, sequence + count, room - count);
            }
            reader.end();
            counters.add(Counter.RELEASED_PACKETS, count);
            publishGauges();
        }
        return count;
    }

    private int drain(int queue, PacketRing ring, long sequence, int room) {
        ForwardingEntry entry =
                reader.lookup(eids.instance(queue), eids.isIpv6(queue), eids.high(queue), eids.low(queue));
        int count = 0;
        if (!direction.parks(entry)) {
            if (entry.kind() == ForwardingEntry.LOCAL) {
                forgetAhead(queue);
            }
            while (count < room && eids.count[queue] > 0) {
                PacketSlot slot = ring.slot(sequence + count++);
                packets.take(removeHead(queue), slot);
                identify(slot, queue, entry);
            }
        } else if (direction.ahead(entry) > 0) {
            count = letAhead(queue, entry, ring, sequence, room);
        } else if (eids.count[queue] > 0) {
            firstPacket = eids.head[queue];
            direction.stillWaiting(
                    entry, eids.instance(queue), eids.isIpv6(queue), eids.high(queue), eids.low(queue), first);
        }
        if (count < room || eids.count[queue] == 0) {
            releasedFrom = (releasedFrom + 1) % released.length;
            releasedCount--;
            eids.releasing[queue] = false;
            removeIfEmpty(queue);
        }
        return count;
    }

    /** They are where the EID is. */
    private void forgetAhead(int queue) {
        while (eids.ahead[queue] > 0) {
            packets.free(removeHead(queue));
        }
    }

    private int letAhead(int queue, ForwardingEntry entry, PacketRing ring, long sequence, int room) {
        int allowed = Math.min(direction.ahead(entry), eids.count[queue]);
        int count = 0;
        while (count < room && eids.ahead[queue] < allowed) {
            int packet = eids.ahead[queue] == 0 ? eids.head[queue] : packets.next(eids.lastAhead[queue]);
            PacketSlot slot = ring.slot(sequence + count++);
            packets.copy(packet, slot);
            identify(slot, queue, entry);
            wentAhead(queue, packet);
        }
        return count;
    }

    private void identify(PacketSlot slot, int queue, ForwardingEntry entry) {
        slot.instance = eids.instance(queue);
        slot.ipv6 = eids.isIpv6(queue);
        slot.eidHigh = eids.high(queue);
        slot.eidLow = eids.low(queue);
        slot.entry = entry;
        slot.released = true;
        slot.verdict = PacketSlot.RETURNED;
        if (entry.locators().choose(slot.flowHash) >= 0) {
            reader.countPacket();
        }
    }

    private long octetsOfFirst(int offset) {
        return packets.data(firstPacket, offset);
    }

    private int removeHead(int queue) {
        int packet = eids.head[queue];
        eids.head[queue] = packets.next(packet);
        eids.count[queue]--;
        eids.ahead[queue] = Math.max(0, eids.ahead[queue] - 1);
        parked--;
        return packet;
    }

    private void removeIfEmpty(int queue) {
        if (eids.count[queue] == 0) {
            eids.remove(queue);
        }
    }

    private void release(int queue) {
        if (!eids.releasing[queue]) {
            eids.releasing[queue] = true;
            released[(releasedFrom + releasedCount++) % released.length] = queue;
        }
    }

    @Override
    public void onChanged(int instance, boolean ipv6, long high, long low, int length) {
        boolean isHost = length == (ipv6 ? 128 : 32);
        if (isHost) {
            direction.changed(instance, ipv6, high, low);
        }
        if (eids.size() == 0) {
            return;
        }
        if (isHost) {
            int queue = eids.find(instance, ipv6, high, low);
            if (queue != ParkedEids.NONE) {
                release(queue);
            }
            return;
        }
        for (int queue = 0; queue < eids.capacity(); queue++) {
            if (eids.isLive(queue) && eids.isWithin(queue, instance, ipv6, high, low, length)) {
                release(queue);
            }
        }
    }

    @Override
    public void onAnythingChanged() {
        direction.anythingChanged();
        for (int queue = 0; queue < eids.capacity(); queue++) {
            if (eids.isLive(queue)) {
                release(queue);
            }
        }
    }

    // --- lifetime

    /** Drops what has waited too long: a bounded number of EIDs at a time. */
    public void tick() {
        long now = clock.millis();
        if (eids.size() > 0 && now - lastSweep >= 1) {
            lastSweep = now;
            for (int i = 0; i < SWEEP; i++) {
                sweep(sweepAt, now);
                sweepAt = sweepAt + 1 == eids.capacity() ? 0 : sweepAt + 1;
            }
        }
        if (parked != parkedNow) {
            publishGauges();
        }
    }

    private void sweep(int queue, long now) {
        if (!eids.isLive(queue) || eids.releasing[queue]) {
            return;
        }
        while (eids.count[queue] > 0 && packets.expires(eids.head[queue]) <= now) {
            expire(queue, removeHead(queue));
        }
        removeIfEmpty(queue);
    }

    private void expire(int queue, int packet) {
        Tap[] taps = tapPoint.active();
        if (taps == null) {
            packets.free(packet);
            counters.drop(DropReason.PARKING_EXPIRED);
            return;
        }
        packets.take(packet, last);
        last.instance = eids.instance(queue);
        last.ipv6 = eids.isIpv6(queue);
        last.drop(counters, DropReason.PARKING_EXPIRED);
        tapPoint.gone(taps, last);
    }

    /** Milliseconds until {@link #tick} is due, -1 while nothing is parked. */
    public int idleMillis() {
        return eids.size() > 0 ? SWEEP_MILLIS : -1;
    }

    private void publishGauges() {
        parkedNow = parked;
        parkedBytes = packets.usedBytes();
    }

    /** Packets parked, as of the last loop. From any thread. */
    public long parkedPackets() {
        return parkedNow;
    }

    /** Memory they take, in octets. From any thread. */
    public long parkedBytes() {
        return parkedBytes;
    }

    /** When its thread has ended. */
    @Override
    public void close() {
        packets.close();
        scratch.close();
    }
}
