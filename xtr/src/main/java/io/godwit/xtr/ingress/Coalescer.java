package io.godwit.xtr.ingress;

import io.godwit.linux.TunDevice;
import io.godwit.xtr.egress.TunWriter;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketSlot;
import java.util.List;

/**
 * Puts segments of one flow that follow one another together again, so that the kernel takes them as one super-packet. Flows have a place by
 * their hash; a segment that does not continue what stands there sends that on first, so that no flow is ever reordered. One thread.
 */
final class Coalescer implements AutoCloseable {
    private static final int FLOWS = 64;

    private final SuperPacket[] flows = new SuperPacket[FLOWS];
    private final Segment segment = new Segment();
    private final TunDevice[] devices;
    private final TunWriter tun;
    private final CounterBlock counters;
    /** Bit n: flow n holds something. */
    private long open;
    /** UDP super-packets need Linux 6.2; one refusal turns them off. */
    private volatile boolean udp = true;

    Coalescer(List<TunDevice> devices, TunWriter tun, CounterBlock counters) {
        this.devices = devices.toArray(TunDevice[]::new);
        this.tun = tun;
        this.counters = counters;
        for (int i = 0; i < FLOWS; i++) {
            flows[i] = new SuperPacket();
        }
    }

    /** Whether UDP datagrams are put together. From any thread. */
    boolean coalescesUdp() {
        return udp;
    }

    /** Whether it holds nothing. */
    boolean isEmpty() {
        return open == 0;
    }

    void deliver(PacketSlot slot) {
        if ((open == 0 && Segment.isLoner(slot)) || !segment.read(slot)) {
            tun.deliver(slot);
            return;
        }
        boolean wanted = segment.isPlain() && (udp || segment.isTcp()) && segment.checksumIsValid();
        if (!wanted && open == 0) {
            tun.deliver(slot);
            return;
        }
        int place = segment.flowHash() & (FLOWS - 1);
        SuperPacket flow = flows[place];
        if (wanted && flow.append(segment, slot)) {
            if (flow.isComplete()) {
                flush(place);
            }
            return;
        }
        flush(place);
        if (wanted) {
            flow.start(segment, slot);
            open |= 1L << place;
        } else {
            tun.deliver(slot);
        }
    }

    /** Writes everything held. */
    void flush() {
        for (long left = open; left != 0; left &= left - 1) {
            flush(Long.numberOfTrailingZeros(left));
        }
    }

    private void flush(int place) {
        SuperPacket flow = flows[place];
        if ((open & 1L << place) == 0) {
            return;
        }
        open &= ~(1L << place);
        if (flow.count() == 1) {
            tun.deliver(flow.instance(), flow.packetAddress(0), flow.packetLength(0));
        } else {
            write(flow);
        }
        flow.clear();
    }

    private void write(SuperPacket flow) {
        int vectors = flow.close();
        int written = devices[flow.instance()].writeGathered(flow.vectors(), vectors);
        if (written > 0) {
            counters.add(Counter.DELIVERED_PACKETS, flow.count());
            counters.add(Counter.DELIVERED_OCTETS, flow.octets());
            counters.add(Counter.SUPER_PACKETS_WRITTEN, 1);
        } else if (written == 0) {
            counters.drop(DropReason.DELIVER_QUEUE_FULL, flow.count());
        } else {
            singly(flow);
        }
    }

    /** The kernel refused a super-packet: each segment as it came. */
    private void singly(SuperPacket flow) {
        if (!flow.isTcp()) {
            udp = false;
        }
        for (int i = 0; i < flow.count(); i++) {
            tun.deliver(flow.instance(), flow.packetAddress(i), flow.packetLength(i));
        }
    }

    /** When its thread has ended. */
    @Override
    public void close() {
        for (SuperPacket flow : flows) {
            flow.free();
        }
    }
}
