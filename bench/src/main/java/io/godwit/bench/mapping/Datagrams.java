package io.godwit.bench.mapping;

import io.godwit.daemon.net.Endpoint;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Datagrams made beforehand, one behind the other: {@link #deliver} costs next to nothing. */
final class Datagrams {
    private static final int SLAB_OCTETS = 1 << 22;
    private static final int LONGEST = 2048;

    private final UnsafeBuffer copy = new UnsafeBuffer(new byte[LONGEST]);
    private UnsafeBuffer[] slabs = new UnsafeBuffer[0];
    private final int[] lengths;
    private final long[] places;
    private final Endpoint[] sources;
    private long end;
    private int size;

    Datagrams(int capacity) {
        lengths = new int[capacity];
        places = new long[capacity];
        sources = new Endpoint[capacity];
    }

    int size() {
        return size;
    }

    void add(DirectBuffer octets, int length, Endpoint source) {
        int slab = (int) (end / SLAB_OCTETS);
        if (slab == slabs.length) {
            slabs = java.util.Arrays.copyOf(slabs, slab + 1);
            slabs[slab] = new UnsafeBuffer(new byte[SLAB_OCTETS]);
        }
        int offset = (int) (end % SLAB_OCTETS);
        slabs[slab].putBytes(offset, octets, 0, length);
        lengths[size] = length;
        places[size] = end;
        sources[size] = source;
        size++;
        end += length;
        if (SLAB_OCTETS - end % SLAB_OCTETS < LONGEST) {
            end = (end / SLAB_OCTETS + 1) * SLAB_OCTETS;
        }
    }

    void add(Datagrams others, int index) {
        others.buffer(index).getBytes(others.offset(index), copy, 0, others.lengths[index]);
        add(copy, others.lengths[index], others.sources[index]);
    }

    void deliver(int index, SinkTransport transport) {
        transport.deliver(buffer(index), offset(index), lengths[index], sources[index]);
    }

    DirectBuffer buffer(int index) {
        return slabs[(int) (places[index] / SLAB_OCTETS)];
    }

    int offset(int index) {
        return (int) (places[index] % SLAB_OCTETS);
    }

    int length(int index) {
        return lengths[index];
    }
}
