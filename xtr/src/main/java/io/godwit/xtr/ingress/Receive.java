package io.godwit.xtr.ingress;

import io.godwit.linux.UdpBatchSocket;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.DeliveredLately;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.PacketSource;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.RingLayout;
import io.godwit.xtr.ring.TapPoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * 1: a batch of datagrams, or of super-packets of them (UDP_GRO), into buffers beside the ring; each datagram then takes a slot that points to
 * where it stands. Nothing is copied, and the inner packet stands behind its LISP header as a packet from the site does.
 */
public final class Receive extends PacketSource {
    /** Two halves: while slots point into one, the other is received into. */
    public static final int BUFFERS = 128;

    private static final int HALF = BUFFERS / 2;
    private static final int CAPACITY = RingLayout.CAPACITY + LispHeader.LENGTH;
    private static final int MIN_WINDOW = 8;

    private final PacketRing ring;
    private final long memory;
    private final UdpBatchSocket[] sockets;
    private final boolean[] ipv6;
    private final CounterBlock counters;
    /** Last sequence that points into each half. */
    private final long[] lastUse = {-1, -1};

    private int half;
    private int turn;
    /** Buffers offered: twice of what came last, since offering costs time too. */
    private int window = HALF;

    /** The socket received from last, how many datagrams it gave, and how far they have got slots. */
    private int socket;

    private int received;
    private int next;
    private int nextOffset;

    /** @param sockets one for each own RLOC */
    public Receive(
            List<UdpBatchSocket> sockets,
            PacketRing ring,
            Parking parking,
            @Nullable DeliveredLately lately,
            CounterBlock counters,
            TapPoint tapPoint) {
        super(ring, parking, lately, tapPoint);
        this.ring = ring;
        this.memory = ring.address();
        this.sockets = sockets.toArray(UdpBatchSocket[]::new);
        this.ipv6 = new boolean[this.sockets.length];
        for (int i = 0; i < ipv6.length; i++) {
            ipv6[i] = !IpAddress.of(sockets.get(i).localAddress()).isIpv4();
        }
        this.counters = counters;
    }

    @Override
    public int descriptors() {
        return sockets.length;
    }

    @Override
    protected int read(long sequence) {
        int count = 0;
        int tried = 0;
        while (count < ring.batch() && tried <= sockets.length) {
            if (next < received) {
                count += give(sequence + count, ring.batch() - count);
            } else if (tried++ == sockets.length || !receive()) {
                turn = (turn + 1) % sockets.length;
            }
        }
        return count;
    }

    /** Another batch, when no slot points into its buffers any more. False when there was none. */
    private boolean receive() {
        // The half used last is in the cache: the other one only while slots point into that.
        int other = ring.isConsumed(lastUse[half]) ? half : 1 - half;
        if (!ring.isConsumed(lastUse[other])) {
            return false;
        }
        UdpBatchSocket from = sockets[turn];
        from.clearBuffers();
        for (int i = 0; i < window; i++) {
            from.addBuffer(ring.address() + datagram(other, i), CAPACITY);
        }
        int count = from.receive();
        if (count < 0) {
            counters.add(Counter.RECEIVE_ERRORS, 1);
            refused();
            return false;
        }
        window = Math.clamp(count * 2L, MIN_WINDOW, HALF);
        if (count == 0) {
            return false;
        }
        half = other;
        socket = turn;
        received = count;
        next = 0;
        nextOffset = 0;
        return true;
    }

    private static int datagram(int half, int index) {
        return PacketRing.bufferOffset(half * HALF + index) + RingLayout.HEADROOM - LispHeader.LENGTH;
    }

    /** Slots for at most {@code limit} datagrams of the batch. */
    private int give(long sequence, int limit) {
        UdpBatchSocket from = sockets[socket];
        boolean family = ipv6[socket];
        int count = 0;
        int coalesced = 0;
        long octets = 0;
        while (count < limit && next < received) {
            int total = from.receivedLength(next);
            int size = from.receivedSegmentSize(next);
            int length = size == 0 ? total : Math.min(size, total - nextOffset);
            PacketSlot slot = slot(sequence + count++);
            slot.place(datagram(half, next) + nextOffset + LispHeader.LENGTH, memory);
            slot.arrived(length - LispHeader.LENGTH);
            slot.sourceIpv6 = family;
            describe(from, next, slot);
            octets += length;
            nextOffset += length;
            coalesced += size > 0 ? 1 : 0;
            if (nextOffset >= total) {
                next++;
                nextOffset = 0;
            }
        }
        lastUse[half] = sequence + count - 1;
        counters.add(Counter.COALESCED_DATAGRAMS, coalesced);
        counters.add(Counter.RECEIVED_DATAGRAMS, count);
        counters.add(Counter.RECEIVED_OCTETS, octets);
        return count;
    }

    private void describe(UdpBatchSocket from, int index, PacketSlot slot) {
        slot.sourceHigh = from.receivedSource(index);
        slot.sourceLow = from.receivedSourceLow(index);
        slot.receivedTtl = from.receivedHopLimit(index);
        slot.receivedTrafficClass = from.receivedTrafficClass(index);
        if (isTapped()) {
            slot.receivedPort = from.receivedSourcePort(index);
            slot.receivedOn = socket;
        }
        if (from.receivedTruncated(index)) {
            slot.drop(counters, DropReason.INGRESS_TRUNCATED);
        }
    }

    /** Datagrams that have no slot yet are work, though no descriptor is readable for them. */
    @Override
    protected boolean hasMore() {
        return next < received;
    }
}
