package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.LibC;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.SocketAddress;
import org.agrona.concurrent.UnsafeBuffer;

/** The receiving half of a socket. One thread. */
final class ReceiveBatch implements AutoCloseable {
    private final LibC libc = Native.C;
    private final int fd;
    private final boolean ipv6;
    private final MessageArray messages = new MessageArray();
    private final UnsafeBuffer buffer = messages.buffer();
    private final int[] segmentSizes = new int[MessageArray.CAPACITY];
    private final int[] hopLimits = new int[MessageArray.CAPACITY];
    private final int[] trafficClasses = new int[MessageArray.CAPACITY];
    private int count;
    /** Messages that the last receive wrote to. */
    private int used;

    ReceiveBatch(int fd, boolean ipv6) {
        this.fd = fd;
        this.ipv6 = ipv6;
        for (int i = 0; i < MessageArray.CAPACITY; i++) {
            messages.prepareToReceive(i);
        }
    }

    int addBuffer(long address, int capacity) {
        if (count == MessageArray.CAPACITY) {
            throw new IllegalStateException("a batch takes " + MessageArray.CAPACITY + " buffers");
        }
        messages.payload(count, address, capacity);
        return count++;
    }

    void clearBuffers() {
        count = 0;
    }

    /** See {@link io.godwit.linux.UdpBatchSocket#receive}. */
    int receive() {
        if (count == 0) {
            return 0;
        }
        for (int i = 0; i < used; i++) {
            messages.prepareToReceive(i);
        }
        used = 0;
        int result = receiveOnce();
        if (result < 0 && result != -Errno.EBADF) {
            // Most likely an ICMP error that an earlier send met; it is told once, and datagrams wait behind it.
            result = receiveOnce();
        }
        for (int i = 0; i < result; i++) {
            readControl(i);
        }
        used = Math.max(result, 0);
        return result;
    }

    private int receiveOnce() {
        int result = libc.recvmmsg(fd, messages.address(0), count, Flags.MSG_DONTWAIT, 0);
        if (result >= 0) {
            return result;
        }
        int errno = Native.errno();
        return errno == Errno.EAGAIN || errno == Errno.EINTR ? 0 : -errno;
    }

    private void readControl(int index) {
        segmentSizes[index] = 0;
        hopLimits[index] = 0;
        trafficClasses[index] = 0;
        int offset = MessageArray.controlOffset(index);
        int end = offset + messages.controlLength(index);
        while (offset + MessageArray.CONTROL_DATA < end) {
            int length = (int) buffer.getLong(offset);
            if (length < MessageArray.CONTROL_DATA) {
                return;
            }
            readControl(index, offset);
            offset += (length + 7) & -8;
        }
    }

    private void readControl(int index, int offset) {
        int type = buffer.getInt(offset + 12);
        int data = offset + MessageArray.CONTROL_DATA;
        switch (buffer.getInt(offset + 8)) {
            case SocketOptions.SOL_UDP -> {
                if (type == SocketOptions.UDP_GRO) {
                    segmentSizes[index] = buffer.getInt(data);
                }
            }
            case SocketOptions.SOL_IP -> {
                if (type == SocketOptions.IP_TTL) {
                    hopLimits[index] = buffer.getInt(data);
                } else if (type == SocketOptions.IP_TOS) {
                    trafficClasses[index] = buffer.getByte(data) & 0xff;
                }
            }
            case SocketOptions.SOL_IPV6 -> {
                if (type == SocketOptions.IPV6_HOPLIMIT) {
                    hopLimits[index] = buffer.getInt(data);
                } else if (type == SocketOptions.IPV6_TCLASS) {
                    trafficClasses[index] = buffer.getInt(data);
                }
            }
            default -> {}
        }
    }

    int length(int index) {
        return messages.octets(index);
    }

    /** 0 when the kernel coalesced nothing. */
    int segmentSize(int index) {
        int size = segmentSizes[index];
        return size < messages.octets(index) ? size : 0;
    }

    boolean truncated(int index) {
        return (messages.flags(index) & Flags.MSG_TRUNC) != 0;
    }

    long source(int index) {
        return ipv6 ? SocketAddress.ipv6High(buffer, MessageArray.nameOffset(index)) : 0;
    }

    long sourceLow(int index) {
        int name = MessageArray.nameOffset(index);
        return ipv6 ? SocketAddress.ipv6Low(buffer, name) : SocketAddress.ipv4(buffer, name);
    }

    int sourcePort(int index) {
        return SocketAddress.port(buffer, MessageArray.nameOffset(index));
    }

    int hopLimit(int index) {
        return hopLimits[index];
    }

    int trafficClass(int index) {
        return trafficClasses[index];
    }

    @Override
    public void close() {
        messages.close();
    }
}
