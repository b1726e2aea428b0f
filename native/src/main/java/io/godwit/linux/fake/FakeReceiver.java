package io.godwit.linux.fake;

import io.godwit.linux.UdpBatchSocket;

/** The receiving half of a {@link FakeUdpSocket}. */
final class FakeReceiver {
    private static final int MAX_COALESCED = 65507;

    private final PacketQueue queue;
    private final boolean coalescing;
    private final long[] buffers = new long[UdpBatchSocket.BATCH];
    private final int[] capacities = new int[UdpBatchSocket.BATCH];
    private int count;

    final int[] lengths = new int[UdpBatchSocket.BATCH];
    final int[] segmentSizes = new int[UdpBatchSocket.BATCH];
    final boolean[] truncated = new boolean[UdpBatchSocket.BATCH];
    final long[] sourceHighs = new long[UdpBatchSocket.BATCH];
    final long[] sourceLows = new long[UdpBatchSocket.BATCH];
    /** Source port, hop limit (8 bits) and traffic class (8 bits). */
    final long[] envelopes = new long[UdpBatchSocket.BATCH];

    /** @param inUse whether datagrams are expected */
    FakeReceiver(boolean coalescing, boolean inUse) {
        this.queue = new PacketQueue(inUse);
        this.coalescing = coalescing;
    }

    boolean deliver(FakeDatagram datagram) {
        long envelope = ((long) datagram.sourcePort() << 16) | (datagram.hopLimit() << 8) | datagram.trafficClass();
        synchronized (queue) {
            return queue.add(
                    datagram.address(), datagram.length(), datagram.sourceHigh(), datagram.sourceLow(), envelope);
        }
    }

    boolean readable() {
        synchronized (queue) {
            return !queue.isEmpty();
        }
    }

    int addBuffer(long address, int capacity) {
        buffers[count] = address;
        capacities[count] = capacity;
        return count++;
    }

    void clearBuffers() {
        count = 0;
    }

    int receive() {
        int received = 0;
        synchronized (queue) {
            while (received < count && !queue.isEmpty()) {
                receive(received++);
            }
        }
        return received;
    }

    private void receive(int index) {
        int size = queue.length();
        sourceHighs[index] = queue.note(0);
        sourceLows[index] = queue.note(1);
        envelopes[index] = queue.note(2);
        truncated[index] = size > capacities[index];
        segmentSizes[index] = 0;
        lengths[index] = queue.remove(buffers[index], capacities[index]);
        while (coalescing && continues(index, size)) {
            segmentSizes[index] = size;
            int last = queue.length();
            lengths[index] += queue.remove(buffers[index] + lengths[index], last);
            if (last < size) {
                return;
            }
        }
    }

    /** Whether the next datagram is of the same sender, not longer than the first and still fits. */
    private boolean continues(int index, int size) {
        return !queue.isEmpty()
                && queue.note(0) == sourceHighs[index]
                && queue.note(1) == sourceLows[index]
                && queue.note(2) == envelopes[index]
                && queue.length() <= size
                && queue.length() > 0
                && lengths[index] + queue.length() <= Math.min(MAX_COALESCED, capacities[index]);
    }
}
