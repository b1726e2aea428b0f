package io.godwit.xtr;

import io.godwit.linux.UdpBatchSocket;
import io.godwit.packet.address.IpAddress;
import java.net.InetAddress;

/** A socket that refuses everything with one errno, and receives one datagram that did not fit. */
public final class StubSocket implements UdpBatchSocket {
    private final int errno;
    private int offered;
    private int errors;

    public StubSocket(int errno) {
        this.errno = errno;
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
        return offered < BATCH && ++offered > 0;
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
        throw new UnsupportedOperationException("no super-packets here");
    }

    @Override
    public int flush() {
        errors = errno == 0 ? 0 : offered;
        int sent = offered - errors;
        offered = 0;
        return sent;
    }

    @Override
    public int lastErrors() {
        return errors;
    }

    @Override
    public int lastErrno() {
        return errno;
    }

    @Override
    public int addBuffer(long address, int capacity) {
        return 0;
    }

    @Override
    public void clearBuffers() {}

    @Override
    public int receive() {
        return errno == 0 ? 1 : -errno;
    }

    @Override
    public int receivedLength(int index) {
        return 100;
    }

    @Override
    public int receivedSegmentSize(int index) {
        return 0;
    }

    @Override
    public boolean receivedTruncated(int index) {
        return true;
    }

    @Override
    public long receivedSource(int index) {
        return 0;
    }

    @Override
    public long receivedSourceLow(int index) {
        return 1;
    }

    @Override
    public int receivedSourcePort(int index) {
        return 1;
    }

    @Override
    public int receivedHopLimit(int index) {
        return 64;
    }

    @Override
    public int receivedTrafficClass(int index) {
        return 0;
    }

    @Override
    public InetAddress localAddress() {
        return IpAddress.parse("192.0.2.1").toInetAddress();
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
    public int fd() {
        return -1;
    }

    @Override
    public void close() {}
}
