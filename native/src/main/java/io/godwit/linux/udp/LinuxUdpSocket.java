package io.godwit.linux.udp;

import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.ffi.Native;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A kernel UDP socket. {@link #close} only when no thread sends or receives any more. */
final class LinuxUdpSocket implements UdpBatchSocket {
    private final InetAddress localAddress;
    private final int localPort;
    private final boolean coalescing;
    private final MessageSender sender;
    private final MessageSender plainSender;
    private final SendBatch send;
    private final boolean ipv6;
    private @Nullable ReceiveBatch receive;
    private final int plainFd;
    private int fd;

    /**
     * @param plainFd the descriptor that datagrams without checksum leave from, or {@code fd}
     * @param send may be shared by the sockets of a thread
     */
    LinuxUdpSocket(int fd, int plainFd, SendBatch send, InetAddress localAddress, int localPort, boolean coalescing) {
        this(fd, plainFd, new MessageSender(fd), send, localAddress, localPort, coalescing);
    }

    private LinuxUdpSocket(
            int fd,
            int plainFd,
            MessageSender sender,
            SendBatch send,
            InetAddress localAddress,
            int localPort,
            boolean coalescing) {
        this.ipv6 = localAddress instanceof Inet6Address;
        this.fd = fd;
        this.plainFd = plainFd;
        this.localAddress = localAddress;
        this.localPort = localPort;
        this.coalescing = coalescing;
        this.sender = sender;
        this.plainSender = plainFd == fd ? sender : new MessageSender(plainFd);
        this.send = send.share();
        this.receive = coalescing ? new ReceiveBatch(fd, ipv6) : null;
    }

    /** A socket that coalesces is there to receive; one that does not is a sender, until it receives after all. */
    private ReceiveBatch receiving() {
        ReceiveBatch batch = receive;
        if (batch == null) {
            batch = new ReceiveBatch(fd, ipv6);
            receive = batch;
        }
        return batch;
    }

    /** See {@link UdpFactory#discarding}. */
    static LinuxUdpSocket discarding(InetAddress localAddress, int localPort, SendBatch send) {
        return new LinuxUdpSocket(-1, -1, new DiscardingSender(), send, localAddress, localPort, false);
    }

    @Override
    public int fd() {
        return fd;
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
        return send.segmentation();
    }

    @Override
    public boolean coalescing() {
        return coalescing;
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
        return send.offer(payload, length, destination, destinationLow, port, hopLimit, trafficClass, segmentSize);
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
        return send.offerPieces(
                headers,
                headerLength,
                payload,
                payloadLength,
                pieceLength,
                destination,
                destinationLow,
                port,
                hopLimit,
                trafficClass);
    }

    @Override
    public int flush() {
        return send.flush(sender, plainSender);
    }

    SendBatch batch() {
        return send;
    }

    MessageSender sender() {
        return sender;
    }

    /** For datagrams without checksum. */
    MessageSender plainSender() {
        return plainSender;
    }

    @Override
    public int lastErrors() {
        return send.lastErrors();
    }

    @Override
    public int lastErrno() {
        return send.lastErrno();
    }

    @Override
    public int addBuffer(long address, int capacity) {
        return receiving().addBuffer(address, capacity);
    }

    @Override
    public void clearBuffers() {
        receiving().clearBuffers();
    }

    @Override
    public int receive() {
        return receiving().receive();
    }

    @Override
    public int receivedLength(int index) {
        return receiving().length(index);
    }

    @Override
    public int receivedSegmentSize(int index) {
        return receiving().segmentSize(index);
    }

    @Override
    public boolean receivedTruncated(int index) {
        return receiving().truncated(index);
    }

    @Override
    public long receivedSource(int index) {
        return receiving().source(index);
    }

    @Override
    public long receivedSourceLow(int index) {
        return receiving().sourceLow(index);
    }

    @Override
    public int receivedSourcePort(int index) {
        return receiving().sourcePort(index);
    }

    @Override
    public int receivedHopLimit(int index) {
        return receiving().hopLimit(index);
    }

    @Override
    public int receivedTrafficClass(int index) {
        return receiving().trafficClass(index);
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Native.C.close(fd);
            sender.close();
            if (plainFd != fd) {
                Native.C.close(plainFd);
                plainSender.close();
            }
            fd = -1;
            send.close();
            if (receive != null) {
                receive.close();
            }
        }
    }
}
