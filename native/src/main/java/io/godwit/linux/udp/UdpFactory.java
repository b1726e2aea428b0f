package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpChecksum;
import io.godwit.linux.UdpOptions;
import io.godwit.linux.UdpSenders;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import io.godwit.linux.ffi.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Opens UDP sockets. */
public final class UdpFactory {
    private UdpFactory() {}

    /** See {@link io.godwit.linux.Network#openUdp}. */
    public static UdpBatchSocket open(InetAddress local, int port, UdpOptions options) {
        try (SendBatch batch = newBatch(local, options.segmentation())) {
            return open(local, port, options, batch);
        }
    }

    /** See {@link io.godwit.linux.Network#openSenders}. */
    public static List<UdpBatchSocket> openSenders(InetAddress local, int count, UdpOptions options) {
        List<UdpBatchSocket> sockets = new ArrayList<>(count);
        try (SendBatch shared = newBatch(local, options.segmentation())) {
            for (int i = 0; i < count; i++) {
                sockets.add(open(local, 0, options, shared));
            }
        } catch (LinuxException e) {
            sockets.forEach(UdpBatchSocket::close);
            throw e;
        }
        return sockets;
    }

    /** See {@link UdpSenders#of}. */
    public static UdpSenders gathering(List<UdpBatchSocket> sockets) {
        List<LinuxUdpSocket> gathered = new ArrayList<>(sockets.size());
        for (UdpBatchSocket socket : sockets) {
            if (socket instanceof LinuxUdpSocket linux
                    && (gathered.isEmpty()
                            || linux.batch() == gathered.getFirst().batch())) {
                gathered.add(linux);
            }
        }
        boolean together = !sockets.isEmpty() && gathered.size() == sockets.size();
        return together ? new GatheringSenders(gathered) : new SeparateSenders(sockets);
    }

    private static SendBatch newBatch(InetAddress local, boolean segmentation) {
        return new SendBatch(local instanceof Inet6Address, segmentation);
    }

    private static UdpBatchSocket open(InetAddress local, int port, UdpOptions options, SendBatch batch) {
        String name = "UDP port " + port + " on " + local.getHostAddress();
        int fd = socket(local, name);
        try {
            SocketOptions settings = new SocketOptions(fd, local instanceof Inet6Address, name);
            settings.apply(options);
            int boundPort = bind(fd, local, port, name);
            if (!settings.segmentation(options)) {
                batch.refuseSegmentation();
            }
            boolean coalescing = settings.coalescing(options);
            if (options.checksum() != UdpChecksum.AUTO) {
                return new LinuxUdpSocket(fd, fd, batch, local, boundPort, coalescing);
            }
            settings.sharePort();
            int plain = openPlain(local, boundPort, options);
            return new LinuxUdpSocket(fd, plain, batch, local, boundPort, coalescing);
        } catch (LinuxException e) {
            Native.C.close(fd);
            throw e;
        }
    }

    /** The twin on the same port that sends datagrams with checksum 0, and receives nothing. */
    private static int openPlain(InetAddress local, int port, UdpOptions options) {
        String name = "UDP port " + port + " on " + local.getHostAddress() + " for datagrams without checksum";
        int fd = socket(local, name);
        try {
            SocketOptions settings = new SocketOptions(fd, local instanceof Inet6Address, name);
            settings.apply(options.with(UdpChecksum.ZERO));
            settings.sharePort();
            bind(fd, local, port, name);
            return fd;
        } catch (LinuxException e) {
            Native.C.close(fd);
            throw e;
        }
    }

    private static int socket(InetAddress local, String name) {
        int type = Flags.SOCK_DGRAM | Flags.SOCK_NONBLOCK | Flags.SOCK_CLOEXEC;
        int family = local instanceof Inet6Address ? Flags.AF_INET6 : Flags.AF_INET;
        return Native.check(Native.C.socket(family, type, 0), "Cannot open " + name);
    }

    /** Sockets that lay out every message as for the kernel and then forget it: to measure all but the kernel. They receive nothing. */
    public static List<UdpBatchSocket> discarding(InetAddress local, int count) {
        SendBatch shared = newBatch(local, true);
        List<UdpBatchSocket> sockets = new ArrayList<>(count);
        for (int port = 1; port <= count; port++) {
            sockets.add(LinuxUdpSocket.discarding(local, port, shared));
        }
        return sockets;
    }

    /** Returns the port bound to. */
    private static int bind(int fd, InetAddress local, int port, String name) {
        try (NativeBuffer address = NativeBuffer.allocate(SocketAddress.IPV6_LENGTH);
                NativeBuffer length = NativeBuffer.allocate(Integer.BYTES)) {
            int octets = SocketAddress.put(address, local, port);
            if (Native.C.bind(fd, address.address(), octets) < 0) {
                throw cannotBind(local, name, Native.errno());
            }
            length.putInt(0, octets);
            Native.check(
                    Native.C.getsockname(fd, address.address(), length.address()), "Cannot read the port of " + name);
            return SocketAddress.port(address, 0);
        }
    }

    private static LinuxException cannotBind(InetAddress local, String name, int errno) {
        return switch (errno) {
            case Errno.EADDRINUSE ->
                new LinuxException(
                        name + " is taken by another process: stop that process (\"ss -ulpn\" shows it)", errno);
            case Errno.EADDRNOTAVAIL ->
                new LinuxException(
                        "Address " + local.getHostAddress() + " is not on this host: add it to an interface, or correct"
                                + " the configuration",
                        errno);
            case Errno.EACCES -> new LinuxException("No permission to open " + name + ": run as root", errno);
            default -> Native.failure("Cannot open " + name, errno);
        };
    }
}
