package io.godwit.xtr.ingress;

import io.godwit.linux.UdpBatchSocket;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.PacketSource;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.RingLayout;
import java.util.List;

/** 1: a batch of datagrams into slots, the LISP header in the headroom so that the inner packet stands where a packet from the site does. */
public final class Receive extends PacketSource {
    private static final int CAPACITY = RingLayout.CAPACITY + LispHeader.LENGTH;
    private static final int MIN_WINDOW = 8;

    private final UdpBatchSocket[] sockets;
    private final boolean[] ipv6;
    private final CounterBlock counters;
    private int turn;
    /** Buffers offered: twice of what came last, since offering costs time too. */
    private int window = RingLayout.BATCH;

    /** @param sockets one for each own RLOC */
    public Receive(List<UdpBatchSocket> sockets, PacketRing ring, Parking parking, CounterBlock counters) {
        super(ring, parking);
        this.sockets = sockets.toArray(UdpBatchSocket[]::new);
        this.ipv6 = new boolean[this.sockets.length];
        for (int i = 0; i < ipv6.length; i++) {
            ipv6[i] = !IpAddress.of(sockets.get(i).localAddress()).isIpv4();
        }
        this.counters = counters;
    }

    @Override
    protected int read(long sequence) {
        int count = 0;
        for (int i = 0; i < sockets.length && count < window; i++) {
            count += receive((turn + i) % sockets.length, sequence + count, window - count);
        }
        turn = (turn + 1) % sockets.length;
        window = Math.clamp(count * 2L, MIN_WINDOW, RingLayout.BATCH);
        return count;
    }

    private int receive(int index, long sequence, int limit) {
        UdpBatchSocket socket = sockets[index];
        socket.clearBuffers();
        for (int i = 0; i < limit; i++) {
            socket.addBuffer(slot(sequence + i).address - LispHeader.LENGTH, CAPACITY);
        }
        int count = socket.receive();
        if (count < 0) {
            counters.add(Counter.RECEIVE_ERRORS, 1);
            refused();
            return 0;
        }
        long octets = 0;
        for (int i = 0; i < count; i++) {
            octets += take(socket, i, slot(sequence + i), ipv6[index]);
        }
        counters.add(Counter.RECEIVED_DATAGRAMS, count);
        counters.add(Counter.RECEIVED_OCTETS, octets);
        return count;
    }

    private int take(UdpBatchSocket socket, int i, PacketSlot slot, boolean fromIpv6) {
        int octets = socket.receivedLength(i);
        slot.arrived(octets - LispHeader.LENGTH);
        slot.sourceHigh = socket.receivedSource(i);
        slot.sourceLow = socket.receivedSourceLow(i);
        slot.sourceIpv6 = fromIpv6;
        slot.receivedTtl = socket.receivedHopLimit(i);
        slot.receivedTrafficClass = socket.receivedTrafficClass(i);
        if (socket.receivedTruncated(i)) {
            slot.drop(counters, DropReason.INGRESS_TRUNCATED);
        }
        return octets;
    }
}
