package io.godwit.bench.forward;

import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.VnetHeader;
import org.agrona.UnsafeApi;

/** Always has a packet to read; takes every packet written. */
final class MemoryTun implements TunDevice {
    private final Traffic traffic;

    MemoryTun(Traffic traffic) {
        this.traffic = traffic;
    }

    @Override
    public int read(long address, int capacity) {
        UnsafeApi.putLong(address, 0);
        UnsafeApi.putShort(address + Long.BYTES, (short) 0);
        traffic.write(address + VnetHeader.LENGTH);
        return VnetHeader.LENGTH + traffic.length();
    }

    @Override
    public int write(long address, int length) {
        return length;
    }

    @Override
    public int writeGathered(long vectors, int count) {
        return count;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public int interfaceIndex() {
        return 1;
    }

    @Override
    public TunOffloads offloads() {
        return TunOffloads.NONE;
    }

    @Override
    public int fd() {
        return -1;
    }

    @Override
    public void close() {
        // Nothing open.
    }
}
