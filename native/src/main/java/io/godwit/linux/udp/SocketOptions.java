package io.godwit.linux.udp;

import io.godwit.linux.UdpOptions;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;

/** Options of a UDP socket: what is required fails loudly, what is an offload is reported (ip(7), ipv6(7), udp(7)). */
final class SocketOptions {
    static final int SOL_IP = 0;
    static final int SOL_UDP = 17;
    static final int SOL_IPV6 = 41;
    static final int IP_TOS = 1;
    static final int IP_TTL = 2;
    static final int IPV6_HOPLIMIT = 52;
    static final int IPV6_TCLASS = 67;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;

    private static final int SO_REUSEADDR = 2;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_NO_CHECK = 11;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_RECVTTL = 12;
    private static final int IP_RECVTOS = 13;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVHOPLIMIT = 51;
    private static final int IPV6_DONTFRAG = 62;
    private static final int IPV6_RECVTCLASS = 66;
    private static final int UDP_NO_CHECK6_TX = 101;
    private static final int UDP_NO_CHECK6_RX = 102;
    private static final int PMTUDISC_DONT = 0;
    /** DF, and the device's MTU for all: an ICMP error that quotes little more than a port must not lower it. */
    private static final int PMTUDISC_PROBE = 3;

    private final int fd;
    private final boolean ipv6;
    private final String socket;

    SocketOptions(int fd, boolean ipv6, String socket) {
        this.fd = fd;
        this.ipv6 = ipv6;
        this.socket = socket;
    }

    void apply(UdpOptions options) {
        setBuffer(SO_RCVBUFFORCE, SO_RCVBUF, options.bufferBytes());
        setBuffer(SO_SNDBUFFORCE, SO_SNDBUF, options.bufferBytes());
        if (ipv6) {
            applyIpv6(options);
        } else {
            applyIpv4(options);
        }
    }

    private void applyIpv4(UdpOptions options) {
        require(SOL_IP, IP_RECVTTL, 1, "IP_RECVTTL");
        require(SOL_IP, IP_RECVTOS, 1, "IP_RECVTOS");
        require(SOL_IP, IP_MTU_DISCOVER, options.dontFragment() ? PMTUDISC_PROBE : PMTUDISC_DONT, "IP_MTU_DISCOVER");
        if (options.zeroChecksum()) {
            require(Flags.SOL_SOCKET, SO_NO_CHECK, 1, "SO_NO_CHECK");
        }
    }

    private void applyIpv6(UdpOptions options) {
        require(SOL_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
        require(SOL_IPV6, IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT");
        require(SOL_IPV6, IPV6_RECVTCLASS, 1, "IPV6_RECVTCLASS");
        require(
                SOL_IPV6,
                IPV6_MTU_DISCOVER,
                options.dontFragment() ? PMTUDISC_PROBE : PMTUDISC_DONT,
                "IPV6_MTU_DISCOVER");
        require(SOL_IPV6, IPV6_DONTFRAG, options.dontFragment() ? 1 : 0, "IPV6_DONTFRAG");
        if (options.zeroChecksum()) {
            require(SOL_UDP, UDP_NO_CHECK6_TX, 1, "UDP_NO_CHECK6_TX");
        }
        if (options.acceptZeroChecksum()) {
            require(SOL_UDP, UDP_NO_CHECK6_RX, 1, "UDP_NO_CHECK6_RX");
        }
    }

    /** Lets another socket, which asked for it too, have the same port. */
    void sharePort() {
        require(Flags.SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    }

    /** Whether the kernel knows UDP_SEGMENT; it does not go with a zero checksum. */
    boolean segmentation(UdpOptions options) {
        return options.segmentation() && !options.zeroChecksum() && set(SOL_UDP, UDP_SEGMENT, 0);
    }

    /** Turns UDP_GRO on if asked. */
    boolean coalescing(UdpOptions options) {
        return options.coalescing() && set(SOL_UDP, UDP_GRO, 1);
    }

    private void setBuffer(int forced, int ordinary, int bytes) {
        if (bytes > 0 && !set(Flags.SOL_SOCKET, forced, bytes)) {
            set(Flags.SOL_SOCKET, ordinary, bytes);
        }
    }

    private void require(int level, int option, int value, String name) {
        if (!set(level, option, value)) {
            throw Native.failure("Cannot set " + name + " on " + socket, Native.errno());
        }
    }

    private boolean set(int level, int option, int value) {
        try (NativeBuffer argument = NativeBuffer.allocate(Integer.BYTES)) {
            argument.putInt(0, value);
            return Native.C.setsockopt(fd, level, option, argument.address(), Integer.BYTES) >= 0;
        }
    }
}
