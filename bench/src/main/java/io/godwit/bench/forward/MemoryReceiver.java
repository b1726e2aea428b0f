package io.godwit.bench.forward;

import io.godwit.linux.UdpBatchSocket;
import io.godwit.packet.data.LispHeader;
import java.net.InetAddress;
import org.agrona.UnsafeApi;

/** Always has a batch of LISP datagrams, whose outer TTL is one below the inner one. Sends nothing. */
final class MemoryReceiver implements UdpBatchSocket {
    private static final int PEER = 0xc000_0201;
    private static final int TTL = 63;

    private final Traffic traffic;
    private final InetAddress local;
    private int count;

    MemoryReceiver(Traffic traffic, InetAddress local) {
        this.traffic = traffic;
        this.local = local;
    }

    @Override
    public int addBuffer(long address, int capacity) {
        UnsafeApi.putLong(address, 0);
        traffic.write(address + LispHeader.LENGTH);
        return count++;
    }

    @Override
    public void clearBuffers() {
        count = 0;
    }

    @Override
    public int receive() {
        return count;
    }

    @Override
    public int receivedLength(int index) {
        return LispHeader.LENGTH + traffic.length();
    }

    @Override
    public int receivedSegmentSize(int index) {
        return 0;
    }

    @Override
    public boolean receivedTruncated(int index) {
        return false;
    }

    @Override
    public long receivedSource(int index) {
        return 0;
    }

    @Override
    public long receivedSourceLow(int index) {
        return PEER & 0xffff_ffffL;
    }

    @Override
    public int receivedSourcePort(int index) {
        return 50_000;
    }

    @Override
    public int receivedHopLimit(int index) {
        return TTL;
    }

    @Override
    public int receivedTrafficClass(int index) {
        return 0;
    }

    @Override
    public InetAddress localAddress() {
        return local;
    }

    @Override
    public int localPort() {
        return 4341;
    }

    @Override
    public boolean segmentation() {
        return false;
    }

    @Override
    public boolean coalescing() {
        return false;
    }

    @Override
    public boolean offer(
            long payload,
            int length,
            long destination,
            long destinationLow,
            int port,
            int hopLimit,
            int trafficClass,
            int segmentSize) {
        throw new UnsupportedOperationException("receives only");
    }

    @Override
    public boolean offerPieces(
            long headers,
            int headerLength,
            long payload,
            int payloadLength,
            int pieceLength,
            long destination,
            long destinationLow,
            int port,
            int hopLimit,
            int trafficClass) {
        throw new UnsupportedOperationException("receives only");
    }

    @Override
    public int flush() {
        return 0;
    }

    @Override
    public int lastErrors() {
        return 0;
    }

    @Override
    public int lastErrno() {
        return 0;
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
