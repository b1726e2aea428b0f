package io.godwit.xtr.egress;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.TunDevice;
import io.godwit.linux.VnetHeader;
import io.godwit.packet.data.TcpHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketSlot;
import java.util.List;
import org.agrona.UnsafeApi;

/** Hands a packet to the kernel through the TUN device of its instance; the kernel routes it on and decrements its TTL. */
public final class TunWriter implements AutoCloseable {
    private static final int VECTOR = 16;

    private final TunDevice[] devices;
    private final CounterBlock counters;
    /** Two struct iovec, and a vnet header of zeroes that the first one is of. */
    private final NativeMemory memory = NativeMemory.allocate(2 * VECTOR + VnetHeader.LENGTH);

    private final long vectors = memory.address();

    private long packets;
    private long octets;

    /** @param devices by instance index */
    public TunWriter(List<TunDevice> devices, CounterBlock counters) {
        this.devices = devices.toArray(TunDevice[]::new);
        this.counters = counters;
        UnsafeApi.putLong(vectors, vectors + 2 * VECTOR);
        UnsafeApi.putLong(vectors + 8, VnetHeader.LENGTH);
    }

    public void deliver(PacketSlot slot) {
        if (slot.segmentSize == 0) {
            deliver(slot.instance, slot.address, slot.length);
            return;
        }
        // A super-packet that came from this device, whose headers nobody changed.
        boolean tcp = slot.headerLength - slot.transportOffset >= TcpHeader.LENGTH;
        VnetHeader.put(
                slot.buffer,
                slot.packet - VnetHeader.LENGTH,
                VnetHeader.F_NEEDS_CSUM,
                tcp ? slot.ipv6 ? VnetHeader.GSO_TCPV6 : VnetHeader.GSO_TCPV4 : VnetHeader.GSO_UDP_L4,
                slot.headerLength,
                slot.segmentSize,
                slot.transportOffset,
                tcp ? TcpHeader.CHECKSUM_OFFSET : UdpHeader.CHECKSUM_OFFSET);
        written(
                devices[slot.instance].write(slot.address - VnetHeader.LENGTH, VnetHeader.LENGTH + slot.length),
                slot.length);
    }

    /** A packet that wants nothing of the kernel. Its vnet header stands elsewhere: in front of it another packet may end. */
    public void deliver(int instance, long address, int length) {
        UnsafeApi.putLong(vectors + VECTOR, address);
        UnsafeApi.putLong(vectors + VECTOR + 8, length);
        written(devices[instance].writeGathered(vectors, 2), length);
    }

    private void written(int result, int length) {
        if (result > 0) {
            packets++;
            octets += length;
        } else {
            counters.drop(result == 0 ? DropReason.DELIVER_QUEUE_FULL : DropReason.DELIVER_REFUSED);
        }
    }

    /** Counts what was delivered: once a batch. */
    public void flush() {
        if (packets > 0) {
            counters.add(Counter.DELIVERED_PACKETS, packets);
            counters.add(Counter.DELIVERED_OCTETS, octets);
            packets = 0;
            octets = 0;
        }
    }

    /** When its thread has ended. */
    @Override
    public void close() {
        memory.close();
    }
}
