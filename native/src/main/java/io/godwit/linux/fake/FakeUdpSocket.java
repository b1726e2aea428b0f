package io.godwit.linux.fake;

import io.godwit.linux.AddressBits;
import io.godwit.linux.Errno;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import java.net.InetAddress;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/** A UDP socket on a {@link FakeUnderlay}. Super-packets are split when sent and coalesced when received, as the kernel would. */
final class FakeUdpSocket extends FakeSource implements UdpBatchSocket {
    private final FakeNetwork network;
    private final FakeUnderlay underlay;
    private final InetAddress localAddress;
    private final int localPort;
    private final UdpOptions options;
    private final boolean ipv6;
    private final long sourceHigh;
    private final long sourceLow;
    private final FakeReceiver receiver;

    private final long[] payloads = new long[BATCH];
    private final int[] lengths = new int[BATCH];
    private final long[] destinationHighs = new long[BATCH];
    private final long[] destinationLows = new long[BATCH];
    private final int[] ports = new int[BATCH];
    private final int[] hopLimits = new int[BATCH];
    private final int[] trafficClasses = new int[BATCH];
    private final int[] segmentSizes = new int[BATCH];
    private volatile boolean segmentation;
    private final UnsafeBuffer datagram = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 17, 64));
    private int earlySent;
    private int earlyErrors;
    private int earlyErrno;
    private int count;
    private int lastErrors;
    private int lastErrno;

    FakeUdpSocket(
            FakeNetwork network,
            FakeUnderlay underlay,
            InetAddress local,
            int port,
            boolean ephemeral,
            UdpOptions options) {
        this.network = network;
        this.underlay = underlay;
        this.localAddress = local;
        this.localPort = port;
        this.options = options;
        this.ipv6 = AddressBits.isIpv6(local);
        InetAddress source = network.sourceFor(local);
        this.sourceHigh = AddressBits.high(source);
        this.sourceLow = AddressBits.low(source);
        this.segmentation = options.segmentation() && !options.zeroChecksum();
        this.receiver = new FakeReceiver(options.coalescing(), !ephemeral);
    }

    boolean ipv6() {
        return ipv6;
    }

    long sourceHigh() {
        return sourceHigh;
    }

    long sourceLow() {
        return sourceLow;
    }

    boolean dontFragment() {
        return options.dontFragment();
    }

    boolean takes(FakeDatagram datagram) {
        return datagram.destinationPort() == localPort
                && datagram.ipv6() == ipv6
                && (localAddress.isAnyLocalAddress()
                        ? network.owns(datagram)
                        : datagram.destinationHigh() == sourceHigh && datagram.destinationLow() == sourceLow);
    }

    boolean deliver(FakeDatagram datagram) {
        boolean taken = receiver.deliver(datagram);
        signal();
        return taken;
    }

    @Override
    boolean readable() {
        return receiver.readable();
    }

    @Override
    public InetAddress localAddress() {
        return localAddress;
    }

    @Override
    public int localPort() {
        return localPort;
    }

    @Override
    public boolean segmentation() {
        return segmentation;
    }

    @Override
    public boolean coalescing() {
        return options.coalescing();
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
        if (count == BATCH) {
            return false;
        }
        int index = count++;
        payloads[index] = payload;
        lengths[index] = length;
        destinationHighs[index] = destination;
        destinationLows[index] = destinationLow;
        ports[index] = port;
        hopLimits[index] = hopLimit;
        trafficClasses[index] = trafficClass;
        segmentSizes[index] = segmentSize;
        return true;
    }

    /** Sent at once, behind what was offered before; the next flush tells how it went. */
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
        if (payloadLength > pieceLength && network.refusesSegmentation()) {
            segmentation = false;
        }
        int sent = flush();
        int errors = lastErrors;
        int errno = lastErrno;
        long header = headers;
        for (int from = 0; from < payloadLength; from += pieceLength, header += headerLength) {
            int length = Math.min(pieceLength, payloadLength - from);
            UnsafeApi.copyMemory(header, datagram.addressOffset(), headerLength);
            UnsafeApi.copyMemory(payload + from, datagram.addressOffset() + headerLength, length);
            offer(
                    datagram.addressOffset(),
                    headerLength + length,
                    destination,
                    destinationLow,
                    port,
                    hopLimit,
                    trafficClass,
                    0);
            sent += flush();
            errors += lastErrors;
            errno = lastErrno == 0 ? errno : lastErrno;
        }
        earlySent = sent;
        earlyErrors = errors;
        earlyErrno = errno;
        return true;
    }

    @Override
    public int flush() {
        lastErrors = earlyErrors;
        lastErrno = earlyErrno;
        int sent = earlySent;
        earlySent = 0;
        earlyErrors = 0;
        earlyErrno = 0;
        for (int i = 0; i < count; i++) {
            if (segmentSizes[i] > 0 && network.refusesSegmentation()) {
                segmentation = false;
            }
            int errno = send(i);
            if (errno == 0) {
                sent++;
            } else {
                lastErrors++;
                lastErrno = errno;
            }
        }
        count = 0;
        return sent;
    }

    /** One datagram, or one a segment. */
    private int send(int index) {
        int position = 0;
        int size = segmentSizes[index] > 0 ? segmentSizes[index] : lengths[index];
        if (size > 65507) {
            return Errno.EMSGSIZE;
        }
        do {
            int length = Math.min(size, lengths[index] - position);
            int errno = underlay.send(
                    this,
                    payloads[index] + position,
                    length,
                    destinationHighs[index],
                    destinationLows[index],
                    ports[index],
                    hopLimits[index],
                    trafficClasses[index]);
            if (errno != 0) {
                return errno;
            }
            position += length;
        } while (position < lengths[index]);
        return 0;
    }

    @Override
    public int lastErrors() {
        return lastErrors;
    }

    @Override
    public int lastErrno() {
        return lastErrno;
    }

    @Override
    public int addBuffer(long address, int capacity) {
        return receiver.addBuffer(address, capacity);
    }

    @Override
    public void clearBuffers() {
        receiver.clearBuffers();
    }

    @Override
    public int receive() {
        return receiver.receive();
    }

    @Override
    public int receivedLength(int index) {
        return receiver.lengths[index];
    }

    @Override
    public int receivedSegmentSize(int index) {
        return receiver.segmentSizes[index];
    }

    @Override
    public boolean receivedTruncated(int index) {
        return receiver.truncated[index];
    }

    @Override
    public long receivedSource(int index) {
        return receiver.sourceHighs[index];
    }

    @Override
    public long receivedSourceLow(int index) {
        return receiver.sourceLows[index];
    }

    @Override
    public int receivedSourcePort(int index) {
        return (int) (receiver.envelopes[index] >>> 16);
    }

    @Override
    public int receivedHopLimit(int index) {
        return (int) (receiver.envelopes[index] >>> 8) & 0xff;
    }

    @Override
    public int receivedTrafficClass(int index) {
        return (int) receiver.envelopes[index] & 0xff;
    }

    @Override
    public void close() {
        underlay.detach(this);
    }
}
