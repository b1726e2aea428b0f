package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import io.godwit.linux.ffi.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Opens UDP sockets. */
public final class UdpFactory {
    private UdpFactory() {}

    /** See {@link io.godwit.linux.Network#openUdp}. */
    public static UdpBatchSocket open(InetAddress local, int port, UdpOptions options) {
        boolean ipv6 = local instanceof Inet6Address;
        String name = "UDP port " + port + " on " + local.getHostAddress();
        int type = Flags.SOCK_DGRAM | Flags.SOCK_NONBLOCK | Flags.SOCK_CLOEXEC;
        int fd = Native.C.socket(ipv6 ? Flags.AF_INET6 : Flags.AF_INET, type, 0);
        if (fd < 0) {
            throw Native.failure("Cannot open " + name, Native.errno());
        }
        try {
            SocketOptions settings = new SocketOptions(fd, ipv6, name);
            settings.apply(options);
            int boundPort = bind(fd, local, port, name);
            return new LinuxUdpSocket(
                    fd, local, boundPort, settings.segmentation(options), settings.coalescing(options));
        } catch (LinuxException e) {
            Native.C.close(fd);
            throw e;
        }
    }

    /** A socket that lays out every message as for the kernel and then forgets it: to measure all but the kernel. Receives nothing. */
    public static UdpBatchSocket discarding(InetAddress local, int port) {
        return LinuxUdpSocket.discarding(local, port);
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
