package io.godwit.linux.udp;

import io.godwit.linux.IcmpErrors;
import io.godwit.linux.LinuxException;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import io.godwit.linux.ffi.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.agrona.concurrent.UnsafeBuffer;

/** A raw socket (raw(7), icmp(7)) whose filter lets errors through only. */
public final class RawIcmpErrors implements IcmpErrors {
    private static final int SOL_RAW = 255;
    private static final int SOL_ICMPV6 = 58;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    /** ICMP_FILTER and ICMPV6_FILTER. */
    private static final int FILTER = 1;

    private static final int ICMPV6_FILTER_LENGTH = 32;
    private static final int DESTINATION_UNREACHABLE = 3;
    /** Of ICMPv6. */
    private static final int NO_WAY = 1;

    private static final int PACKET_TOO_BIG = 2;
    private static final int SO_RCVBUF = 8;
    private static final int RECEIVE_BUFFER = 64 << 10;
    private static final int ROOM = 2048;

    private final boolean ipv6;
    private final NativeBuffer memory = NativeBuffer.allocate(ROOM);
    private int fd;

    public RawIcmpErrors(InetAddress local) {
        ipv6 = local instanceof Inet6Address;
        String name = "a socket for ICMP errors to " + local.getHostAddress() + " (run as root, or with CAP_NET_RAW)";
        int type = Flags.SOCK_RAW | Flags.SOCK_NONBLOCK | Flags.SOCK_CLOEXEC;
        fd = Native.check(
                Native.C.socket(ipv6 ? Flags.AF_INET6 : Flags.AF_INET, type, ipv6 ? ICMPV6 : ICMP),
                "Cannot open " + name);
        try {
            filter(name);
            memory.putInt(0, RECEIVE_BUFFER);
            set(Flags.SOL_SOCKET, SO_RCVBUF, Integer.BYTES, name);
            int octets = SocketAddress.put(memory, local, 0);
            Native.check(Native.C.bind(fd, memory.address(), octets), "Cannot bind " + name);
        } catch (LinuxException e) {
            close();
            throw e;
        }
    }

    /** A bit that is set keeps a type out. */
    private void filter(String name) {
        if (ipv6) {
            memory.setMemory(0, ICMPV6_FILTER_LENGTH, (byte) 0xff);
            memory.putInt(0, ~(1 << NO_WAY | 1 << PACKET_TOO_BIG));
            set(SOL_ICMPV6, FILTER, ICMPV6_FILTER_LENGTH, name);
        } else {
            memory.putInt(0, ~(1 << DESTINATION_UNREACHABLE));
            set(SOL_RAW, FILTER, Integer.BYTES, name);
        }
    }

    private void set(int level, int option, int length, String name) {
        Native.check(Native.C.setsockopt(fd, level, option, memory.address(), length), "Cannot set up " + name);
    }

    @Override
    public int receive(UnsafeBuffer into) {
        int length = (int) Native.C.recv(fd, memory.address(), ROOM, Flags.MSG_DONTWAIT);
        if (length <= 0) {
            return 0;
        }
        // An IPv4 raw socket gives the IP header too.
        int start = ipv6 ? 0 : Math.min((memory.getByte(0) & 0xf) << 2, length - 1);
        int octets = Math.min(length - start, into.capacity());
        into.putBytes(0, memory, start, octets);
        return octets;
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Native.C.close(fd);
            fd = -1;
            memory.close();
        }
    }
}
